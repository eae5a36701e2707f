package io.fovea.spark.train;

import io.fovea.parallel.ProcessGroup;

/**
 * A worker that takes its share of every batch, but hears nothing of the others between averages:
 * it supposes that they have found the same as itself.
 */
record SoloGroup(int rank, int size) implements ProcessGroup {
  @Override
  public void sum(float[] values, int from, int to) {
    for (int i = from; i < to; i++) {
      values[i] *= size;
    }
  }

  @Override
  public void sum(double[] values) {
    for (int i = 0; i < values.length; i++) {
      values[i] *= size;
    }
  }
}
