package io.fovea.kernel.op;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import java.util.Arrays;

/** Tensors in the middle of a larger array, so that reading or writing outside is noticed. */
public final class Guarded {
  private static final int BEFORE = 37; // odd, so that nothing is aligned by luck
  private static final int BEHIND = 41;
  private static final float MARK = 1234567.5f;

  private Guarded() {}

  /** An input: NaN on both sides, so that whoever reads there has NaN in the result. */
  public static Tensor input(float[] values, Shape shape, int count) {
    float[] array = new float[BEFORE + values.length + BEHIND];
    Arrays.fill(array, Float.NaN);
    System.arraycopy(values, 0, array, BEFORE, values.length);
    return Tensor.on(array, BEFORE, shape, count);
  }

  /** A destination: NaN to be overwritten, and marks on both sides. */
  public static Tensor output(Shape shape, int count) {
    int elements = count * shape.elements();
    float[] array = new float[BEFORE + elements + BEHIND];
    Arrays.fill(array, MARK);
    Arrays.fill(array, BEFORE, BEFORE + elements, Float.NaN);
    return Tensor.on(array, BEFORE, shape, count);
  }

  /** The values of a destination in memory order, after a look at its marks. */
  public static float[] values(String what, Tensor output) {
    float[] array = output.array();
    for (int i = 0; i < array.length; i++) {
      if ((i < BEFORE || i >= BEFORE + output.elements()) && array[i] != MARK) {
        assertThat(array[i])
            .as("%s: written outside, at %d of %d", what, i - BEFORE, output.elements())
            .isEqualTo(MARK);
      }
    }
    return Arrays.copyOfRange(array, BEFORE, BEFORE + output.elements());
  }
}
