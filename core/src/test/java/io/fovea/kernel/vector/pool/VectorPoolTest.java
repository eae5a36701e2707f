package io.fovea.kernel.vector.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.kernel.geometry.Pool2dGeometry;
import io.fovea.kernel.op.AwkwardCases;
import io.fovea.kernel.op.Bound;
import io.fovea.kernel.op.Draw;
import io.fovea.kernel.op.EveryWidth;
import io.fovea.kernel.op.Guarded;
import io.fovea.kernel.op.Resources;
import io.fovea.kernel.reference.ReferenceAvgPool2d;
import io.fovea.kernel.reference.ReferenceMaxPool2d;
import io.fovea.kernel.vector.VectorKernels;
import io.fovea.parallel.Scratch;
import io.fovea.parallel.Workers;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import io.fovea.tensor.Window;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The fast poolings against the reference: the same winners, the same bits. */
@EveryWidth
class VectorPoolTest {
  private static final long SEED = 20260118;
  private static final int IMAGES = 3;
  @AutoClose private static final Workers WORKERS = Workers.of(2);
  private static final Resources RESOURCES = new Resources(WORKERS, new Scratch(WORKERS.threads()));

  static Stream<Pool2dGeometry> cases() {
    return Stream.concat(
        AwkwardCases.poolings(SEED, 120, new VectorKernels().lanes()).stream(),
        Stream.of(overTheMap(1000, 13), overTheMap(205, 9), overTheMap(64, 30)));
  }

  /** One window over the whole map, as the layer before the last dense one often is. */
  private static Pool2dGeometry overTheMap(int channels, int size) {
    return new Pool2dGeometry(channels, size, size, Window.square(size, size, 0, 1));
  }

  private static Shape input(Pool2dGeometry g) {
    return Shape.of(g.channels(), g.height(), g.width());
  }

  private static Shape output(Pool2dGeometry g) {
    return Shape.of(g.channels(), g.outputHeight(), g.outputWidth());
  }

  private static String text(Pool2dGeometry g) {
    return "seed " + SEED + ", " + g;
  }

  /** Few different numbers, so many ties; zeros of both signs, infinities and NaN. */
  private static float[] ties(int length, boolean withNaN) {
    Draw draw = new Draw(SEED);
    float[] values = draw.integers(length, 2);
    for (int i = 0; i < length; i++) {
      if (draw.percent(10)) {
        values[i] = -0f;
      } else if (draw.percent(3)) {
        values[i] = Float.NEGATIVE_INFINITY;
      } else if (withNaN && draw.percent(8)) {
        values[i] = Float.NaN;
      }
    }
    return values;
  }

  @ParameterizedTest
  @MethodSource("cases")
  void max_tiesAndNaN_sameWinnersAndBitsWithAndWithoutPositions(Pool2dGeometry g) {
    for (boolean withNaN : new boolean[] {false, true}) {
      float[] values = ties(IMAGES * input(g).elements(), withNaN);
      Tensor x = Guarded.input(values, input(g), IMAGES);
      Tensor y = Guarded.output(output(g), IMAGES);
      Tensor expected = Guarded.output(output(g), IMAGES);
      int[] winners = new int[y.elements() + 7];
      Arrays.fill(winners, Integer.MAX_VALUE); // whatever an earlier pass has left there
      int[] expectedWinners = winners.clone();
      new VectorKernels().maxPool2d(g).forward(y, winners, x, RESOURCES);
      new ReferenceMaxPool2d(g).forward(expected, expectedWinners, x, RESOURCES);
      Bound.assertSameBits(text(g), Guarded.values(text(g), y), Guarded.values(text(g), expected));
      assertThat(winners).as(text(g)).isEqualTo(expectedWinners);
      Tensor alone = Guarded.output(output(g), IMAGES);
      new VectorKernels().maxPool2d(g).forward(alone, null, x, RESOURCES);
      Bound.assertSameBits(
          text(g), Guarded.values(text(g), alone), Guarded.values(text(g), expected));
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void max_wayBack_sendsTheGradientToTheWinners(Pool2dGeometry g) {
    Tensor x = Guarded.input(ties(IMAGES * input(g).elements(), false), input(g), IMAGES);
    Tensor y = Guarded.output(output(g), IMAGES);
    int[] winners = new int[y.elements()];
    new ReferenceMaxPool2d(g).forward(y, winners, x, RESOURCES);
    Tensor dy = Guarded.input(new Draw(SEED).integers(y.elements(), 100), output(g), IMAGES);
    Tensor dx = Guarded.output(input(g), IMAGES);
    Tensor expected = Guarded.output(input(g), IMAGES);
    new VectorKernels().maxPool2d(g).backward(dx, dy, winners, RESOURCES);
    new ReferenceMaxPool2d(g).backward(expected, dy, winners, RESOURCES);
    Bound.assertSameBits(text(g), Guarded.values(text(g), dx), Guarded.values(text(g), expected));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void avg_wholeNumbers_sameBits(Pool2dGeometry g) {
    // The sums are exact, and a quotient of floats that is rounded to double and then to float is
    // the quotient rounded once: 53 bits are more than twice 24 and 2.
    float[] values = new Draw(SEED).integers(IMAGES * input(g).elements(), 1000);
    Tensor x = Guarded.input(values, input(g), IMAGES);
    Tensor y = Guarded.output(output(g), IMAGES);
    Tensor expected = Guarded.output(output(g), IMAGES);
    new VectorKernels().avgPool2d(g).forward(y, x, RESOURCES);
    new ReferenceAvgPool2d(g).forward(expected, x, RESOURCES);
    Bound.assertSameBits(text(g), Guarded.values(text(g), y), Guarded.values(text(g), expected));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void avg_fractions_lieWithinTheBound(Pool2dGeometry g) {
    ReferenceAvgPool2d reference = new ReferenceAvgPool2d(g);
    int terms = g.window().kernelHeight() * g.window().kernelWidth();
    float[] x = new Draw(SEED).reals(IMAGES * input(g).elements());
    float[] dy = new Draw(SEED + 1).reals(IMAGES * output(g).elements());
    Tensor y = Guarded.output(output(g), IMAGES);
    Tensor dx = Guarded.output(input(g), IMAGES);
    new VectorKernels().avgPool2d(g).forward(y, Guarded.input(x, input(g), IMAGES), RESOURCES);
    new VectorKernels().avgPool2d(g).backward(dx, Guarded.input(dy, output(g), IMAGES), RESOURCES);
    double[] expected = new double[dy.length];
    double[] sizes = new double[dy.length];
    reference.forward(expected, Bound.widen(x), IMAGES);
    reference.forward(sizes, Bound.absolute(Bound.widen(x)), IMAGES);
    Bound.assertWithin(text(g) + " y", Guarded.values(text(g), y), expected, sizes, terms);
    double[] gradient = new double[x.length];
    double[] gradientSizes = new double[x.length];
    reference.backward(gradient, Bound.widen(dy), IMAGES);
    reference.backward(gradientSizes, Bound.absolute(Bound.widen(dy)), IMAGES);
    Bound.assertWithin(
        text(g) + " dx", Guarded.values(text(g), dx), gradient, gradientSizes, terms);
  }
}
