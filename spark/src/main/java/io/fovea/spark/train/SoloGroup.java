package io.fovea.spark.train;

import io.fovea.parallel.ProcessGroup;

/**
 * A group for a worker without communication between averages: it takes its share of every batch,
 * and assumes that the others have the same results.
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
