package io.fovea.kernel.vector.conv;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.kernel.geometry.Conv2dGeometry;
import io.fovea.kernel.geometry.Pool2dGeometry;
import io.fovea.kernel.op.Bound;
import io.fovea.kernel.op.Conv2dAlgorithm;
import io.fovea.kernel.op.Conv2dKernel;
import io.fovea.kernel.op.Draw;
import io.fovea.kernel.op.Epilogue;
import io.fovea.kernel.op.EveryWidth;
import io.fovea.kernel.op.OutputView;
import io.fovea.kernel.op.Resources;
import io.fovea.kernel.vector.VectorKernels;
import io.fovea.kernel.vector.conv.winograd.WinogradConv2d;
import io.fovea.kernel.vector.pool.VectorMaxPool2d;
import io.fovea.parallel.Scratch;
import io.fovea.parallel.Workers;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import io.fovea.tensor.Window;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A max pooling computed inside its convolution: the bits of convolution, ReLU and pooling one
 * behind the other, for maps whose rows are so long that few are computed at a time, and for maps
 * that Winograd's convolution cuts into strips.
 */
@EveryWidth
class PooledConv2dTest {
  private static final long SEED = 20261126;
  @AutoClose private static final Workers WORKERS = Workers.of(2);
  private static final Resources RESOURCES = new Resources(WORKERS, new Scratch(WORKERS.threads()));

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
        checkDirect(
            new Conv2dGeometry(2, 23, 601, filters, 1, Window.square(3, 1, 1, 1)), window, images);
        checkDirect(
            new Conv2dGeometry(3, 40, 500, filters, 1, Window.square(3, 2, 0, 1)), window, images);
      }
    }
  }

  private static void checkDirect(Conv2dGeometry g, Window window, int images) {
    check(VectorKernels.always(Conv2dAlgorithm.DIRECT).conv2d(g), g, pooling(g, window), images);
  }

  /** Windows that the strips of a map hold, and windows that two strips share. */
  static Stream<Arguments> windowsOfStrips() {
    return Stream.concat(
        Stream.of(
                new Window(2, 2, 2, 2, 0, 0, 0, 0, 1, 1),
                new Window(4, 4, 4, 4, 0, 0, 0, 0, 1, 1),
                new Window(2, 3, 4, 2, 0, 1, 0, 1, 1, 1),
                new Window(1, 2, 1, 1, 0, 0, 0, 0, 1, 1),
                new Window(3, 3, 4, 2, 0, 0, 0, 0, 1, 1))
            .map(window -> Arguments.of(window, true)),
        Stream.of(
                new Window(3, 3, 2, 2, 0, 0, 0, 0, 1, 1),
                new Window(2, 2, 3, 3, 0, 0, 0, 0, 1, 1),
                new Window(3, 3, 3, 3, 0, 0, 0, 0, 1, 1),
                new Window(3, 3, 4, 4, 1, 1, 1, 1, 1, 1),
                new Window(3, 3, 1, 1, 0, 0, 0, 0, 2, 2),
                new Window(2, 2, 2, 2, 1, 1, 1, 1, 9, 9))
            .map(window -> Arguments.of(window, false)));
  }

  @ParameterizedTest
  @MethodSource("windowsOfStrips")
  void forwardPooled_stripsOfWinograd_sameBitsAsOneBehindTheOther(Window window, boolean held) {
    for (int taps : new int[] {3, 5}) {
      for (int filters : new int[] {20, 32}) {
        Window square = Window.square(taps, 1, taps / 2, 1);
        Conv2dGeometry g = new Conv2dGeometry(5, 38, 29, filters, 1, square);
        Conv2dKernel kernel = new WinogradConv2d(g);
        Pool2dGeometry p = pooling(g, window);
        for (int images : new int[] {1, 3, 5}) {
          boolean pools = held || images > 3;
          Epilogue epilogue = Epilogue.RELU.pooledBy(new VectorMaxPool2d(p), null);
          assertThat(kernel.supports(epilogue, images, true))
              .as(window.toString())
              .isEqualTo(pools);
          if (pools) {
            check(kernel, g, p, images);
          }
        }
      }
    }
  }

  private static Pool2dGeometry pooling(Conv2dGeometry g, Window window) {
    return new Pool2dGeometry(g.filters(), g.outputHeight(), g.outputWidth(), window);
  }

  private static void check(Conv2dKernel kernel, Conv2dGeometry g, Pool2dGeometry p, int images) {
    Draw draw = new Draw(SEED);
    Tensor x =
        Tensor.of(
            Shape.of(g.channels(), g.height(), g.width()),
            images,
            draw.reals(images * g.inputElements()));
    float[] w = kernel.packing().pack(draw.reals(g.weights()));
    float[] b = draw.reals(g.filters());
    VectorMaxPool2d pool = new VectorMaxPool2d(p);
    Tensor map = Tensor.zeros(Shape.of(g.filters(), g.outputHeight(), g.outputWidth()), images);
    kernel.forward(OutputView.of(map), x, w, b, Epilogue.RELU, RESOURCES);
    Shape shape = Shape.of(g.filters(), p.outputHeight(), p.outputWidth());
    Tensor expected = Tensor.zeros(shape, images);
    int[] expectedWinners = new int[expected.elements()];
    pool.forward(expected, expectedWinners, map, RESOURCES);

    Tensor y = Tensor.zeros(shape, images);
    int[] winners = new int[y.elements()];
    Epilogue trained = Epilogue.RELU.pooledBy(pool, winners);
    kernel.forward(OutputView.of(y), x, w, b, trained, RESOURCES);
    Tensor answer = Tensor.zeros(shape, images);
    Epilogue answered = Epilogue.RELU.pooledBy(pool, null);
    kernel.forward(OutputView.of(answer), x, w, b, answered, RESOURCES);

    String text = g + ", " + p.window() + ", " + images + " images";
    Bound.assertSameBits(text, y.toArray(), expected.toArray());
    Bound.assertSameBits(text, answer.toArray(), expected.toArray());
    for (int i = 0; i < winners.length; i++) {
      if (y.array()[y.offset() + i] > 0 && winners[i] != expectedWinners[i]) {
        assertThat(winners[i]).as(text).isEqualTo(expectedWinners[i]);
      }
    }
  }
}
