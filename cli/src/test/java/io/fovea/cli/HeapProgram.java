package io.fovea.cli;

import io.fovea.dataset.Image;
import io.fovea.format.Models;
import io.fovea.inference.Classifier;
import io.fovea.kernel.KernelSet;
import io.fovea.tensor.Shape;
import java.nio.file.Path;
import java.util.Collections;

/** A small service: loads a model, and classifies a batch. Arguments: model, threads, images. */
final class HeapProgram {
  private HeapProgram() {}

  public static void main(String[] arguments) throws Exception {
    int threads = Integer.parseInt(arguments[1]);
    int images = Integer.parseInt(arguments[2]);
    try (Classifier classifier =
        Classifier.of(Models.load(Path.of(arguments[0])), threads, KernelSet.fastest())) {
      Shape shape = classifier.input();
      byte[] pixels = new byte[shape.elements()];
      Image image = Image.of(shape.size(0), shape.size(1), shape.size(2), pixels);
      var predictions = classifier.classify(Collections.nCopies(images, image));
      System.out.println(predictions.size() + " predictions, " + classifier.imagesAtOnce());
    }
  }
}
