package io.fovea.kernel.vector.activation;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.kernel.op.Bound;
import io.fovea.kernel.op.Draw;
import io.fovea.kernel.op.EveryWidth;
import io.fovea.kernel.op.Guarded;
import io.fovea.kernel.op.Resources;
import io.fovea.kernel.reference.ReferenceRelu;
import io.fovea.kernel.vector.VectorKernels;
import io.fovea.parallel.Scratch;
import io.fovea.parallel.Workers;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The fast rectifier against the reference, bit for bit. */
@EveryWidth
class VectorReluTest {
  private static final long SEED = 20260119;
  @AutoClose private static final Workers WORKERS = Workers.of(2);
  private static final Resources RESOURCES = new Resources(WORKERS, new Scratch(WORKERS.threads()));
  private static final float[] SPECIAL = {
    Float.NaN,
    -0f,
    0f,
    Float.POSITIVE_INFINITY,
    Float.NEGATIVE_INFINITY,
    Float.MIN_VALUE,
    -Float.MIN_VALUE
  };

  /** Around the lanes, and around the pieces of 2^15 elements that the work is cut into. */
  static IntStream lengths() {
    int lanes = new VectorKernels().lanes();
    return IntStream.concat(
        IntStream.rangeClosed(1, 2 * lanes + 3),
        IntStream.of((1 << 15) - 1, (1 << 15) + 5, 70_001));
  }

  private static float[] values(int length) {
    Draw draw = new Draw(SEED + length);
    float[] values = draw.reals(length);
    for (int i = 0; i < length; i++) {
      if (draw.percent(30)) {
        values[i] = SPECIAL[draw.between(0, SPECIAL.length - 1)];
      }
    }
    return values;
  }

  @ParameterizedTest
  @MethodSource("lengths")
  void bothPasses_anyLength_sameBitsAsTheReference(int length) {
    Shape shape = Shape.of(length);
    String what = "seed " + SEED + ", length " + length;
    Tensor x = Guarded.input(values(length), shape, 1);
    Tensor dy = Guarded.input(new Draw(SEED).reals(length), shape, 1);
    Tensor y = Guarded.output(shape, 1);
    Tensor dx = Guarded.output(shape, 1);
    Tensor expectedY = Guarded.output(shape, 1);
    Tensor expectedDx = Guarded.output(shape, 1);
    new VectorKernels().relu().forward(y, x, RESOURCES);
    new ReferenceRelu().forward(expectedY, x, RESOURCES);
    Bound.assertSameBits(what + " y", Guarded.values(what, y), expectedY.toArray());
    new VectorKernels().relu().backward(dx, dy, y, RESOURCES);
    new ReferenceRelu().backward(expectedDx, dy, y, RESOURCES);
    Bound.assertSameBits(what + " dx", Guarded.values(what, dx), expectedDx.toArray());
  }

  @Test
  void forward_specialNumbers_keepsNaNAndMakesZerosPositive() {
    float[] x = new float[SPECIAL.length * new VectorKernels().lanes()];
    for (int i = 0; i < x.length; i++) {
      x[i] = SPECIAL[i % SPECIAL.length];
    }
    Shape shape = Shape.of(x.length);
    Tensor y = Guarded.output(shape, 1);
    new VectorKernels().relu().forward(y, Guarded.input(x, shape, 1), RESOURCES);
    float[] expected = {Float.NaN, 0f, 0f, Float.POSITIVE_INFINITY, 0f, Float.MIN_VALUE, 0f};
    for (int i = 0; i < x.length; i++) {
      assertThat(Float.floatToIntBits(y.toArray()[i]))
          .as("relu(%s)", x[i])
          .isEqualTo(Float.floatToIntBits(expected[i % expected.length]));
    }
  }
}
