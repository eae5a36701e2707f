package io.fovea.bench;

import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * Counts floating-point operations, two for a multiply-add: a column of its own, a nanosecond
 * GFLOP/s.
 */
@State(Scope.Thread)
@AuxCounters(AuxCounters.Type.OPERATIONS)
public class Flops {
  /** Operations done; JMH sets it to zero at the start of an iteration. */
  public double flops;

  /** So many multiply-adds have been done. */
  void add(long multiplyAdds) {
    flops += 2.0 * multiplyAdds;
  }
}
