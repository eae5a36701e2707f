package io.fovea.kernel.vector.elementwise;

import static io.fovea.kernel.vector.machine.Lanes.SPECIES;

import io.fovea.kernel.vector.machine.Lanes;
import jdk.incubator.vector.FloatVector;

/** Products of maps with maps, and with one number a channel; see the methods of the same names. */
public final class Products {
  private static final int L = Lanes.COUNT;

  private Products() {}

  /** See {@link io.fovea.kernel.op.Kernels#product}. */
  public static void product(
      float[] target, int at, float[] a, int aAt, float[] b, int bAt, int length, int period) {
    for (int run = 0; run < length; run += period) {
      int i = 0;
      for (; i < SPECIES.loopBound(period); i += L) {
        FloatVector.fromArray(SPECIES, a, aAt + run + i)
            .mul(FloatVector.fromArray(SPECIES, b, bAt + i))
            .intoArray(target, at + run + i);
      }
      for (; i < period; i++) {
        target[at + run + i] = a[aAt + run + i] * b[bAt + i];
      }
    }
  }

  /** See {@link io.fovea.kernel.op.Kernels#addProducts}. */
  public static void addProducts(
      float[] sums, int at, float[] a, int aAt, float[] b, int bAt, int length, int period) {
    for (int run = 0; run < length; run += period) {
      int i = 0;
      for (; i < SPECIES.loopBound(period); i += L) {
        FloatVector.fromArray(SPECIES, a, aAt + run + i)
            .mul(FloatVector.fromArray(SPECIES, b, bAt + run + i))
            .add(FloatVector.fromArray(SPECIES, sums, at + i))
            .intoArray(sums, at + i);
      }
      for (; i < period; i++) {
        sums[at + i] += a[aAt + run + i] * b[bAt + run + i];
      }
    }
  }
}
