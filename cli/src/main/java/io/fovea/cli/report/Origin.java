package io.fovea.cli.report;

import java.nio.file.Path;

/**
 * Where a report is from, and how its model is used.
 *
 * @param run the run's folder
 * @param finished date and time
 * @param program the program's version, Java and the machine
 * @param command what makes the same run again
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
        "The run's folder has the model (best.safetensors). It answers for a picture, over HTTP, and in a Java program:");
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
        "docs/dependency.md says what to put into a build, docs/serving.md and docs/production.md how to serve; docs/book explains each part of the network.");
    page.close();
  }
}
