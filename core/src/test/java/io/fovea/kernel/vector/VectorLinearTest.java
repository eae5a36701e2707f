package io.fovea.kernel.vector;

import io.fovea.kernel.geometry.Conv2dGeometry;
import io.fovea.kernel.geometry.DenseGeometry;
import io.fovea.kernel.op.AwkwardCases;
import io.fovea.kernel.op.EveryWidth;
import io.fovea.kernel.op.Kernels;
import io.fovea.kernel.op.LinearCase;
import io.fovea.kernel.op.LinearNumbers;
import io.fovea.kernel.op.LinearResult;
import io.fovea.kernel.op.Resources;
import io.fovea.parallel.Scratch;
import io.fovea.parallel.Workers;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Window;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The fast convolution and dense layer against the reference. Whole numbers must agree exactly,
 * which catches any missing or doubled term; other numbers within the bound that can be derived.
 */
@EveryWidth
class VectorLinearTest {
  private static final long SEED = 20260117;
  private static final Kernels VECTOR = VectorKernels.direct();

  /** One for all cases, so that each finds the leftovers of the one before. */
  private static final Workers WORKERS = Workers.of(2);

  private static final Resources RESOURCES = new Resources(WORKERS, new Scratch(WORKERS.threads()));

  @AfterAll
  static void close() {
    WORKERS.close();
  }

  static Stream<LinearCase> cases() {
    return Stream.of(
            AwkwardCases.convolutions(SEED, 150, VECTOR.lanes(), 700_000),
            AwkwardCases.dense(SEED, 80, VECTOR.lanes()),
            known())
        .flatMap(List::stream);
  }

  /** Shapes that no change of the generator shall lose: what networks use, and many images. */
  private static List<LinearCase> known() {
    int lanes = VECTOR.lanes();
    return List.of(
        LinearCase.of(new Conv2dGeometry(1, 28, 28, 16, 1, Window.square(5, 1, 2, 1)), 2),
        LinearCase.of(new Conv2dGeometry(16, 14, 14, 32, 1, Window.square(5, 1, 2, 1)), 1),
        LinearCase.of(new Conv2dGeometry(lanes, 8, 8, 2 * lanes, 1, Window.square(1, 1, 0, 1)), 4),
        LinearCase.of(new Conv2dGeometry(3, 5, 5, lanes, 1, Window.square(1, 2, 0, 1)), 20),
        LinearCase.of(new Conv2dGeometry(2, 1, 1, 3, 1, Window.square(1, 1, 3, 1)), 17),
        LinearCase.of(new Conv2dGeometry(2, 4, 4, 3, 1, Window.square(2, 3, 3, 1)), 33),
        LinearCase.of(new DenseGeometry(Shape.of(16, 7, 7).flattened(), 100), 64),
        // So many features that PackedDense takes its long panels, the last one not full.
        LinearCase.of(new DenseGeometry(Shape.of(1090 * lanes + 3), 11), 9),
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
    return LinearCase.of(new Conv2dGeometry(1, 9, width, VECTOR.lanes(), 1, window), 3);
  }

  private static String text(LinearCase c) {
    return "seed %d, %d lanes, %s:".formatted(SEED, VECTOR.lanes(), c);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void allPasses_wholeNumbers_equalTheReferenceExactly(LinearCase c) {
    LinearNumbers numbers = LinearNumbers.integers(c, SEED);
    numbers.assertEqual(text(c), LinearResult.of(text(c), VECTOR, c, numbers, RESOURCES));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void allPasses_fractions_lieWithinTheBound(LinearCase c) {
    LinearNumbers numbers = LinearNumbers.reals(c, SEED);
    numbers.assertWithin(text(c), LinearResult.of(text(c), VECTOR, c, numbers, RESOURCES));
  }
}
