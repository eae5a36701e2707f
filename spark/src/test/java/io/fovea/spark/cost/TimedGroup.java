package io.fovea.spark.cost;

import io.fovea.parallel.Group;
import java.util.ArrayList;
import java.util.List;

/** A group that notes when sums of gradients begin, and of how many. */
final class TimedGroup implements Group {
  private final Group group;
  private final List<Integer> floats = new ArrayList<>();
  private final List<Long> begun = new ArrayList<>();

  TimedGroup(Group group) {
    this.group = group;
  }

  /** The floats of each sum since the last call, in their order. */
  synchronized List<Integer> floats() {
    return List.copyOf(floats);
  }

  /** Milliseconds from the first sum's beginning to the last one's, since the last call. */
  synchronized double windowAndForget() {
    double window = begun.isEmpty() ? 0 : (begun.getLast() - begun.getFirst()) * 1e-6;
    begun.clear();
    floats.clear();
    return window;
  }

  @Override
  public int rank() {
    return group.rank();
  }

  @Override
  public int size() {
    return group.size();
  }

  @Override
  public void sum(float[] values, int from, int to) {
    synchronized (this) {
      begun.add(System.nanoTime());
      floats.add(to - from);
    }
    group.sum(values, from, to);
  }

  @Override
  public void sum(double[] values) {
    group.sum(values);
  }
}
