package io.fovea.kernel.vector.activation;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.kernel.op.Activation;
import io.fovea.kernel.op.Bound;
import io.fovea.kernel.op.Draw;
import io.fovea.kernel.op.EveryWidth;
import io.fovea.kernel.op.Guarded;
import io.fovea.kernel.op.Resources;
import io.fovea.kernel.reference.ReferenceActivation;
import io.fovea.layer.ActivationLayer;
import io.fovea.layer.UsualActivations;
import io.fovea.parallel.Scratch;
import io.fovea.parallel.Workers;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The fast activations against the reference. */
@EveryWidth
class VectorActivationTest {
  private static final long SEED = 20260201;
  @AutoClose private static final Workers WORKERS = Workers.of(2);
  private static final Resources RESOURCES = new Resources(WORKERS, new Scratch(WORKERS.threads()));

  static Stream<Activation> activations() {
    return Stream.concat(
        UsualActivations.all().map(ActivationLayer::function),
        Stream.of(
            new Activation.LeakyRelu(0.125),
            new Activation.Elu(0.75),
            new Activation.GeluByTanh(),
            new Activation.Clip(-0.5, 6),
            new Activation.Clip(Double.NEGATIVE_INFINITY, 2),
            new Activation.HardSigmoid(0.25, 0.5),
            new Activation.Selu(1.671875, 1.046875)));
  }

  private static float[] forward(Activation f, float[] x) {
    Shape shape = Shape.of(x.length);
    Tensor y = Guarded.output(shape, 1);
    new VectorActivation(f).forward(y, Guarded.input(x, shape, 1), RESOURCES);
    return Guarded.values(f + " y", y);
  }

  private static float[] backward(Activation f, float[] dy, float[] x) {
    Shape shape = Shape.of(x.length);
    Tensor dx = Guarded.output(shape, 1);
    new VectorActivation(f)
        .backward(dx, Guarded.input(dy, shape, 1), Guarded.input(x, shape, 1), RESOURCES);
    return Guarded.values(f + " dx", dx);
  }

  /** Every 1/512 from -110 to 110, and small numbers of every size. */
  private static float[] grid() {
    int side = 110 * 512;
    float[] x = new float[2 * side + 1 + 2 * 120];
    for (int i = -side; i <= side; i++) {
      x[i + side] = i / 512f;
    }
    for (int i = 0; i < 120; i++) {
      x[2 * side + 1 + 2 * i] = (float) Math.scalb(1.3, -i);
      x[2 * side + 2 + 2 * i] = (float) -Math.scalb(1.3, -i);
    }
    return x;
  }

  /**
   * Where e^x is no normal float any more, the fast kernels have 0; the reference's 1 + erf is less
   * exact than they are where it is close to 0.
   */
  private static double least(Activation f) {
    return f instanceof Activation.Gelu ? 1e-14 : 1e-36;
  }

  /**
   * What roundings of y are relative to: |y|, where nothing cancels. e^-a of a rounded a is wrong
   * by a roundings, which the tails of GELU feel: a is x^2/2, or 2u.
   */
  private static double size(Activation f, double x, double y) {
    double far = Math.abs(x);
    if (f instanceof Activation.HardSigmoid) {
      return 1;
    }
    if (f instanceof Activation.HardSwish) {
      return Math.max(far, Math.abs(y));
    }
    if (x < 0 && f instanceof Activation.Gelu) {
      return Math.abs(y) * (1 + far * far / 8);
    }
    if (x < 0 && f instanceof Activation.GeluByTanh) {
      return Math.abs(y) * (1 + (far + 0.045 * far * far * far) / 2);
    }
    return Math.abs(y);
  }

  /** Within 8 roundings of |y|. */
  @ParameterizedTest
  @MethodSource("activations")
  void forward_wholeRange_isAsNearAsFloatsAllow(Activation f) {
    float[] x = grid();
    double[] expected = new double[x.length];
    new ReferenceActivation(f).forward(expected, Bound.widen(x));
    double[] sizes = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      sizes[i] = size(f, x[i], expected[i]) + least(f) / Bound.UNIT;
    }
    Bound.assertWithinRoundings(f + " y", forward(f, x), expected, sizes, 8);
  }

  /** The same for f', relative to 1 where terms of f' cancel. */
  @ParameterizedTest
  @MethodSource("activations")
  void backward_wholeRange_isAsNearAsFloatsAllow(Activation f) {
    float[] x = grid();
    float[] dy = new float[x.length];
    Arrays.fill(dy, -3);
    double[] expected = new double[x.length];
    new ReferenceActivation(f).backward(expected, Bound.widen(dy), Bound.widen(x));
    boolean cancels =
        f instanceof Activation.Gelu
            || f instanceof Activation.GeluByTanh
            || f instanceof Activation.Silu
            || f instanceof Activation.Mish
            || f instanceof Activation.HardSwish;
    double[] sizes = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      sizes[i] = cancels ? 3 : Math.abs(expected[i]) + least(f) / Bound.UNIT;
    }
    Bound.assertWithinRoundings(f + " dx", backward(f, dy, x), expected, sizes, 10);
  }

  @ParameterizedTest
  @MethodSource("activations")
  void specialValues_giveTheLimits(Activation f) {
    float[] x = {Float.NaN, Float.POSITIVE_INFINITY, Float.MAX_VALUE, -Float.MAX_VALUE, 0, -0f};
    float[] y = forward(f, x);
    float[] dx = backward(f, new float[] {1, 1, 1, 1, 1, 1}, x);
    assertThat(y[0]).isNaN();
    assertThat(y[1]).isEqualTo((float) f.value(Double.POSITIVE_INFINITY));
    for (int i = 2; i < 6; i++) {
      assertThat(y[i]).isEqualTo((float) f.value(x[i]));
      assertThat(dx[i]).isEqualTo((float) f.derivative(x[i]));
    }
  }

  @Test
  void infinity_boundedFunctions_giveTheirBounds() {
    for (Activation f : activations().toList()) {
      float bound = Float.POSITIVE_INFINITY;
      if (f instanceof Activation.Clip clip) {
        bound = (float) clip.high();
      } else if (f.value(1000) <= 1) {
        bound = 1;
      }
      assertThat(forward(f, new float[] {Float.POSITIVE_INFINITY})[0]).as("%s", f).isEqualTo(bound);
    }
  }

  /** At places around the lanes and the blocks. */
  @ParameterizedTest
  @MethodSource("activations")
  void element_anyPlace_hasTheSameBits(Activation f) {
    float[] all = new Draw(SEED).normal(4200, 0, 3);
    float[] dy = new Draw(SEED + 1).reals(4200);
    float[] y = forward(f, all);
    float[] dx = backward(f, dy, all);
    for (int length : new int[] {1, 3, 17, 33, 2047, 2048, 2049}) {
      int from = 4200 - length - 5;
      float[] x = Arrays.copyOfRange(all, from, from + length);
      float[] d = Arrays.copyOfRange(dy, from, from + length);
      String what = "seed %d, %s, %d from %d".formatted(SEED, f, length, from);
      Bound.assertSameBits(what, forward(f, x), Arrays.copyOfRange(y, from, from + length));
      Bound.assertSameBits(what, backward(f, d, x), Arrays.copyOfRange(dx, from, from + length));
    }
  }
}
