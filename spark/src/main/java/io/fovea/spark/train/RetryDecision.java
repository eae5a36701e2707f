package io.fovea.spark.train;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Decides whether a failed attempt is repeated. */
final class RetryDecision {
  private RetryDecision() {}

  /**
   * The reason for a new attempt. A hanging executor is ended, so that another can replace it.
   *
   * @throws SparkTrainException if a new attempt cannot succeed
   */
  static String reason(
      Throwable failure,
      List<WorkerFailure> workerFailures,
      TrainingProgress progress,
      Slots slots) {
    Throwable listener = progress.failure();
    if (listener instanceof RuntimeException exception) {
      throw exception;
    }
    if (listener instanceof Error error) {
      throw error;
    }
    WorkerFailure fatal = first(workerFailures, WorkerFailure.Consequence.FATAL);
    if (fatal != null) {
      throw new SparkTrainException(fatal.text(), failure);
    }
    WorkerFailure silent = first(workerFailures, WorkerFailure.Consequence.SILENT);
    if (silent != null) {
      slots.replace(silent.suspect());
      return silent.text();
    }
    WorkerFailure failed = first(workerFailures, WorkerFailure.Consequence.FAILED);
    if (failed != null) {
      return failed.text();
    }
    return "a worker is lost: " + loss(failure);
  }

  private static @Nullable WorkerFailure first(
      List<WorkerFailure> workerFailures, WorkerFailure.Consequence consequence) {
    return workerFailures.stream()
        .filter(each -> each.consequence() == consequence)
        .findFirst()
        .orElse(null);
  }

  /** The line of Spark's message on the executor's end, or else the first line. */
  private static String loss(Throwable failure) {
    List<String> lines = String.valueOf(failure.getMessage()).lines().toList();
    return lines.stream()
        .filter(line -> line.contains("ExecutorLostFailure"))
        .findFirst()
        .orElse(lines.isEmpty() ? "" : lines.getFirst());
  }
}
