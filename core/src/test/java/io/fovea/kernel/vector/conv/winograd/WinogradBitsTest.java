package io.fovea.kernel.vector.conv.winograd;

import io.fovea.kernel.geometry.Conv2dGeometry;
import io.fovea.kernel.op.Bound;
import io.fovea.kernel.op.EveryWidth;
import io.fovea.kernel.op.LinearResult;
import io.fovea.kernel.op.Resources;
import io.fovea.kernel.vector.machine.Lanes;
import io.fovea.parallel.Scratch;
import io.fovea.parallel.Workers;
import io.fovea.tensor.Window;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The bits of Winograd's convolution depend on its numbers and its geometry alone: not on threads,
 * on the images beside an image, nor on what the scratch memory held.
 */
@EveryWidth
class WinogradBitsTest {
  private static final long SEED = 20260127;
  private static final int IMAGES = 9;

  /** Floats that fill each slot with something bad. */
  private static final int POISON = 1 << 17;

  private static final Workers[] WORKERS = {
    Workers.of(1), Workers.of(2), Workers.of(3), Workers.of(4)
  };

  @AfterAll
  static void close() {
    for (Workers workers : WORKERS) {
      workers.close();
    }
  }

  /** Whole images in a block, of one tile and of several; one image; strips; strips with a rest. */
  static Stream<WinogradCases.Case> shapes() {
    int lanes = Lanes.COUNT;
    return Stream.of(
            new Conv2dGeometry(lanes + 1, 3, 4, 5, 1, Window.square(3, 1, 1, 1)),
            new Conv2dGeometry(3, 8, 7, lanes, 1, Window.square(5, 1, 2, 1)),
            new Conv2dGeometry(lanes, 14, 14, lanes + 1, 1, Window.square(5, 1, 2, 1)),
            new Conv2dGeometry(5, 28, 28, 3, 1, Window.square(3, 1, 1, 1)),
            new Conv2dGeometry(16, 28, 28, 32, 1, Window.square(5, 1, 2, 1)),
            new Conv2dGeometry(2, 21, 37, 3, 1, new Window(5, 5, 1, 1, 0, 4, 3, 1, 1, 1)))
        .map(g -> new WinogradCases.Case(g, IMAGES));
  }

  static Stream<WinogradCases.Case> cases() {
    return Stream.of(shapes().toList(), WinogradCases.of(SEED, 40, 300_000)).flatMap(List::stream);
  }

  private static String text(WinogradCases.Case c) {
    return "seed %d, %d lanes, %s:".formatted(SEED, Lanes.COUNT, c);
  }

  /** New scratch for so many threads. */
  private static Resources fresh(int threads) {
    return new Resources(WORKERS[threads - 1], new Scratch(threads));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void allPasses_oneToFourThreads_sameBits(WinogradCases.Case c) {
    WinogradRun run = WinogradRun.reals(c, SEED);
    LinearResult expected = run.jointly(fresh(1));
    for (int threads = 2; threads <= 4; threads++) {
      WinogradRun.assertSameBits(
          text(c) + " " + threads + " threads", run.jointly(fresh(threads)), expected);
    }
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void image_anyBatchAndPlace_sameBits(WinogradCases.Case c) {
    WinogradRun all = WinogradRun.reals(c, SEED);
    Resources resources = fresh(1);
    LinearResult expected = all.separately(resources);
    for (int batch = 1; batch <= IMAGES; batch++) {
      for (int from = 0; from + batch <= IMAGES; from++) {
        LinearResult part = all.slice(from, batch).separately(resources);
        String what = "%s batch %d from %d".formatted(text(c), batch, from);
        Bound.assertSameBits(
            what + " y", part.y(), images(expected.y(), c.g().outputElements(), from, batch));
        Bound.assertSameBits(
            what + " dx", part.dx(), images(expected.dx(), c.g().inputElements(), from, batch));
      }
    }
  }

  private static float[] images(float[] values, int elements, int from, int count) {
    return Arrays.copyOfRange(values, from * elements, (from + count) * elements);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void allPasses_scratchFullOfNaN_doesNotMatter(WinogradCases.Case c) {
    WinogradRun run = WinogradRun.reals(c, SEED);
    LinearResult expected = run.jointly(fresh(1));
    LinearResult gated = run.gated(run.dy()).jointly(fresh(1));
    Resources resources = fresh(2);
    poison(resources.scratch());
    Bound.assertSameBits(text(c) + " y", run.forward(resources), expected.y());
    poison(resources.scratch());
    WinogradRun.assertSameBits(text(c) + " jointly", run.jointly(resources), expected);
    poison(resources.scratch());
    WinogradRun.assertSameBits(text(c) + " separately", run.separately(resources), expected);
    poison(resources.scratch());
    WinogradRun.assertSameBits(
        text(c) + " gated", run.jointlyRectified(run.dy(), true, resources), gated);
  }

  private static void poison(Scratch scratch) {
    for (int slot = 0; slot <= Scratch.GATED; slot++) {
      Arrays.fill(scratch.shared(slot, POISON), Float.NaN);
      Arrays.fill(scratch.of(0, slot, POISON), Float.NaN);
      Arrays.fill(scratch.of(1, slot, POISON), Float.NaN);
    }
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void allPasses_afterImagesOfNaN_sameBits(WinogradCases.Case c) {
    WinogradRun run = WinogradRun.reals(c, SEED);
    float[] nan = new float[run.x().length];
    float[] gradient = new float[run.dy().length];
    Arrays.fill(nan, Float.NaN);
    Arrays.fill(gradient, Float.NaN);
    WinogradRun bad = run.with(nan, gradient);
    LinearResult expected = run.jointly(fresh(1));
    Resources resources = fresh(2);
    bad.jointly(resources);
    WinogradRun.assertSameBits(text(c), run.jointly(resources), expected);
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void image_besideAnImageOfNaN_sameBits(WinogradCases.Case c) {
    WinogradRun run = WinogradRun.reals(c, SEED);
    int in = c.g().inputElements();
    int out = c.g().outputElements();
    LinearResult expected = run.jointly(fresh(1));
    int bad = IMAGES / 2;
    Arrays.fill(run.x(), bad * in, (bad + 1) * in, Float.NaN);
    Arrays.fill(run.dy(), bad * out, (bad + 1) * out, Float.NaN);
    LinearResult actual = run.jointly(fresh(1));
    for (int n = 0; n < IMAGES; n++) {
      if (n != bad) {
        String what = text(c) + " image " + n;
        Bound.assertSameBits(
            what + " y", images(actual.y(), out, n, 1), images(expected.y(), out, n, 1));
        Bound.assertSameBits(
            what + " dx", images(actual.dx(), in, n, 1), images(expected.dx(), in, n, 1));
      }
    }
  }
}
