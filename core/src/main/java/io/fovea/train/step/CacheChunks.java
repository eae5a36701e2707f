package io.fovea.train.step;

import io.fovea.kernel.op.Packing;
import io.fovea.layer.Dense;
import io.fovea.network.execution.PackedWeights;
import io.fovea.network.execution.Workspace;
import io.fovea.parallel.Workers;

/**
 * Splits long arrays into chunks of 256 KB, so that a chunk of the weights, of the gradient and of
 * an optimiser slot fit into the L2 cache at the same time.
 */
public final class CacheChunks {
  private static final int LENGTH = 1 << 16;

  /** Elements of the rows whose squares are a chunk. */
  private static final int ROWS = 1 << 13;

  private CacheChunks() {}

  @FunctionalInterface
  public interface Body {
    /** Works on the elements from (inclusive) to (exclusive). */
    void run(int chunk, int from, int to);
  }

  /**
   * The sums of the squares of one parameter's values, such as its gradient, by chunks: the same
   * bits at every width of vectors.
   */
  public static double[] squares(
      Workers workers, Workspace workspace, PackedWeights.Entry entry, float[] values) {
    Packing packing = entry.packing();
    if (entry.layer() instanceof Dense || packing.isIdentity()) { // stored alike at every width
      double[] parts = new double[count(values.length)];
      run(
          workers,
          values.length,
          (chunk, from, to) -> parts[chunk] = workspace.squares(values, from, to));
      return parts;
    }
    int rows = Math.max(1, ROWS / packing.rowLength());
    double[] parts = new double[Math.ceilDiv(packing.count(), rows)];
    workers.run(
        parts.length,
        (chunk, worker) -> {
          int end = Math.min(packing.count(), (chunk + 1) * rows);
          parts[chunk] = packing.squares(values, chunk * rows, end);
        });
    return parts;
  }

  public static int count(int length) {
    return (length + LENGTH - 1) / LENGTH;
  }

  public static void run(Workers workers, int length, Body body) {
    workers.run(
        count(length),
        (chunk, worker) -> {
          int from = chunk * LENGTH;
          body.run(chunk, from, Math.min(length, from + LENGTH));
        });
  }
}
