package io.fovea.kernel.vector;

import io.fovea.kernel.geometry.Conv2dGeometry;
import io.fovea.kernel.geometry.DenseGeometry;
import io.fovea.kernel.op.AwkwardCases;
import io.fovea.kernel.op.Bound;
import io.fovea.kernel.op.Conv2dAlgorithm;
import io.fovea.kernel.op.Conv2dKernel;
import io.fovea.kernel.op.Draw;
import io.fovea.kernel.op.EveryWidth;
import io.fovea.kernel.op.Guarded;
import io.fovea.kernel.op.Kernels;
import io.fovea.kernel.op.LinearCase;
import io.fovea.kernel.op.LinearNumbers;
import io.fovea.kernel.op.LinearResult;
import io.fovea.kernel.op.Packing;
import io.fovea.kernel.op.Resources;
import io.fovea.kernel.vector.machine.Lanes;
import io.fovea.parallel.Scratch;
import io.fovea.parallel.Workers;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import io.fovea.tensor.Window;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The fast convolutions and the dense layer against the reference: as they are chosen, and each
 * algorithm of the convolution on geometries of any kind, whether it would be chosen for them or
 * not; image by image, on any number of threads. Whole numbers must agree exactly, which catches
 * any missing or doubled term; other numbers within the bound that can be derived.
 */
@Order(1) // the longest first, so that none is left alone at the end
@EveryWidth
class VectorLinearTest {
  private static final long SEED = 20260203;
  private static final int L = Lanes.COUNT;
  @AutoClose private static final Workers WORKERS = Workers.of(2);

  /** One for all cases, so that each finds the leftovers of the one before. */
  private static final Resources RESOURCES = new Resources(WORKERS, new Scratch(WORKERS.threads()));

  /** Kernels by the name of what chooses them, and what they are to compute. */
  record Task(String name, Kernels kernels, LinearCase numbers) {
    Task(Conv2dAlgorithm algorithm, LinearCase numbers) {
      this(algorithm.toString(), VectorKernels.always(algorithm), numbers);
    }

    @Override
    public String toString() {
      return "seed %d, %d lanes, %s, %s".formatted(SEED, L, name, numbers);
    }
  }

  static List<Task> tasks() {
    List<Task> tasks = new ArrayList<>();
    for (LinearCase c : AwkwardCases.convolutions(SEED, 120, L, 500_000)) {
      tasks.add(new Task(Conv2dAlgorithm.GEMM, c));
    }
    for (Conv2dGeometry g : wide()) {
      tasks.add(new Task(Conv2dAlgorithm.GEMM, LinearCase.of(g, 2)));
    }
    for (Conv2dGeometry g : sliding()) {
      tasks.add(new Task(Conv2dAlgorithm.DIRECT, LinearCase.of(g, 5)));
    }
    for (Conv2dGeometry g : slidingOverChannels()) {
      tasks.add(new Task(Conv2dAlgorithm.DIRECT, LinearCase.of(g, 5)));
      tasks.add(new Task(Conv2dAlgorithm.DIRECT, LinearCase.of(g, 1)));
    }
    Draw draw = new Draw(SEED);
    while (tasks.size() < 264) {
      Conv2dGeometry g = depthwise(draw);
      if (g.outputHeight() >= 1 && g.outputWidth() >= 1) {
        tasks.add(new Task(Conv2dAlgorithm.DEPTHWISE, LinearCase.of(g, draw.oneOf(1, 2, 3, 17))));
      }
    }
    List<LinearCase> chosen = new ArrayList<>(known());
    chosen.addAll(AwkwardCases.convolutions(SEED + 1, 150, L, 700_000));
    chosen.addAll(AwkwardCases.dense(SEED, 80, L));
    chosen.forEach(c -> tasks.add(new Task("chosen", VectorKernels.direct(), c)));
    return tasks;
  }

  /** Shapes that no change of the generator shall lose: what networks use, and many images. */
  private static List<LinearCase> known() {
    return List.of(
        LinearCase.of(new Conv2dGeometry(1, 28, 28, 16, 1, Window.square(5, 1, 2, 1)), 2),
        LinearCase.of(new Conv2dGeometry(16, 14, 14, 32, 1, Window.square(5, 1, 2, 1)), 1),
        LinearCase.of(new Conv2dGeometry(L, 8, 8, 2 * L, 1, Window.square(1, 1, 0, 1)), 4),
        LinearCase.of(new Conv2dGeometry(3, 5, 5, L, 1, Window.square(1, 2, 0, 1)), 20),
        LinearCase.of(new Conv2dGeometry(2, 1, 1, 3, 1, Window.square(1, 1, 3, 1)), 17),
        LinearCase.of(new Conv2dGeometry(2, 4, 4, 3, 1, Window.square(2, 3, 3, 1)), 33),
        LinearCase.of(new DenseGeometry(Shape.of(16, 7, 7).flattened(), 100), 64),
        // So many features that PackedDense takes its long panels, the last one not full.
        LinearCase.of(new DenseGeometry(Shape.of(1090 * L + 3), 11), 9),
        // Kernel rows in blocks of three, two and one.
        firstLayer(1, 4),
        firstLayer(2, 5),
        firstLayer(3, 11),
        firstLayer(4, 8),
        firstLayer(5, 13),
        firstLayer(7, 9),
        LinearCase.of(new DenseGeometry(Shape.of(1), 1), 1));
  }

  /** A first convolution of one channel whose kernel rows have 5 taps. */
  private static LinearCase firstLayer(int kernelRows, int width) {
    Window window = new Window(kernelRows, 5, 1, 1, 0, 2, 0, 2, 1, 1);
    return LinearCase.of(new Conv2dGeometry(1, 9, width, L, 1, window), 3);
  }

  /** More pixels than a block, more terms than a slice, few images on many rows. */
  private static List<Conv2dGeometry> wide() {
    return List.of(
        new Conv2dGeometry(1, 40, 40, L, 1, Window.square(3, 2, 1, 1)),
        new Conv2dGeometry(2, 90, 7, 3, 1, Window.square(3, 1, 1, 1)),
        new Conv2dGeometry(600, 3, 3, 5, 1, Window.square(1, 1, 0, 1)),
        new Conv2dGeometry(600, 5, 7, 3 * L, 1, Window.square(1, 1, 0, 1)),
        new Conv2dGeometry(2 * L, 5, 2, 2 * L, 2, Window.square(1, 1, 0, 1)),
        new Conv2dGeometry(40, 13, 13, 9 * L + 3, 1, Window.square(1, 1, 0, 1)),
        new Conv2dGeometry(3, 3, 3, 600, 1, Window.square(1, 2, 1, 1)),
        new Conv2dGeometry(70, 4, 4, 2 * L, 1, Window.square(3, 1, 1, 2)),
        new Conv2dGeometry(2 * L, 8, 8, L, 1, Window.square(1, 1, 0, 1)),
        new Conv2dGeometry(2 * L, 7, 9, 2 * L, 2, Window.square(1, 1, 0, 1)),
        new Conv2dGeometry(3, 11, 11, 2, 1, new Window(11, 11, 4, 3, 2, 5, 1, 0, 1, 1)),
        new Conv2dGeometry(4, 2, 2, 4, 2, Window.square(1, 3, 4, 1)));
  }

  /**
   * Kernel rows of five taps over one channel: rows of 7 to 15 pixels, filters that fill a vector
   * or do not, one of them alone (whose input gradient reads one channel too), rows apart and far
   * apart.
   */
  private static List<Conv2dGeometry> sliding() {
    return List.of(
        new Conv2dGeometry(1, 28, 28, 16, 1, Window.square(5, 1, 2, 1)),
        new Conv2dGeometry(1, 9, 11, L, 1, Window.square(5, 1, 0, 1)),
        new Conv2dGeometry(1, 6, 13, 6, 1, Window.square(5, 1, 2, 1)),
        new Conv2dGeometry(1, 5, 15, 1, 1, Window.square(5, 1, 2, 1)),
        new Conv2dGeometry(3, 5, 9, 1, 1, Window.square(5, 1, 2, 1)),
        new Conv2dGeometry(1, 3, 12, L, 1, new Window(1, 5, 1, 1, 0, 0, 0, 0, 1, 1)),
        new Conv2dGeometry(1, 17, 12, 3, 1, new Window(3, 5, 2, 1, 1, 1, 0, 3, 3, 1)),
        new Conv2dGeometry(1, 8, 6, L, 1, Window.square(5, 1, 2, 1)),
        new Conv2dGeometry(1, 9, 20, L, 1, Window.square(5, 2, 2, 1)),
        new Conv2dGeometry(1, 12, 20, L, 1, Window.square(5, 1, 4, 2)));
  }

  /**
   * Kernel rows of five and three taps over several channels and groups: one, two and three vectors
   * of filters, filled or not, or half a vector; rows that blocks divide and others; rows apart;
   * and more weights than are copied.
   */
  private static List<Conv2dGeometry> slidingOverChannels() {
    return List.of(
        new Conv2dGeometry(3, 6, 28, 2 * L, 1, Window.square(5, 1, 2, 1)),
        new Conv2dGeometry(2, 5, 13, 2 * L - 3, 1, Window.square(5, 1, 2, 1)),
        new Conv2dGeometry(L, 5, 24, L, 1, Window.square(5, 1, 0, 1)),
        new Conv2dGeometry(6, 7, 14, 4 * L, 2, Window.square(5, 1, 2, 1)),
        new Conv2dGeometry(2, 5, 16, 3 * L, 1, Window.square(3, 1, 1, 1)),
        new Conv2dGeometry(5, 4, 8, 3 * L - 1, 1, Window.square(3, 1, 1, 1)),
        new Conv2dGeometry(4, 5, 23, 2 * (L - 1), 2, Window.square(3, 1, 1, 1)),
        new Conv2dGeometry(4, 3, 10, L, 2, Window.square(3, 1, 1, 1)),
        new Conv2dGeometry(2, 9, 16, 2 * L, 1, new Window(3, 3, 2, 1, 1, 1, 0, 1, 2, 1)),
        new Conv2dGeometry(3, 4, 9, L, 1, new Window(2, 3, 1, 1, 0, 1, 1, 0, 1, 1)),
        new Conv2dGeometry(150, 2, 8, 7 * L, 1, Window.square(3, 1, 1, 1)),
        new Conv2dGeometry(130, 2, 8, 7 * L, 1, Window.square(3, 1, 1, 1)));
  }

  private static Conv2dGeometry depthwise(Draw draw) {
    int channels = draw.oneOf(1, 2, 3, L - 1, L, L + 1, 2 * L, 2 * L + 3, 5 * L);
    int height = draw.oneOf(1, 2, 3, 5, 7, 8, 13, 29);
    int width = draw.oneOf(1, 2, 3, 4, 5, 7, 8, 9, 12, 19);
    return new Conv2dGeometry(channels, height, width, channels, channels, draw.window());
  }

  @ParameterizedTest
  @MethodSource("tasks")
  void allPasses_wholeNumbers_equalTheReferenceExactly(Task task) {
    LinearNumbers numbers = LinearNumbers.integers(task.numbers, SEED);
    numbers.assertEqual(
        task.toString(),
        LinearResult.of(task.toString(), task.kernels(), task.numbers, numbers, RESOURCES));
  }

  @ParameterizedTest
  @MethodSource("tasks")
  void allPasses_fractions_lieWithinTheBound(Task task) {
    LinearNumbers numbers = LinearNumbers.reals(task.numbers, SEED);
    numbers.assertWithin(
        task.toString(),
        LinearResult.of(task.toString(), task.kernels(), task.numbers, numbers, RESOURCES));
  }

  /** One geometry for each algorithm, with several bands, blocks and slices. */
  private static Conv2dGeometry geometry(Conv2dAlgorithm algorithm) {
    return algorithm == Conv2dAlgorithm.DEPTHWISE
        ? new Conv2dGeometry(5 * L + 3, 61, 40, 5 * L + 3, 5 * L + 3, Window.square(5, 2, 2, 1))
        : new Conv2dGeometry(L + 3, 151, 26, 2 * L, 1, Window.square(3, 2, 1, 1));
  }

  /** What a kernel makes of some images out of a batch of seeded numbers. */
  private static LinearResult result(
      Conv2dAlgorithm algorithm, int from, int images, Resources resources) {
    Conv2dGeometry g = geometry(algorithm);
    Conv2dKernel kernel = VectorKernels.always(algorithm).conv2d(g);
    Packing packing = kernel.packing();
    Draw draw = new Draw(SEED);
    float[] w = packing.pack(draw.reals(g.weights()));
    float[] b = draw.reals(g.filters());
    float[] xs = draw.reals(5 * g.inputElements());
    float[] dys = draw.reals(5 * g.outputElements());
    Shape input = Shape.of(g.channels(), g.height(), g.width());
    Shape output = Shape.of(g.filters(), g.outputHeight(), g.outputWidth());
    int end = from + images;
    float[] someX = Arrays.copyOfRange(xs, from * g.inputElements(), end * g.inputElements());
    float[] someDy = Arrays.copyOfRange(dys, from * g.outputElements(), end * g.outputElements());
    Tensor x = Guarded.input(someX, input, images);
    Tensor dy = Guarded.input(someDy, output, images);
    Tensor y = Guarded.output(output, images);
    Tensor dx = Guarded.output(input, images);
    float[] dw = new float[packing.storedLength()];
    float[] db = new float[g.filters()];
    kernel.forward(y, x, w, b, resources);
    kernel.backwardInput(dx, dy, w, resources);
    kernel.backwardWeights(dw, db, x, dy, resources);
    return new LinearResult(Guarded.values("y", y), Guarded.values("dx", dx), dw, db);
  }

  @ParameterizedTest
  @EnumSource(names = "WINOGRAD", mode = EnumSource.Mode.EXCLUDE)
  void forwardAndInputGradient_oneImageOfABatch_haveTheSameBitsAlone(Conv2dAlgorithm algorithm) {
    Conv2dGeometry g = geometry(algorithm);
    LinearResult batch = result(algorithm, 0, 5, RESOURCES);
    for (int n = 0; n < 5; n++) {
      LinearResult alone = result(algorithm, n, 1, RESOURCES);
      int y = g.outputElements();
      int x = g.inputElements();
      Bound.assertSameBits(
          algorithm + " y " + n, alone.y(), Arrays.copyOfRange(batch.y(), n * y, (n + 1) * y));
      Bound.assertSameBits(
          algorithm + " dx " + n, alone.dx(), Arrays.copyOfRange(batch.dx(), n * x, (n + 1) * x));
    }
  }

  @ParameterizedTest
  @EnumSource(names = "WINOGRAD", mode = EnumSource.Mode.EXCLUDE)
  void allPasses_oneToFourThreads_giveTheSameBits(Conv2dAlgorithm algorithm) {
    for (int images : new int[] {1, 3}) {
      LinearResult expected =
          result(algorithm, 0, images, new Resources(Workers.of(1), new Scratch(1)));
      for (int threads = 2; threads <= 4; threads++) {
        try (Workers workers = Workers.of(threads)) {
          Resources resources = new Resources(workers, new Scratch(threads));
          LinearResult actual = result(algorithm, 0, images, resources);
          String what = "%s, %d images, %d threads: ".formatted(algorithm, images, threads);
          Bound.assertSameBits(what + "y", actual.y(), expected.y());
          Bound.assertSameBits(what + "dx", actual.dx(), expected.dx());
          Bound.assertSameBits(what + "dw", actual.dw(), expected.dw());
          Bound.assertSameBits(what + "db", actual.db(), expected.db());
        }
      }
    }
  }
}
