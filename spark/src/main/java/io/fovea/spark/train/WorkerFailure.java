package io.fovea.spark.train;

import io.fovea.spark.ring.RingException;
import io.fovea.train.DivergedException;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * The reason for a worker's end, reported to the driver.
 *
 * @param rank the worker
 * @param consequence its meaning for the run
 * @param suspect the executor that caused it; empty if unknown
 * @param text the message, in one line
 */
record WorkerFailure(int rank, Consequence consequence, String suspect, String text) {
  enum Consequence {
    /** The run cannot succeed: settings or data are wrong, or the loss is NaN. */
    FATAL,
    /** Another process hangs or cannot be reached. */
    SILENT,
    /** This worker failed, but may succeed in a new attempt. */
    FAILED,
    FOLLOWED
  }

  static WorkerFailure of(int rank, Throwable failure, String suspect) {
    String text = String.valueOf(failure.getMessage());
    if (failure instanceof RingException ring) {
      return switch (ring.kind()) {
        case SILENT -> new WorkerFailure(rank, Consequence.SILENT, suspect, text);
        case FOREIGN -> new WorkerFailure(rank, Consequence.FATAL, "", text);
        case CLOSED, CANCELLED -> new WorkerFailure(rank, Consequence.FOLLOWED, "", text);
      };
    }
    if (failure instanceof IllegalArgumentException || failure instanceof DivergedException) {
      return new WorkerFailure(rank, Consequence.FATAL, "", text);
    }
    boolean followed =
        failure instanceof InterruptedException
            || failure instanceof java.util.concurrent.CancellationException
            || failure instanceof org.apache.spark.TaskKilledException;
    return new WorkerFailure(
        rank,
        followed ? Consequence.FOLLOWED : Consequence.FAILED,
        "",
        "worker %d failed: %s".formatted(rank, failure));
  }

  void write(DataOutput out) throws IOException {
    out.writeInt(rank);
    out.writeUTF(consequence.name());
    out.writeUTF(suspect);
    out.writeUTF(text.substring(0, Math.min(text.length(), 10_000)));
  }

  static WorkerFailure read(DataInput in) throws IOException {
    return new WorkerFailure(
        in.readInt(), Consequence.valueOf(in.readUTF()), in.readUTF(), in.readUTF());
  }
}
