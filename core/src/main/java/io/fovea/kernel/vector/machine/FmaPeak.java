package io.fovea.kernel.vector.machine;

import static io.fovea.kernel.vector.machine.Lanes.SPECIES;

import jdk.incubator.vector.FloatVector;

/**
 * Measures the peak of one thread's multiply-adds: twelve independent chains that stay in
 * registers, enough to hide the latency of one. Speeds of kernels are given as shares of it.
 *
 * <p>A chain runs through the addend, as sums do: if it runs through a factor, C2 copies the addend
 * each time, and an Ice Lake core shows 146 GFLOP/s of its 178.
 */
public final class FmaPeak {
  private static final int CHAINS = 12;
  private static final int STEPS = 20_000;

  /** A result, stored so that the compiler cannot remove the work. */
  @SuppressWarnings("UnusedVariable")
  private static volatile float result;

  private FmaPeak() {}

  /**
   * Operations a second: the best of some short runs that take about {@code seconds} seconds in
   * all.
   */
  public static double measure(double seconds) {
    long end = System.nanoTime() + (long) (seconds * 1e9);
    double best = 0;
    while (System.nanoTime() < end) {
      long begin = System.nanoTime();
      result = chains();
      long taken = System.nanoTime() - begin;
      best = Math.max(best, 2e9 * CHAINS * STEPS * Lanes.COUNT / taken);
    }
    return best;
  }

  private static float chains() {
    FloatVector a = FloatVector.broadcast(SPECIES, 0.9999f);
    FloatVector b = FloatVector.broadcast(SPECIES, 0.0001f);
    FloatVector c0 = b;
    FloatVector c1 = b;
    FloatVector c2 = b;
    FloatVector c3 = b;
    FloatVector c4 = b;
    FloatVector c5 = b;
    FloatVector c6 = b;
    FloatVector c7 = b;
    FloatVector c8 = b;
    FloatVector c9 = b;
    FloatVector c10 = b;
    FloatVector c11 = b;
    for (int step = 0; step < STEPS; step++) {
      c0 = a.fma(b, c0);
      c1 = a.fma(b, c1);
      c2 = a.fma(b, c2);
      c3 = a.fma(b, c3);
      c4 = a.fma(b, c4);
      c5 = a.fma(b, c5);
      c6 = a.fma(b, c6);
      c7 = a.fma(b, c7);
      c8 = a.fma(b, c8);
      c9 = a.fma(b, c9);
      c10 = a.fma(b, c10);
      c11 = a.fma(b, c11);
    }
    FloatVector sum = c0.add(c1).add(c2).add(c3).add(c4).add(c5);
    return sum.add(c6).add(c7).add(c8).add(c9).add(c10).add(c11).lane(0);
  }
}
