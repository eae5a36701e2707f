package io.fovea.layer;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.gradcheck.ReferenceStep;
import io.fovea.kernel.KernelSet;
import io.fovea.kernel.op.Bound;
import io.fovea.kernel.op.Draw;
import io.fovea.parallel.Workers;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import io.fovea.tensor.Window;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
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
  @AutoClose private static final Workers WORKERS = Workers.of(2);

  static Stream<Arguments> cases() {
    Shape maps = Shape.of(6, 5, 4);
    return Stream.of(
            UsualActivations.all().map(activation -> Arguments.of(activation, maps)),
            elements(maps, Shape.of(19)),
            mapsAndChannels(maps, Shape.of(19)),
            linear(maps))
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

  private static Stream<Arguments> linear(Shape maps) {
    return Stream.of(
        Arguments.of(new Conv2d(5, Window.square(3, 1, 1, 1), 1, true), maps),
        Arguments.of(new Conv2d(4, Window.square(3, 2, 0, 1), 2, true), maps),
        Arguments.of(new Conv2d(6, Window.square(2, 1, 1, 2), 6, false), maps),
        Arguments.of(new Conv2d(12, Window.square(3, 1, 1, 1), 6, true), maps),
        Arguments.of(new Conv2d(9, Window.square(1, 1, 0, 1), 3, true), maps),
        Arguments.of(new Conv2d(3, Window.square(1, 2, 3, 1), 1, true), maps),
        Arguments.of(new Conv2d(7, new Window(5, 3, 1, 2, 2, 0, 0, 3, 1, 1), 1, true), maps),
        Arguments.of(new Conv2d(2, new Window(2, 4, 3, 1, 0, 3, 2, 1, 2, 1), 1, false), maps),
        Arguments.of(new Conv2d(17, Window.square(5, 1, 2, 1), 1, true), Shape.of(1, 7, 6)),
        Arguments.of(new Conv2d(1, new Window(6, 5, 1, 1, 1, 1, 0, 0, 1, 1), 1, true), maps),
        Arguments.of(new Dense(7, true), Shape.of(19)),
        Arguments.of(new Dense(1, false), Shape.of(1)),
        Arguments.of(new Dense(5, true), maps.flattened()),
        Arguments.of(new MaxPool2d(Window.square(2, 2, 0, 1)), maps),
        Arguments.of(new MaxPool2d(new Window(1, 4, 2, 1, 0, 3, 0, 2, 1, 1)), maps),
        Arguments.of(new AvgPool2d(Window.square(3, 1, 1, 1)), maps),
        Arguments.of(new AvgPool2d(new Window(4, 2, 1, 3, 3, 0, 1, 1, 1, 2)), maps),
        Arguments.of(new GlobalAvgPool2d(), maps));
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
      return new ReferenceStep(List.of(shape), List.of(input), w, IMAGES, LayerPass.KEY.with("it"));
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
        Arguments.of(new GroupNorm(4), Shape.of(20, 9, 8)),
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
  @MethodSource("casesOnEachSet")
  void floats_againstTheReference_areNear(Layer layer, Shape shape, KernelSet set) {
    // Winograd's sums are a few times less exact: decision 30
    double limit =
        (layer instanceof ConvTranspose2d || layer instanceof Conv2d) && set == KernelSet.VECTOR
            ? 1e-5
            : 1e-6;
    Numbers numbers = new Numbers(layer, shape);
    ReferenceStep.Gradients gradients = numbers.gradients();
    Tensor x = Tensor.on(numbers.x, 0, shape, IMAGES);
    LayerPass pass = LayerPass.training(layer, set, WORKERS, numbers.weights, x);
    Tensor output = pass.step.output();
    assertThat(output.shape()).isEqualTo(layer.output(List.of(shape)));
    double[] y =
        numbers.step(Bound.widen(numbers.x), numbers.wideWeights()).forward(layer).orElseThrow();
    String what = set + " " + layer;
    assertNear(what + " y", y, Bound.widen(Bound.memory(output)), limit);
    Tensor dy = Tensor.on(numbers.dy, 0, output.shape(), IMAGES);
    Tensor dx = pass.step.backward(dy).getFirst();
    assertThat(dx.shape()).isEqualTo(shape);
    double[] exactDx = gradients.inputs().getFirst();
    assertNear(what + " dx", exactDx, Bound.widen(Bound.memory(dx)), limit);
    for (String name : pass.names()) {
      double[] exact = Objects.requireNonNull(gradients.weights().get(name));
      assertNear(what + " d" + name, exact, Bound.widen(pass.gradient(name)), limit);
    }
    pass.node.needsInputGradient(false); // nothing is trained before
    assertThat(pass.step.backward(dy)).isEmpty();
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
