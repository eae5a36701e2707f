package io.fovea.kernel.vector;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.kernel.Bound;
import io.fovea.kernel.Conv2dAlgorithm;
import io.fovea.kernel.Conv2dGeometry;
import io.fovea.kernel.Conv2dKernel;
import io.fovea.kernel.Draw;
import io.fovea.kernel.Pool2dGeometry;
import io.fovea.kernel.PooledOutput;
import io.fovea.kernel.Resources;
import io.fovea.parallel.Scratch;
import io.fovea.parallel.Workers;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import io.fovea.tensor.Window;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A max pooling computed inside its direct convolution: the bits of convolution, ReLU and pooling
 * one behind the other, for maps whose rows are so long that few are computed at a time.
 */
@Tag("widths")
class PooledConv2dTest {
  private static final long SEED = 20261126;
  private static final Workers WORKERS = Workers.of(2);
  private static final Resources RESOURCES = new Resources(WORKERS, new Scratch(WORKERS.threads()));

  @AfterAll
  static void close() {
    WORKERS.close();
  }

  /** Windows that overlap, touch, leave rows out, and hang over the edge. */
  static Stream<Window> windows() {
    return Stream.of(
        new Window(3, 3, 2, 2, 0, 0, 0, 0, 1, 1),
        new Window(3, 3, 2, 2, 1, 1, 1, 1, 1, 1),
        new Window(2, 2, 2, 2, 0, 0, 0, 0, 1, 1),
        new Window(2, 2, 3, 3, 0, 0, 0, 0, 1, 1),
        new Window(3, 2, 1, 2, 1, 0, 1, 0, 1, 1),
        new Window(3, 3, 1, 1, 0, 0, 0, 0, 2, 2));
  }

  @ParameterizedTest
  @MethodSource("windows")
  void forwardPooled_longRows_sameBitsAsOneBehindTheOther(Window window) {
    for (int images : new int[] {1, 5}) {
      for (int filters : new int[] {24, 64}) {
        check(
            new Conv2dGeometry(2, 23, 601, filters, 1, Window.square(3, 1, 1, 1)), window, images);
        check(
            new Conv2dGeometry(3, 40, 500, filters, 1, Window.square(3, 2, 0, 1)), window, images);
      }
    }
  }

  private static void check(Conv2dGeometry g, Window window, int images) {
    Pool2dGeometry p = new Pool2dGeometry(g.filters(), g.outputHeight(), g.outputWidth(), window);
    Draw draw = new Draw(SEED);
    Conv2dKernel kernel = VectorKernels.always(Conv2dAlgorithm.DIRECT).conv2d(g);
    Tensor x =
        Tensor.of(
            Shape.of(g.channels(), g.height(), g.width()),
            images,
            draw.reals(images * g.inputElements()));
    float[] w = kernel.packing().pack(draw.reals(g.weights()));
    float[] b = draw.reals(g.filters());
    VectorMaxPool2d pool = new VectorMaxPool2d(p);
    Tensor map = Tensor.zeros(Shape.of(g.filters(), g.outputHeight(), g.outputWidth()), images);
    kernel.forwardRectified(map, x, w, b, RESOURCES);
    Shape shape = Shape.of(g.filters(), p.outputHeight(), p.outputWidth());
    Tensor expected = Tensor.zeros(shape, images);
    int[] expectedWinners = new int[expected.elements()];
    pool.forward(expected, expectedWinners, map, RESOURCES);

    Tensor y = Tensor.zeros(shape, images);
    int[] winners = new int[y.elements()];
    kernel.forwardPooled(new PooledOutput(pool, y, winners), x, w, b, RESOURCES);
    Tensor answer = Tensor.zeros(shape, images);
    kernel.forwardPooled(new PooledOutput(pool, answer, null), x, w, b, RESOURCES);

    String text = g + ", " + window + ", " + images + " images";
    Bound.assertSameBits(text, y.toArray(), expected.toArray());
    Bound.assertSameBits(text, answer.toArray(), expected.toArray());
    for (int i = 0; i < winners.length; i++) {
      if (y.array()[y.offset() + i] > 0 && winners[i] != expectedWinners[i]) {
        assertThat(winners[i]).as(text).isEqualTo(expectedWinners[i]);
      }
    }
  }
}
