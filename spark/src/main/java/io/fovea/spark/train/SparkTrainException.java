package io.fovea.spark.train;

import org.jspecify.annotations.Nullable;

/** A failure of a run on Spark; the message says why. */
public final class SparkTrainException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  SparkTrainException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
