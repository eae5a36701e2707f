package io.fovea.spark.train;

import io.fovea.parallel.ProcessGroup;
import io.fovea.spark.ring.Ring;
import io.fovea.spark.ring.RingConfig;
import org.jspecify.annotations.Nullable;

/** A group that a trainer gets before its members are connected. */
final class PendingGroup implements ProcessGroup {
  private final RingConfig config;
  private @Nullable Ring ring;

  PendingGroup(RingConfig config) {
    this.config = config;
  }

  void join(Ring joined) {
    ring = joined;
  }

  private Ring ring() {
    if (ring == null) {
      throw new IllegalStateException("spark-train: the workers are not connected yet");
    }
    return ring;
  }

  @Override
  public int rank() {
    return config.rank();
  }

  @Override
  public int size() {
    return config.size();
  }

  @Override
  public void sum(float[] values, int from, int to) {
    ring().sum(values, from, to);
  }

  @Override
  public void sum(double[] values) {
    ring().sum(values);
  }
}
