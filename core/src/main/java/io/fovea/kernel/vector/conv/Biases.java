package io.fovea.kernel.vector.conv;

import io.fovea.parallel.Scratch;
import java.util.Arrays;

/** Biases as kernels read them: a group's filters padded with zeros to full vectors. */
public final class Biases {
  private Biases() {}

  /**
   * Biases (O) as [group][width] in a shared slot of the scratch; the given array itself where no
   * padding is needed, so that no cache line of a copy travels from core to core in every call.
   */
  public static float[] padded(
      float[] b, int groups, int filters, int width, Scratch scratch, int slot) {
    if (filters == width) {
      return b;
    }
    float[] padded = scratch.shared(slot, groups * width);
    Arrays.fill(padded, 0, groups * width, 0);
    for (int group = 0; group < groups; group++) {
      System.arraycopy(b, group * filters, padded, group * width, filters);
    }
    return padded;
  }
}
