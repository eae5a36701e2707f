package io.fovea.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.fovea.kernel.KernelSet;
import io.fovea.kernel.op.Bound;
import io.fovea.kernel.op.Draw;
import io.fovea.kernel.op.Packing;
import io.fovea.network.execution.Workspace;
import io.fovea.network.execution.WorkspaceNode;
import io.fovea.parallel.Workers;
import io.fovea.random.RandomKey;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import io.fovea.tensor.Window;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Layers of imported networks: by hand, and the same bits on any number of threads. */
class ImportedLayersTest {
  private static final long SEED = 20261125;
  private static final Shape MAPS = Shape.of(6, 9, 8);

  private static Step forward(Layer layer, KernelSet set, Workers workers, Tensor... inputs) {
    Workspace workspace = Workspace.of(set, workers);
    workspace.beginTraining(RandomKey.of(1));
    return layer.forward(List.of(inputs), Values.NONE, workspace.node("it"));
  }

  private static float[] output(Layer layer, KernelSet set, Tensor... inputs) {
    try (Workers workers = Workers.of(1)) {
      return forward(layer, set, workers, inputs).output().toArray();
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
  void channelShuffle_twoGroupsOfThree_dealsThemOut() {
    Tensor x = Tensor.of(Shape.of(6, 1, 1), 1, 0, 1, 2, 3, 4, 5);
    assertThat(output(new ChannelShuffle(2), KernelSet.VECTOR, x))
        .containsExactly(0, 3, 1, 4, 2, 5);
  }

  @Test
  void convTranspose2d_fewFilters_isAMatrixProduct() {
    Layer layer = new ConvTranspose2d(3, Window.square(4, 2, 1, 1), 0, 0, 1, true);
    List<Shape> input = List.of(Shape.of(64, 32, 32));
    assertThat(algorithm(KernelSet.VECTOR, layer, input)).isEqualTo("gemm");
    assertThat(algorithm(KernelSet.REFERENCE, layer, input)).isEqualTo("reference");
  }

  static Stream<Layer> layers() {
    return Stream.of(
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
        new Multiply());
  }

  /** y, the inputs' gradients and the weights' gradients of some images. */
  private static List<float[]> pass(Layer layer, int threads, int images) {
    List<Shape> shapes =
        layer instanceof Add || layer instanceof Multiply
            ? List.of(MAPS, Shape.of(6))
            : List.of(MAPS);
    Map<String, float[]> stored = new HashMap<>();
    for (Parameter parameter : layer.parameters(shapes)) {
      Packing packing =
          LayerKernel.packing(KernelSet.VECTOR.kernels(false), layer, parameter, shapes);
      stored.put(
          parameter.name(), packing.pack(new Draw(SEED).reals(parameter.shape().elements())));
    }
    List<Tensor> x = new ArrayList<>();
    for (Shape shape : shapes) {
      x.add(
          Tensor.on(new Draw(SEED + x.size()).reals(images * shape.elements()), 0, shape, images));
    }
    try (Workers workers = Workers.of(threads)) {
      Workspace workspace = Workspace.of(KernelSet.VECTOR, workers);
      workspace.beginTraining(RandomKey.of(1));
      WorkspaceNode node = workspace.node("it");
      Step step = layer.forward(x, name -> Objects.requireNonNull(stored.get(name)), node);
      Shape output = step.output().shape();
      List<float[]> all = new ArrayList<>(List.of(step.output().toArray()));
      float[] dy = new Draw(SEED + 9).reals(images * output.elements());
      step.backward(Tensor.on(dy, 0, output, images)).forEach(dx -> all.add(dx.toArray()));
      stored.keySet().stream().sorted().forEach(name -> all.add(node.gradient(name).clone()));
      return all;
    }
  }

  @ParameterizedTest
  @MethodSource("layers")
  void anyNumberOfThreads_givesTheSameBits(Layer layer) {
    List<float[]> one = pass(layer, 1, 5);
    for (int threads = 2; threads <= 4; threads++) {
      List<float[]> more = pass(layer, threads, 5);
      for (int k = 0; k < one.size(); k++) {
        Bound.assertSameBits(layer + " on " + threads, more.get(k), one.get(k));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("layers")
  void imagesBesideIt_doNotChangeAnAnswer(Layer layer) {
    float[] two = pass(layer, 2, 2).getFirst();
    float[] five = pass(layer, 2, 5).getFirst();
    Bound.assertSameBits(layer.toString(), Arrays.copyOf(five, two.length), two);
  }

  private static String algorithm(KernelSet set, Layer layer, List<Shape> inputs) {
    return LayerKernel.of(set, layer, inputs, 1).map(LayerKernel::algorithm).orElse("");
  }
}
