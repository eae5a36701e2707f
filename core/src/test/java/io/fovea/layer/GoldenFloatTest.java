package io.fovea.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.fovea.golden.GoldenCase;
import io.fovea.golden.GoldenLayers;
import io.fovea.kernel.KernelSet;
import io.fovea.kernel.op.Bound;
import io.fovea.kernel.op.LinearCase;
import io.fovea.kernel.op.LinearNumbers;
import io.fovea.kernel.op.LinearResult;
import io.fovea.kernel.op.Packing;
import io.fovea.kernel.op.Resources;
import io.fovea.kernel.reference.ReferenceAvgPool2d;
import io.fovea.loss.SoftmaxCrossEntropy;
import io.fovea.network.execution.Workspace;
import io.fovea.parallel.Scratch;
import io.fovea.parallel.Workers;
import io.fovea.random.RandomKey;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The layers in float, on both kernel sets, against PyTorch's float64. The inputs are rounded to
 * float first; {@link Bound} allows for that.
 */
class GoldenFloatTest {
  private static final Workers WORKERS = Workers.of(2);

  static Stream<Arguments> linear() {
    return onBothSets(GoldenLayers.linear());
  }

  static Stream<Arguments> pools() {
    return onBothSets(GoldenLayers.pools());
  }

  static Stream<Arguments> rectifiers() {
    return onBothSets(GoldenLayers.rectifiers());
  }

  static Stream<Arguments> activations() {
    return onBothSets(GoldenLayers.activations());
  }

  static Stream<GoldenCase> losses() {
    return GoldenLayers.losses();
  }

  private static Stream<Arguments> onBothSets(Stream<GoldenCase> cases) {
    return cases.flatMap(
        golden -> Arrays.stream(KernelSet.values()).map(set -> Arguments.of(golden, set)));
  }

  /** A layer run forward and backward on one case, in a workspace of its own. */
  private static final class Pass {
    final float[] y;
    final float[] dx;
    final Map<String, float[]> gradients = new HashMap<>();

    Pass(GoldenCase golden, KernelSet set) {
      Layer layer = GoldenLayers.layer(golden);
      List<Shape> shapes = List.of(golden.input("x").image());
      int count = golden.input("x").count();
      Map<String, Packing> packings = new HashMap<>();
      Map<String, float[]> stored = new HashMap<>();
      for (Parameter parameter : layer.parameters(shapes)) {
        Packing packing = LayerKernel.packing(set.kernels(false), layer, parameter, shapes);
        packings.put(parameter.name(), packing);
        float[] logical = Bound.narrow(golden.input(parameter.name()).logical());
        stored.put(parameter.name(), packing.pack(logical));
      }
      Workspace workspace = Workspace.of(set, WORKERS);
      workspace.beginTraining(RandomKey.of(1));
      Tensor x = Tensor.of(shapes.getFirst(), count, Bound.narrow(golden.input("x").logical()));
      Step step =
          layer.forward(
              List.of(x), name -> Objects.requireNonNull(stored.get(name)), workspace.node("it"));
      float[] dy = Bound.narrow(golden.outputGradient().logical());
      assertThat(step.output().shape()).isEqualTo(golden.output().image());
      y = step.output().toArray();
      List<Tensor> back = step.backward(Tensor.of(step.output().shape(), count, dy));
      dx = back.getFirst().toArray();
      packings.forEach(
          (name, packing) ->
              gradients.put(name, packing.unpack(workspace.node("it").gradient(name))));
    }
  }

  private static LinearNumbers numbers(GoldenCase golden) {
    return new LinearNumbers(
        GoldenLayers.linear(golden),
        golden.input("x").memory(),
        golden.input("weight").logical(),
        golden.input("bias").logical(),
        golden.outputGradient().memory());
  }

  @ParameterizedTest
  @MethodSource("linear")
  void linearLayer_goldenCase_liesWithinTheBound(GoldenCase golden, KernelSet set) {
    LinearCase c = GoldenLayers.linear(golden);
    LinearNumbers sizes =
        new LinearNumbers(
            c,
            Bound.absolute(golden.input("x").memory()),
            Bound.absolute(golden.input("weight").logical()),
            Bound.absolute(golden.input("bias").logical()),
            Bound.absolute(golden.outputGradient().memory()));
    Pass pass = new Pass(golden, set);
    String what = set + " " + golden;
    Bound.assertWithin(
        what + " y",
        pass.y,
        golden.output().logical(),
        logical(golden, sizes.y(), c.output()),
        c.outputTerms());
    Bound.assertWithin(
        what + " dx",
        pass.dx,
        golden.gradient("x").logical(),
        logical(golden, sizes.dx(), c.input()),
        c.inputTerms());
    Bound.assertWithin(
        what + " dw",
        Objects.requireNonNull(pass.gradients.get("weight")),
        golden.gradient("weight").logical(),
        sizes.dw(),
        c.weightTerms());
    Bound.assertWithin(
        what + " db",
        Objects.requireNonNull(pass.gradients.get("bias")),
        golden.gradient("bias").logical(),
        sizes.db(),
        c.weightTerms());
  }

  /** Memory order to logical order. */
  private static double[] logical(GoldenCase golden, double[] memory, Shape shape) {
    int[] order = shape.logicalOrder();
    double[] logical = new double[memory.length];
    for (int n = 0; n < golden.input("x").count(); n++) {
      for (int i = 0; i < order.length; i++) {
        logical[n * order.length + order[i]] = memory[n * order.length + i];
      }
    }
    return logical;
  }

  @ParameterizedTest
  @MethodSource("linear")
  void linearKernel_goldenCase_liesWithinTheBound(GoldenCase golden, KernelSet set) {
    LinearNumbers numbers = numbers(golden);
    String what = set + " " + golden;
    Resources resources = new Resources(WORKERS, new Scratch(WORKERS.threads()));
    numbers.assertWithin(
        what,
        LinearResult.of(what, set.kernels(false), GoldenLayers.linear(golden), numbers, resources));
  }

  @ParameterizedTest
  @MethodSource("pools")
  void poolLayer_goldenCase_liesWithinTheBound(GoldenCase golden, KernelSet set) {
    Pass pass = new Pass(golden, set);
    String what = set + " " + golden;
    boolean max = golden.op().contains("max_pool2d");
    int count = golden.input("x").count();
    ReferenceAvgPool2d avg = new ReferenceAvgPool2d(GoldenLayers.pool(golden));
    int terms =
        GoldenLayers.pool(golden).window().kernelHeight()
            * GoldenLayers.pool(golden).window().kernelWidth();
    double[] y = golden.output().logical();
    double[] sizes = new double[y.length];
    avg.forward(sizes, Bound.absolute(golden.input("x").memory()), count);
    if (max) { // rounding keeps the order, so the largest rounded input is the rounded largest
      Bound.assertSameBits(what + " y", pass.y, Bound.narrow(y));
    } else {
      Shape output = golden.output().image();
      Bound.assertWithin(what + " y", pass.y, y, logical(golden, sizes, output), terms);
    }
    double[] dx = golden.gradient("x").logical();
    double[] dxSizes = new double[dx.length];
    avg.backward(dxSizes, Bound.absolute(golden.outputGradient().memory()), count);
    for (int i = 0; max && i < dx.length; i++) {
      dxSizes[i] *= terms; // each dy goes to the winner whole
    }
    Bound.assertWithin(
        what + " dx", pass.dx, dx, logical(golden, dxSizes, golden.input("x").image()), terms);
  }

  @ParameterizedTest
  @MethodSource("rectifiers")
  void reluLayer_goldenCase_equalsTheRoundedNumbers(GoldenCase golden, KernelSet set) {
    Pass pass = new Pass(golden, set);
    Bound.assertSameBits(golden + " y", pass.y, Bound.narrow(golden.output().logical()));
    Bound.assertSameBits(golden + " dx", pass.dx, Bound.narrow(golden.gradient("x").logical()));
  }

  /**
   * Rounding x moves y by |f'(x)| u |x|, and f' by |f''(x)| u |x|, where |f'| is below 1.2 and |x
   * f''(x)| below 1 for each of these functions; f and f' themselves are within 12 roundings of
   * numbers of size 1 + |x|.
   */
  @ParameterizedTest
  @MethodSource("activations")
  void activationLayer_goldenCase_liesWithinTheBound(GoldenCase golden, KernelSet set) {
    Pass pass = new Pass(golden, set);
    double[] size = golden.input("x").logical();
    double[] slope = golden.outputGradient().logical();
    for (int i = 0; i < size.length; i++) {
      size[i] = 1 + Math.abs(size[i]);
      slope[i] = size[i] * Math.abs(slope[i]);
    }
    String what = set + " " + golden;
    Bound.assertWithinRoundings(what + " y", pass.y, golden.output().logical(), size, 12);
    Bound.assertWithinRoundings(what + " dx", pass.dx, golden.gradient("x").logical(), slope, 12);
  }

  /**
   * Rounding z moves each logit by at most e = 2^-24 * max |z|. That moves the loss by at most 2 e
   * (its gradient p - q has an L1 norm of at most 2), each p by at most 2 e, and the result is
   * rounded once more.
   */
  @ParameterizedTest
  @MethodSource("losses")
  void softmaxCrossEntropy_goldenCase_liesWithinTheBound(GoldenCase golden) {
    double[] z = golden.input("x").logical();
    int count = golden.input("x").count();
    Shape shape = golden.input("x").image();
    double e = Bound.UNIT * Arrays.stream(z).map(Math::abs).max().orElseThrow();
    int[] labels =
        golden.attributes().get("labels").valueStream().mapToInt(node -> node.asInt()).toArray();
    double smoothing = golden.attributes().get("labelSmoothing").asDouble();
    Tensor dz = Tensor.zeros(shape, count);
    double loss =
        new SoftmaxCrossEntropy(smoothing)
            .value(dz, Tensor.of(shape, count, Bound.narrow(z)), labels);
    assertThat(loss).as(golden + " loss").isCloseTo(golden.output().logical()[0], within(2 * e));
    double dLoss = golden.outputGradient().logical()[0];
    double[] expected = golden.gradient("x").logical();
    for (int i = 0; i < expected.length; i++) {
      double wanted = expected[i] / dLoss;
      assertThat((double) dz.array()[i])
          .as("%s dz[%d]", golden, i)
          .isCloseTo(wanted, within(2 * e / count + Bound.UNIT * Math.abs(wanted)));
    }
  }
}
