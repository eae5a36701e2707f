package io.fovea.spark.train;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Decides whether a failed attempt is repeated. */
final class RetryDecision {
  private RetryDecision() {}

  /**
   * The reason why the run is to be tried again. An executor that hangs is ended, so that another
   * can take its place.
   *
   * @throws SparkTrainException if trying again would be of no use
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
    WorkerFailure fatal = first(workerFailures, WorkerFailure.Kind.FATAL);
    if (fatal != null) {
      throw new SparkTrainException(fatal.text(), failure);
    }
    WorkerFailure silent = first(workerFailures, WorkerFailure.Kind.SILENT);
    if (silent != null) {
      slots.replace(silent.suspect());
      return silent.text();
    }
    WorkerFailure failed = first(workerFailures, WorkerFailure.Kind.FAILED);
    if (failed != null) {
      return failed.text();
    }
    return "a worker is lost: " + loss(failure);
  }

  private static @Nullable WorkerFailure first(
      List<WorkerFailure> workerFailures, WorkerFailure.Kind kind) {
    return workerFailures.stream().filter(each -> each.kind() == kind).findFirst().orElse(null);
  }

  /** The line in which Spark says what became of the executor; the first where there is none. */
  private static String loss(Throwable failure) {
    List<String> lines = String.valueOf(failure.getMessage()).lines().toList();
    return lines.stream()
        .filter(line -> line.contains("ExecutorLostFailure"))
        .findFirst()
        .orElse(lines.isEmpty() ? "" : lines.getFirst());
  }
}
