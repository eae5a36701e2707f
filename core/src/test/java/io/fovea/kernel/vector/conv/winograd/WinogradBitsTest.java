package io.fovea.kernel.vector.conv.winograd;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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

  /** Numbers of threads; with 16, few images are computed in parts of the channels. */
  private static final List<Integer> THREADS = List.of(1, 2, 3, 16);

  private static final Map<Integer, Workers> WORKERS =
      THREADS.stream().collect(Collectors.toMap(threads -> threads, Workers::of));

  @AfterAll
  static void close() {
    WORKERS.values().forEach(Workers::close);
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
    return new Resources(Objects.requireNonNull(WORKERS.get(threads)), new Scratch(threads));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void allPasses_anyNumberOfThreads_sameBits(WinogradCases.Case c) {
    WinogradRun run = WinogradRun.reals(c, SEED);
    LinearResult expected = run.jointly(fresh(1));
    LinearResult gated = run.gated(run.dy()).jointly(fresh(1));
    for (int threads : THREADS) {
      String what = text(c) + " " + threads + " threads";
      WinogradRun.assertSameBits(what, run.jointly(poisoned(threads)), expected);
      WinogradRun.assertSameBits(what, run.separately(poisoned(threads)), expected);
      WinogradRun.assertSameBits(
          what + " gated", run.jointlyRectified(run.dy(), true, poisoned(threads)), gated);
    }
  }

  /** Layers of many channels, and one image: they have fewer accumulators than threads. */
  static Stream<WinogradCases.Case> wide() {
    return Stream.of(
        new WinogradCases.Case(new Conv2dGeometry(160, 7, 7, 130, 1, Window.square(3, 1, 1, 1)), 5),
        new WinogradCases.Case(
            new Conv2dGeometry(128, 14, 14, 128, 1, Window.square(3, 1, 1, 1)), 2),
        new WinogradCases.Case(
            new Conv2dGeometry(100, 30, 9, 96, 1, Window.square(5, 1, 2, 1)), 1));
  }

  @ParameterizedTest
  @MethodSource("wide")
  void allPasses_inParts_sameBits(WinogradCases.Case c) {
    int channels = Math.min(c.g().channels(), c.g().filters());
    assertThat(Part.count(c.images(), 16, channels)).isGreaterThan(1);
    allPasses_anyNumberOfThreads_sameBits(c);
  }

  @ParameterizedTest
  @CsvSource({
    "4, 2, 512, 1",
    "4, 16, 512, 4",
    "16, 2, 64, 1",
    "16, 16, 64, 1",
    "1, 1, 512, 1",
    "5, 2, 512, 1"
  })
  void parts_onlyWhereThreadsWouldHaveNoWork(int chunks, int threads, int channels, int parts) {
    assertThat(Part.count(chunks, threads, channels)).isEqualTo(parts);
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

  /** The same, but what the scratch of the first two holds is NaN. */
  private static Resources poisoned(int threads) {
    Resources resources = fresh(threads);
    Scratch scratch = resources.scratch();
    for (int slot = 0; slot <= Scratch.GATED; slot++) {
      Arrays.fill(scratch.shared(slot, POISON), Float.NaN);
      for (int worker = 0; worker < Math.min(threads, 2); worker++) {
        Arrays.fill(scratch.of(worker, slot, POISON), Float.NaN);
      }
    }
    return resources;
  }
}
