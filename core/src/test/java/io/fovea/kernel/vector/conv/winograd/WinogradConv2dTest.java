package io.fovea.kernel.vector.conv.winograd;

import io.fovea.kernel.geometry.Conv2dGeometry;
import io.fovea.kernel.op.Bound;
import io.fovea.kernel.op.Conv2dKernel;
import io.fovea.kernel.op.EveryWidth;
import io.fovea.kernel.op.LinearCase;
import io.fovea.kernel.op.LinearNumbers;
import io.fovea.kernel.op.LinearResult;
import io.fovea.kernel.op.Resources;
import io.fovea.kernel.vector.VectorKernels;
import io.fovea.kernel.vector.conv.direct.DirectConv2d;
import io.fovea.kernel.vector.machine.Lanes;
import io.fovea.parallel.Scratch;
import io.fovea.parallel.Workers;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Winograd's convolution against the reference: within the componentwise bound that {@link
 * WinogradBound} derives, and for small whole numbers nearest to the exact ones, which catches any
 * missing or doubled term. (The filter's transform divides by 6, 24 or 90, so whole numbers do not
 * come out whole.)
 */
@EveryWidth
class WinogradConv2dTest {
  private static final long SEED = 20260126;

  /** One for all cases, so that each finds the leftovers of the one before. */
  @AutoClose private static final Workers WORKERS = Workers.of(2);

  private static final Resources RESOURCES = new Resources(WORKERS, new Scratch(WORKERS.threads()));

  static Stream<WinogradCases.Case> cases() {
    return WinogradCases.of(SEED, 90, 500_000).stream();
  }

  private static String text(WinogradCases.Case c) {
    return "seed %d, %d lanes, %s:".formatted(SEED, Lanes.COUNT, c);
  }

  private static LinearCase linear(Conv2dGeometry g, int images) {
    return LinearCase.of(g, images).computedBy(new WinogradConv2d(g));
  }

  private static LinearResult result(String what, LinearCase c, LinearNumbers numbers) {
    return LinearResult.of(what, new VectorKernels(), c, numbers, RESOURCES);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void allPasses_fractions_lieWithinTheBound(WinogradCases.Case c) {
    LinearCase linear = linear(c.g(), c.images());
    LinearNumbers numbers = LinearNumbers.reals(linear, SEED);
    new WinogradBound(c.g(), c.images())
        .assertWithin(text(c), result(text(c), linear, numbers), numbers);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void allPasses_wholeNumbers_areNearestToTheExactOnes(WinogradCases.Case c) {
    LinearCase linear = linear(c.g(), c.images());
    LinearNumbers numbers = LinearNumbers.integers(linear, SEED);
    LinearResult result = result(text(c), linear, numbers);
    numbers.assertEqual(
        text(c),
        new LinearResult(
            rounded(result.y()), rounded(result.dx()), rounded(result.dw()), rounded(result.db())));
  }

  private static float[] rounded(float[] values) {
    float[] result = new float[values.length];
    for (int i = 0; i < result.length; i++) {
      result[i] = (float) Math.rint(values[i]);
    }
    return result;
  }

  /** Both kernels: a convolution and the ReLU behind it in one pass, forward and back. */
  @ParameterizedTest
  @MethodSource("cases")
  void rectified_anyCase_isAConvolutionAndARelu(WinogradCases.Case c) {
    for (Conv2dKernel kernel : List.of(new WinogradConv2d(c.g()), new DirectConv2d(c.g()))) {
      WinogradRun run = WinogradRun.reals(c, SEED).on(kernel);
      String what = text(c) + " " + kernel.name();
      float[] rectified = run.forward(RESOURCES);
      for (int i = 0; i < rectified.length; i++) {
        rectified[i] = Math.max(rectified[i], 0);
      }
      Bound.assertSameBits(what, run.forwardRectified(RESOURCES), rectified);
      LinearResult expected = run.gated(rectified).jointly(RESOURCES);
      WinogradRun.assertSameBits(
          what + " gated", run.jointlyRectified(rectified, true, RESOURCES), expected);
      LinearResult weights = run.jointlyRectified(rectified, false, RESOURCES);
      Bound.assertSameBits(what + " gated dw without dx", weights.dw(), expected.dw());
      Bound.assertSameBits(what + " gated db without dx", weights.db(), expected.db());
    }
  }

  /** The formulas behind the bound are the convolution's own. */
  @ParameterizedTest
  @MethodSource("cases")
  void formulas_inDouble_areTheConvolution(WinogradCases.Case c) {
    LinearNumbers numbers = LinearNumbers.doubles(LinearCase.of(c.g(), c.images()), SEED);
    int size = c.g().window().kernelHeight() + TileTransform.OUTPUTS - 1;
    WinogradInDouble winograd = new WinogradInDouble(c.g(), ToomCook.of(size));
    double tolerance = 1e-12;
    Bound.assertClose(
        text(c) + " y",
        winograd.forward(numbers.x(), numbers.w(), numbers.b(), c.images()),
        numbers.y(),
        tolerance);
    Bound.assertClose(
        text(c) + " dx",
        winograd.inputGradient(numbers.dy(), numbers.w(), c.images()),
        numbers.dx(),
        tolerance);
    Bound.assertClose(
        text(c) + " dw",
        winograd.weightGradient(numbers.x(), numbers.dy(), c.images()),
        numbers.dw(),
        tolerance);
  }
}
