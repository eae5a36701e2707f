package io.fovea.spark.train;

import io.fovea.spark.train.WorkerFailure.Consequence;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

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
    Optional<WorkerFailure> worst =
        workerFailures.stream().min(Comparator.comparing(WorkerFailure::consequence));
    return switch (worst.map(WorkerFailure::consequence).orElse(Consequence.FOLLOWED)) {
      case FATAL -> throw new SparkTrainException(worst.get().text(), failure);
      case SILENT -> {
        slots.replace(worst.get().suspect());
        yield worst.get().text();
      }
      case FAILED -> worst.get().text();
      case FOLLOWED -> "a worker is lost: " + loss(failure);
    };
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
