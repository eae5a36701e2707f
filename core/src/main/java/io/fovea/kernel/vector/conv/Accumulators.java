package io.fovea.kernel.vector.conv;

import io.fovea.kernel.vector.machine.Sums;

/**
 * Sums that belong to chunks of the work, and are added up in index order: the same bits always.
 */
public final class Accumulators {
  private Accumulators() {}

  /**
   * target[i] = the sum of sums[shift + i + k*stride] over the accumulators k, in order, for i from
   * {@code from} to below {@code end}. The target may be the first accumulator itself.
   */
  public static void addUp(
      float[] target, int from, int end, float[] sums, int shift, int stride, int accumulators) {
    System.arraycopy(sums, shift + from, target, from, end - from);
    for (int k = 1; k < accumulators; k++) {
      Sums.add(target, from, target, from, sums, shift + k * stride + from, end - from);
    }
  }
}
