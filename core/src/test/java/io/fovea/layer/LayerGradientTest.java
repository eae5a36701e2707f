package io.fovea.layer;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.gradcheck.ReferenceStep;
import io.fovea.kernel.KernelSet;
import io.fovea.kernel.op.Bound;
import io.fovea.kernel.op.Draw;
import io.fovea.kernel.op.EveryWidth;
import io.fovea.kernel.op.Packing;
import io.fovea.network.execution.Workspace;
import io.fovea.network.execution.WorkspaceNode;
import io.fovea.parallel.Workers;
import io.fovea.random.RandomKey;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import io.fovea.tensor.Window;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Layers with one input, as {@link ReferenceStep} has them in double: every gradient against
 * central differences of the probe loss sum(dy * y); and each kernel set's output and gradients
 * against the double ones.
 */
class LayerGradientTest {
  private static final long SEED = 20260202;
  private static final int IMAGES = 3;
  private static final Workers WORKERS = Workers.of(2);
  private static final RandomKey STEP = RandomKey.of(SEED);

  @AfterAll
  static void close() {
    WORKERS.close();
  }

  static Stream<Arguments> cases() {
    Shape maps = Shape.of(6, 5, 4);
    return Stream.of(
            UsualActivations.all().map(activation -> Arguments.of(activation, maps)),
            elements(maps, Shape.of(19)),
            mapsAndChannels(maps, Shape.of(19)))
        .flatMap(cases -> cases);
  }

  private static Stream<Arguments> elements(Shape maps, Shape row) {
    return Stream.of(
        Arguments.of(new LeakyRelu(-0.5f), row),
        Arguments.of(new Elu(0.3f), row),
        Arguments.of(new Gelu(true), maps),
        Arguments.of(new Clip(-1, 2.5f), maps),
        Arguments.of(new HardSigmoid(0.3f, 0.6f), row),
        Arguments.of(new PRelu(), maps),
        Arguments.of(new PRelu(true), maps.flattened()),
        Arguments.of(new PRelu(), row),
        Arguments.of(new ChannelAffine(true), maps),
        Arguments.of(new ChannelAffine(false), row),
        Arguments.of(new ChannelAffine(true), Shape.of(35, 3, 2)),
        Arguments.of(new Tanh(), maps.flattened()),
        Arguments.of(new Softmax(), maps),
        Arguments.of(new Softmax(), maps.flattened()),
        Arguments.of(new Softmax(), row),
        Arguments.of(new Softmax(), Shape.of(1, 3, 2)));
  }

  private static Stream<Arguments> mapsAndChannels(Shape maps, Shape row) {
    return Stream.of(
        Arguments.of(new LayerNorm(), maps),
        Arguments.of(new LayerNorm(), maps.flattened()),
        Arguments.of(new LayerNorm(), row),
        Arguments.of(new LayerNorm(0.1f), Shape.of(250)),
        Arguments.of(new LayerNorm2d(), maps),
        Arguments.of(new LayerNorm2d(0.1f), Shape.of(37, 2, 3)),
        Arguments.of(new GroupNorm(1), maps),
        Arguments.of(new GroupNorm(2), maps),
        Arguments.of(new GroupNorm(6), maps),
        Arguments.of(new GroupNorm(3, 0.1f), Shape.of(12, 1, 1)),
        Arguments.of(new GroupNorm(2), Shape.of(36, 3, 3)),
        Arguments.of(new GroupNorm(4), Shape.of(20, 9, 8)),
        Arguments.of(new ChannelShuffle(3), maps),
        Arguments.of(new ChannelShuffle(4), Shape.of(36, 3, 2)),
        Arguments.of(new ChannelSlice(1, 5), maps),
        Arguments.of(new ChannelSlice(3, 19), row),
        Arguments.of(new LocalResponseNorm(3, 0.7f, 0.75f, 1.5f), maps),
        Arguments.of(new LocalResponseNorm(5, 1.3f, 0.75f, 2), Shape.of(37, 3, 4)),
        Arguments.of(new LocalResponseNorm(4, 0.5f, 0.6f, 1), Shape.of(16, 2, 3)),
        Arguments.of(new LocalResponseNorm(40, 0.5f, 0.75f, 1), Shape.of(17, 2, 2)),
        Arguments.of(new ConvTranspose2d(4, Window.square(3, 1, 1, 1), 0, 0, 1, true), maps),
        Arguments.of(new ConvTranspose2d(9, Window.square(4, 2, 1, 1), 1, 0, 3, true), maps),
        Arguments.of(
            new ConvTranspose2d(7, new Window(3, 2, 3, 2, 2, 0, 1, 1, 2, 1), 2, 1, 1, false),
            Shape.of(5, 4, 5)),
        Arguments.of(new ConvTranspose2d(6, Window.square(2, 2, 0, 1), 0, 0, 6, true), maps),
        Arguments.of(new MaxPool2d(new Window(3, 2, 2, 3, 2, 1, 0, 1, 1, 2), true), maps),
        Arguments.of(new AvgPool2d(new Window(3, 3, 2, 2, 1, 2, 0, 0, 1, 1), true, true), maps),
        Arguments.of(new AvgPool2d(new Window(2, 3, 2, 2, 1, 2, 0, 0, 2, 1), true, false), maps),
        Arguments.of(new GlobalMaxPool2d(), maps),
        Arguments.of(new ZeroPad2d(1, 0, 2, 3), maps),
        Arguments.of(new Upsample2d(3), maps),
        Arguments.of(new Resize2d(11, 3), maps),
        Arguments.of(new Resize2d(3, 9, true), maps),
        Arguments.of(new Dropout2d(0.4f), maps));
  }

  /** The random numbers of one case, floats all of them. */
  private static final class Numbers {
    final Layer layer;
    final Shape shape;
    final float[] x;
    final float[] dy;
    final Map<String, float[]> weights = new LinkedHashMap<>();

    Numbers(Layer layer, Shape shape) {
      this.layer = layer;
      this.shape = shape;
      x = new Draw(SEED).normal(IMAGES * shape.elements(), 0.2, 1.5);
      for (int i = 0; i < x.length; i++) {
        x[i] += Math.copySign(0.01f, x[i]); // away from kinks at 0
      }
      dy = new Draw(SEED + 1).reals(IMAGES * layer.output(List.of(shape)).elements());
      for (Parameter parameter : layer.parameters(List.of(shape))) {
        weights.put(parameter.name(), new Draw(SEED + 2).reals(parameter.shape().elements()));
      }
    }

    Map<String, double[]> wideWeights() {
      Map<String, double[]> wide = new LinkedHashMap<>();
      weights.forEach((name, values) -> wide.put(name, Bound.widen(values)));
      return wide;
    }

    ReferenceStep step(double[] input, Map<String, double[]> w) {
      return new ReferenceStep(List.of(shape), List.of(input), w, IMAGES, STEP.with("it"));
    }

    double loss(double[] input, Map<String, double[]> w) {
      double[] y = step(input, w).forward(layer).orElseThrow();
      double sum = 0;
      for (int i = 0; i < y.length; i++) {
        sum += dy[i] * y[i];
      }
      return sum;
    }

    ReferenceStep.Gradients gradients() {
      return step(Bound.widen(x), wideWeights()).backward(layer, Bound.widen(dy)).orElseThrow();
    }

    double[] numeric(double[] varied, double[] input, Map<String, double[]> w) {
      double e = 1e-4;
      double[] gradient = new double[varied.length];
      for (int i = 0; i < varied.length; i++) {
        double before = varied[i];
        varied[i] = before + e;
        double up = loss(input, w);
        varied[i] = before - e;
        gradient[i] = (up - loss(input, w)) / (2 * e);
        varied[i] = before;
      }
      return gradient;
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void reference_numericGradient_agrees(Layer layer, Shape shape) {
    Numbers numbers = new Numbers(layer, shape);
    ReferenceStep.Gradients gradients = numbers.gradients();
    double[] x = Bound.widen(numbers.x);
    Map<String, double[]> weights = numbers.wideWeights();
    assertNear(layer + " dx", gradients.inputs().getFirst(), numbers.numeric(x, x, weights), 1e-7);
    weights.forEach(
        (name, values) ->
            assertNear(
                layer + " d" + name,
                Objects.requireNonNull(gradients.weights().get(name)),
                numbers.numeric(values, x, weights),
                1e-7));
  }

  /** Large enough for blocks, tiles and slices; too large for numeric gradients. */
  private static Stream<Arguments> large() {
    Shape maps = Shape.of(33, 12, 10);
    return Stream.of(
        Arguments.of(new ConvTranspose2d(35, Window.square(3, 1, 1, 1), 0, 0, 1, true), maps),
        Arguments.of(new ConvTranspose2d(32, Window.square(5, 1, 2, 1), 0, 0, 1, true), maps),
        Arguments.of(new ConvTranspose2d(3, Window.square(4, 2, 1, 1), 0, 0, 1, true), maps),
        Arguments.of(new ConvTranspose2d(48, Window.square(2, 2, 0, 1), 1, 1, 3, true), maps),
        Arguments.of(new ConvTranspose2d(33, Window.square(3, 2, 1, 1), 1, 1, 33, true), maps),
        Arguments.of(new LocalResponseNorm(5, 1e-2f, 0.75f, 1), Shape.of(96, 9, 11)),
        Arguments.of(new LayerNorm(0.1f), Shape.of(2500)),
        Arguments.of(new LayerNorm2d(0.1f), Shape.of(100, 30, 29)),
        Arguments.of(new AvgPool2d(Window.square(3, 2, 1, 1), true, true), maps),
        Arguments.of(new ChannelAffine(true), maps),
        Arguments.of(new PRelu(), maps));
  }

  static Stream<Arguments> casesOnEachSet() {
    return Stream.concat(cases(), large())
        .flatMap(
            c ->
                Stream.of(KernelSet.values())
                    .map(set -> Arguments.of(c.get()[0], c.get()[1], set)));
  }

  @ParameterizedTest
  @EveryWidth
  @MethodSource("casesOnEachSet")
  void floats_againstTheReference_areNear(Layer layer, Shape shape, KernelSet set) {
    // Winograd's sums are a few times less exact: docs/decisions/0030
    double limit = layer instanceof ConvTranspose2d && set == KernelSet.VECTOR ? 1e-5 : 1e-6;
    Numbers numbers = new Numbers(layer, shape);
    ReferenceStep.Gradients gradients = numbers.gradients();
    Map<String, Packing> packings = new HashMap<>();
    Map<String, float[]> stored = new HashMap<>();
    for (Parameter parameter : layer.parameters(List.of(shape))) {
      Packing packing = LayerKernel.packing(set.kernels(false), layer, parameter, List.of(shape));
      packings.put(parameter.name(), packing);
      stored.put(
          parameter.name(),
          packing.pack(Objects.requireNonNull(numbers.weights.get(parameter.name()))));
    }
    Workspace workspace = Workspace.of(set, WORKERS);
    workspace.beginTraining(STEP);
    WorkspaceNode node = workspace.node("it");
    Step step =
        layer.forward(
            List.of(Tensor.on(numbers.x, 0, shape, IMAGES)),
            name -> Objects.requireNonNull(stored.get(name)),
            node);
    assertThat(step.output().shape()).isEqualTo(layer.output(List.of(shape)));
    double[] y =
        numbers.step(Bound.widen(numbers.x), numbers.wideWeights()).forward(layer).orElseThrow();
    assertNear(set + " " + layer + " y", y, memory(step.output()), limit);
    List<Tensor> back = step.backward(Tensor.on(numbers.dy, 0, step.output().shape(), IMAGES));
    assertThat(back.getFirst().shape()).isEqualTo(shape);
    assertNear(
        set + " " + layer + " dx", gradients.inputs().getFirst(), memory(back.getFirst()), limit);
    packings.forEach(
        (name, packing) ->
            assertNear(
                set + " " + layer + " d" + name,
                Objects.requireNonNull(gradients.weights().get(name)),
                Bound.widen(packing.unpack(node.gradient(name))),
                limit));
  }

  @ParameterizedTest
  @EveryWidth
  @MethodSource("cases")
  void backward_nothingTrainedBefore_leavesOutTheInputsGradient(Layer layer, Shape shape) {
    Workspace workspace = Workspace.of(KernelSet.VECTOR, WORKERS);
    workspace.beginTraining(STEP);
    WorkspaceNode node = workspace.node("it");
    node.needsInputGradient(false);
    Numbers numbers = new Numbers(layer, shape);
    Map<String, float[]> stored = new HashMap<>();
    for (Parameter parameter : layer.parameters(List.of(shape))) {
      Packing packing =
          LayerKernel.packing(KernelSet.VECTOR.kernels(false), layer, parameter, List.of(shape));
      stored.put(
          parameter.name(),
          packing.pack(Objects.requireNonNull(numbers.weights.get(parameter.name()))));
    }
    Step step =
        layer.forward(
            List.of(Tensor.on(numbers.x, 0, shape, IMAGES)),
            name -> Objects.requireNonNull(stored.get(name)),
            node);
    assertThat(step.backward(Tensor.on(numbers.dy, 0, step.output().shape(), IMAGES))).isEmpty();
  }

  private static double[] memory(Tensor tensor) {
    double[] values = new double[tensor.elements()];
    for (int i = 0; i < values.length; i++) {
      values[i] = tensor.array()[tensor.offset() + i];
    }
    return values;
  }

  /** Requires |a - b| of at most {@code limit} times |a|, both Euclidean norms. */
  private static void assertNear(String what, double[] expected, double[] actual, double limit) {
    assertThat(actual).as(what).hasSameSizeAs(expected);
    double difference = 0;
    double size = 0;
    for (int i = 0; i < expected.length; i++) {
      difference += (actual[i] - expected[i]) * (actual[i] - expected[i]);
      size += expected[i] * expected[i];
    }
    assertThat(Math.sqrt(difference))
        .as("seed %d, %s", SEED, what)
        .isLessThanOrEqualTo(limit * Math.sqrt(size));
  }
}
