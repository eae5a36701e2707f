package io.fovea.spark.cost;

import io.fovea.parallel.ProcessGroup;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** A group that notes when sums of gradients begin, and of how many. */
final class TimedGroup implements ProcessGroup {
  private final ProcessGroup group;
  private final List<Integer> floats = new ArrayList<>();
  private final List<Long> begun = new ArrayList<>();

  private final long delay;

  TimedGroup(ProcessGroup group) {
    this(group, 0);
  }

  /**
   * A group whose first sum of a step begins later.
   *
   * @param delay milliseconds: with those of the window nothing is summed beside the backward pass
   */
  TimedGroup(ProcessGroup group, double delay) {
    this.group = group;
    this.delay = Math.round(delay * 1e6);
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
    long now = System.nanoTime();
    boolean first;
    synchronized (this) {
      first = begun.isEmpty();
      begun.add(now);
      floats.add(to - from);
    }
    while (first && System.nanoTime() - now < delay) {
      LockSupport.parkNanos(delay - (System.nanoTime() - now));
    }
    group.sum(values, from, to);
  }

  @Override
  public void sum(double[] values) {
    group.sum(values);
  }
}
