package io.fovea.cli;

import io.fovea.data.Images;
import io.fovea.data.base.DataException;
import io.fovea.format.Models;
import io.fovea.inference.BatchingClassifier;
import io.fovea.inference.Classifier;
import io.fovea.inference.Prediction;
import io.fovea.kernel.KernelSet;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/** The plain service of docs/production.md. */
// begins
final class Digits implements AutoCloseable {
  private final Classifier classifier;
  private final BatchingClassifier digits;

  Digits(Path model) throws IOException {
    classifier = Classifier.of(Models.load(model), 2, KernelSet.fastest());
    classifier.warmUp();
    digits = classifier.batching(32, Duration.ZERO);
  }

  /** Called by any number of threads. */
  Prediction read(byte[] file) throws DataException {
    return digits.classify(Images.read(file, "upload"));
  }

  @Override
  public void close() {
    digits.close();
    classifier.close();
  }
}
// ends
