package io.fovea.spark.train;

import java.io.IOException;
import java.io.UncheckedIOException;

/** Worker 0 ended while a listener waited for its checkpoint. */
final class LostWorkerException extends UncheckedIOException {
  private static final long serialVersionUID = 1L;

  LostWorkerException(IOException cause) {
    super("spark-train: worker 0 is lost: " + cause.getMessage(), cause);
  }
}
