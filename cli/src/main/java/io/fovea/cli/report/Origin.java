package io.fovea.cli.report;

import java.nio.file.Path;

/**
 * The origin of a report, and how to use its model.
 *
 * @param run the run's folder
 * @param finished date and time
 * @param program the program's version, Java and the machine
 * @param command the command that repeats the run
 */
public record Origin(Path run, String finished, String program, String command) {
  /** The line below the heading, and the command. */
  void write(Page page) {
    page.element("p", "Run %s, %s. %s.".formatted(run.getFileName(), finished, program));
    page.open("p", "class", "command").element("code", command).close();
  }

  /** The commands and the program that use the model. */
  void writeUse(Page page) {
    page.open("section").element("h2", "Use it");
    page.element(
        "p",
        "The run's folder contains the model (best.safetensors). Use it for a picture, over HTTP, or in a Java program:");
    page.element(
        "pre",
        """
        fovea predict %1$s photo.jpg
        fovea explain %1$s photo.jpg
        fovea serve %1$s
        fovea export %1$s model.onnx"""
            .formatted(run));
    page.element(
        "pre",
        """
        Network network = Models.load(Path.of("%s/best.safetensors"));
        Classifier classifier = Classifier.of(network);
        Prediction answer = classifier.classify(Images.read(Path.of("photo.jpg")));
        System.out.println(answer.label() + " " + answer.probability());"""
            .formatted(run));
    page.element(
        "p",
        "See docs/dependency.md for builds, docs/serving.md and docs/production.md for serving, and docs/book for each part of the network.");
    page.close();
  }
}
