package io.fovea.kernel.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.fovea.kernel.geometry.Pool2dGeometry;
import io.fovea.kernel.op.AwkwardCases;
import io.fovea.kernel.op.Bound;
import io.fovea.kernel.op.Draw;
import io.fovea.kernel.op.LinearCase;
import io.fovea.kernel.op.LinearNumbers;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The reference's gradients are the transposes of its forward passes: with b = 0, &lt;y(x, w),
 * dy&gt; = &lt;x, dx(dy, w)&gt; = &lt;w, dw(dy, x)&gt;, in double, up to rounding.
 */
class AdjointTest {
  private static final long SEED = 20260120;
  private static final double TOLERANCE = 1e-12; // of the same product over absolute values

  static Stream<LinearCase> linear() {
    return Stream.of(
            AwkwardCases.convolutions(SEED, 80, 8, 200_000), AwkwardCases.dense(SEED, 15, 4))
        .flatMap(List::stream);
  }

  static Stream<Pool2dGeometry> pools() {
    return AwkwardCases.poolings(SEED, 30, 4).stream();
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  @ParameterizedTest
  @MethodSource("linear")
  void linear_randomGeometry_gradientsAreTransposes(LinearCase c) {
    LinearNumbers drawn = LinearNumbers.doubles(c, SEED);
    LinearNumbers numbers =
        new LinearNumbers(c, drawn.x(), drawn.w(), new double[c.biases()], drawn.dy());
    double forward = dot(numbers.y(), numbers.dy());
    double size = dot(Bound.absolute(numbers.y()), Bound.absolute(numbers.dy()));
    assertThat(dot(numbers.x(), numbers.dx()))
        .as("seed %d, %s: <x, dx>", SEED, c)
        .isCloseTo(forward, within(TOLERANCE * size));
    assertThat(dot(numbers.w(), numbers.dw()))
        .as("seed %d, %s: <w, dw>", SEED, c)
        .isCloseTo(forward, within(TOLERANCE * size));
  }

  @ParameterizedTest
  @MethodSource("linear")
  void linear_biasOfOnes_gradientIsTheSumOfEachOutput(LinearCase c) {
    LinearNumbers numbers =
        new LinearNumbers(
            c,
            new double[c.images() * c.input().elements()],
            new double[c.weights()],
            new Draw(SEED).doubles(c.biases()),
            new Draw(SEED + 1).doubles(c.images() * c.output().elements()));
    assertThat(dot(numbers.b(), numbers.db()))
        .as("seed %d, %s: <b, db>", SEED, c)
        .isCloseTo(dot(numbers.y(), numbers.dy()), within(1e-10));
  }

  @ParameterizedTest
  @MethodSource("pools")
  void avgPool_randomGeometry_gradientIsTheTranspose(Pool2dGeometry g) {
    int count = 2;
    Draw draw = new Draw(SEED);
    double[] x = draw.doubles(count * g.channels() * g.height() * g.width());
    double[] dy = draw.doubles(count * g.channels() * g.outputHeight() * g.outputWidth());
    double[] y = new double[dy.length];
    double[] dx = new double[x.length];
    new ReferenceAvgPool2d(g).forward(y, x, count);
    new ReferenceAvgPool2d(g).backward(dx, dy, count);
    double size = dot(Bound.absolute(y), Bound.absolute(dy));
    assertThat(dot(x, dx))
        .as("seed %d, %s", SEED, g)
        .isCloseTo(dot(y, dy), within(TOLERANCE * size));
  }
}
