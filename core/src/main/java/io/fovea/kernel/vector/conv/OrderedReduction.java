package io.fovea.kernel.vector.conv;

import io.fovea.kernel.vector.machine.Sums;

/**
 * Sums of fixed chunks of the work, which are added in index order, so that bits never depend on
 * threads.
 */
public final class OrderedReduction {
  private OrderedReduction() {}

  /**
   * target[i] = the sum of sums[shift + i + k*stride] over the accumulators k, in order, for i from
   * {@code from} to below {@code end}. The target may be the first accumulator itself.
   */
  public static void sum(
      float[] target, int from, int end, float[] sums, int shift, int stride, int accumulators) {
    System.arraycopy(sums, shift + from, target, from, end - from);
    for (int k = 1; k < accumulators; k++) {
      Sums.add(target, from, target, from, sums, shift + k * stride + from, end - from);
    }
  }
}
