package io.fovea.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.fovea.kernel.KernelSet;
import io.fovea.kernel.op.Bound;
import io.fovea.kernel.op.Draw;
import io.fovea.parallel.Workers;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import io.fovea.tensor.Window;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Layers of imported networks by hand; and layers on threads and in batches: the same bits. */
class ImportedLayersTest {
  private static final long SEED = 20261125;
  private static final Shape MAPS = Shape.of(6, 9, 8);

  private static float[] output(Layer layer, KernelSet set, Tensor... inputs) {
    try (Workers workers = Workers.of(1)) {
      return LayerPass.training(layer, set, workers, inputs).y();
    }
  }

  private static Tensor row(float... values) {
    return Tensor.of(Shape.of(1, 1, values.length), 1, values);
  }

  private static Window flat(int kernel, int stride, int left, int right, int dilation) {
    return new Window(1, kernel, 1, stride, 0, left, 0, right, 1, dilation);
  }

  @ParameterizedTest
  @EnumSource(KernelSet.class)
  void pools_ceilMode_reachPastTheMapWhereTheyBeginInside(KernelSet set) {
    Tensor x = row(1, 2, 3, 4);
    Window window = flat(3, 2, 0, 0, 1);
    assertThat(output(new MaxPool2d(window), set, x)).containsExactly(3);
    assertThat(output(new MaxPool2d(window, true), set, x)).containsExactly(3, 4);
    assertThat(output(new AvgPool2d(window, true, false), set, x)).containsExactly(2, 3.5f);
    assertThat(output(new AvgPool2d(window, true, true), set, x)).containsExactly(2, 3.5f);
    // a third window would begin in the padding
    assertThat(output(new MaxPool2d(flat(2, 2, 0, 1, 1), true), set, x)).containsExactly(2, 4);
  }

  @ParameterizedTest
  @EnumSource(KernelSet.class)
  void avgPool_paddingOfOneSide_countsWhereItIsAsked(KernelSet set) {
    Tensor x = row(3, 6, 9, 12);
    Window window = flat(3, 2, 2, 0, 1);
    assertThat(output(new AvgPool2d(window, false, false), set, x)).containsExactly(3, 6);
    assertThat(output(new AvgPool2d(window, false, true), set, x)).containsExactly(1, 6);
    // the last window has 12, a zero of the padding, and one place past it that never counts
    Window right = flat(3, 3, 0, 1, 1);
    assertThat(output(new AvgPool2d(right, true, true), set, x)).containsExactly(6, 6);
    assertThat(output(new AvgPool2d(right, true, false), set, x)).containsExactly(6, 12);
  }

  @ParameterizedTest
  @EnumSource(KernelSet.class)
  void pools_dilation_leavesOutWhatIsBetween(KernelSet set) {
    Tensor x = row(1, 9, 2, 8, 5);
    Window window = flat(2, 1, 1, 0, 2);
    assertThat(output(new MaxPool2d(window), set, x)).containsExactly(9, 2, 9, 5);
    assertThat(output(new AvgPool2d(window), set, x)).containsExactly(9, 1.5f, 8.5f, 3.5f);
    assertThat(output(new AvgPool2d(window, false, true), set, x))
        .containsExactly(4.5f, 1.5f, 8.5f, 3.5f);
  }

  @Test
  void localResponseNorm_evenSize_reachesFurtherBehind() {
    Tensor x = Tensor.of(Shape.of(4, 1, 1), 1, 1, 2, 3, 4);
    LocalResponseNorm norm = new LocalResponseNorm(2, 2, 1, 1);
    for (KernelSet set : KernelSet.values()) {
      assertThat(output(norm, set, x))
          .containsExactly( // over 1 + x^2 + (the next one)^2
              new float[] {1 / 6f, 2 / 14f, 3 / 26f, 4 / 17f}, within(1e-7f));
    }
  }

  @Test
  void convTranspose2d_fewFilters_isAMatrixProduct() {
    Layer layer = new ConvTranspose2d(3, Window.square(4, 2, 1, 1), 0, 0, 1, true);
    List<Shape> input = List.of(Shape.of(64, 32, 32));
    assertThat(LayerKernel.algorithm(KernelSet.VECTOR, layer, input)).isEqualTo("gemm");
  }

  static Stream<Arguments> layers() {
    return Stream.concat(
        ImageNormTest.layers(),
        Stream.of(
                new ConvTranspose2d(5, Window.square(3, 2, 1, 1), 1, 1, 1, true),
                new ConvTranspose2d(9, Window.square(3, 1, 1, 1), 0, 0, 3, true),
                new PRelu(),
                new PRelu(true),
                new ChannelAffine(true),
                new LocalResponseNorm(3),
                new MaxPool2d(Window.square(3, 2, 1, 1), true),
                new AvgPool2d(Window.square(3, 2, 1, 1), true, true),
                new GlobalMaxPool2d(),
                new ChannelShuffle(3),
                new ChannelSlice(1, 4),
                new Resize2d(5, 12),
                new Mish(),
                new Add(),
                new Multiply())
            .map(layer -> Arguments.of(layer, MAPS)));
  }

  /** y, the inputs' gradients and the weights' gradients of some images. */
  private static List<float[]> pass(Layer layer, Shape maps, int threads, int images) {
    List<Shape> shapes =
        layer instanceof Add || layer instanceof Multiply
            ? List.of(maps, Shape.of(6))
            : List.of(maps);
    Map<String, float[]> weights = new HashMap<>();
    for (Parameter parameter : layer.parameters(shapes)) {
      weights.put(parameter.name(), new Draw(SEED).reals(parameter.shape().elements()));
    }
    List<Tensor> x = new ArrayList<>();
    for (Shape shape : shapes) {
      x.add(Tensor.of(shape, images, new Draw(SEED + x.size()).reals(images * shape.elements())));
    }
    try (Workers workers = Workers.of(threads)) {
      LayerPass pass =
          LayerPass.training(layer, KernelSet.VECTOR, workers, weights, x.toArray(Tensor[]::new));
      List<float[]> all = new ArrayList<>(List.of(pass.y()));
      pass.back(new Draw(SEED + 9).reals(all.getFirst().length))
          .forEach(dx -> all.add(dx.toArray()));
      pass.names().forEach(name -> all.add(pass.gradient(name)));
      return all;
    }
  }

  /** Weights' gradients are sums over images. */
  @ParameterizedTest
  @MethodSource("layers")
  void anyNumberOfThreads_givesTheSameBits(Layer layer, Shape shape) {
    List<float[]> one = pass(layer, shape, 1, 13);
    for (int threads = 2; threads <= 4; threads++) {
      List<float[]> more = pass(layer, shape, threads, 13);
      for (int k = 0; k < one.size(); k++) {
        Bound.assertSameBits(layer + " on " + threads, more.get(k), one.get(k));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("layers")
  void imagesBesideIt_doNotChangeAnAnswer(Layer layer, Shape shape) {
    List<float[]> two = pass(layer, shape, 2, 2);
    List<float[]> five = pass(layer, shape, 2, 5);
    for (int k = 0; k < 2; k++) { // y and dx
      float[] few = two.get(k);
      Bound.assertSameBits(layer.toString(), Arrays.copyOf(five.get(k), few.length), few);
    }
  }
}
