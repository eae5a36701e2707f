package io.fovea.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.fovea.Evidence;
import io.fovea.dataset.Dataset;
import io.fovea.dataset.FewImages;
import io.fovea.dataset.Targets;
import io.fovea.golden.GoldenCase;
import io.fovea.golden.GoldenLayers;
import io.fovea.kernel.op.Bound;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Losses against numbers computed by hand, from papers and from PyTorch's documentation. */
class LossTest {
  private static final double LN2 = Math.log(2);
  private static final double LN5 = Math.log(5);
  private static final double LN8 = Math.log(8);

  /** Logits whose softmax is 1/8, 2/8, 5/8, for each of two images. */
  private static Tensor logits() {
    return rows(2, 3, 0, LN2, LN5, 0, LN2, LN5);
  }

  private static Tensor rows(int count, int classes, double... values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) values[i];
    }
    return Tensor.on(floats, 0, Shape.of(classes), count);
  }

  /** The gradient and, as its last element, the loss. */
  private static double[] results(Loss loss, Tensor logits, Targets targets) {
    Tensor dz = Tensor.zeros(logits.shape(), logits.count());
    double value = loss.value(dz, logits, targets);
    double[] all = new double[logits.count() * logits.shape().elements() + 1];
    for (int i = 0; i < all.length - 1; i++) {
      all[i] = dz.array()[i];
    }
    all[all.length - 1] = value;
    return all;
  }

  private static Targets mixed() {
    return Targets.on(new int[] {1, 2}, new float[] {0.25f, 0.75f, 0, 0, 0, 1}, 2, 3);
  }

  @Test
  void softmaxCrossEntropy_classWeights_divideByTheWeightsOfTheLabels() {
    Loss loss = SoftmaxCrossEntropy.plain().classWeights(List.of(1.0, 2.0, 0.5));
    double[] r = results(loss, logits(), Targets.of(new int[] {1, 2}, 2, 3));
    double expected = (2 * (LN8 - LN2) + 0.5 * (LN8 - LN5)) / 2.5;
    assertThat(r[6]).isCloseTo(expected, within(1e-7));
    double[] dz = {
      2 / 8.0, 2 * (2 / 8.0 - 1), 2 * 5 / 8.0, 0.5 / 8, 0.5 * 2 / 8, 0.5 * (5 / 8.0 - 1)
    };
    for (int i = 0; i < 6; i++) {
      assertThat(r[i]).as("dz " + i).isCloseTo(dz[i] / 2.5, within(1e-7));
    }
  }

  /**
   * PyTorch: (1 - s) * weighted mean + s / K * sum over all classes, both over the labels' weights.
   */
  @Test
  void softmaxCrossEntropy_smoothingAndClassWeights_isPyTorchsFormula() {
    double s = 0.3;
    Loss loss = new SoftmaxCrossEntropy(s, List.of(1.0, 2.0, 0.5));
    double r = results(loss, logits(), Targets.of(new int[] {1, 2}, 2, 3))[6];
    double plain = (2 * (LN8 - LN2) + 0.5 * (LN8 - LN5)) / 2.5;
    double all = 2 * (LN8 + 2 * (LN8 - LN2) + 0.5 * (LN8 - LN5)) / 2.5;
    assertThat(r).isCloseTo((1 - s) * plain + s / 3 * all, within(1e-7));
  }

  @Test
  void softmaxCrossEntropy_mixedShares_countByTheirShares() {
    Loss loss = SoftmaxCrossEntropy.plain().classWeights(List.of(4.0, 2.0, 0.5));
    assertThat(loss.divisor(mixed())).isEqualTo(4 * 0.25 + 2 * 0.75 + 0.5);
    double sum = 4 * 0.25 * LN8 + 2 * 0.75 * (LN8 - LN2) + 0.5 * (LN8 - LN5);
    assertThat(results(loss, logits(), mixed())[6]).isCloseTo(sum / 3, within(1e-7));
  }

  @Test
  void softmaxCrossEntropy_classesMaskedByInfinity_countNothing() {
    Tensor masked = Tensor.of(Shape.of(2), 1, new float[] {0, Float.NEGATIVE_INFINITY});
    Targets first = Targets.of(new int[] {0}, 1, 2);
    SoftmaxCrossEntropy plain = SoftmaxCrossEntropy.plain();
    assertThat(results(plain, masked, first)).containsExactly(0, 0, 0);
    assertThat(results(plain.classWeights(List.of(2.0, 3.0)), masked, first))
        .containsExactly(0, 0, 0);
  }

  @Test
  void softmaxCrossEntropy_equalClassWeights_changeNothing() {
    double[] plain = results(new SoftmaxCrossEntropy(0.1), logits(), mixed());
    double[] weighted =
        results(new SoftmaxCrossEntropy(0.1, List.of(3.0, 3.0, 3.0)), logits(), mixed());
    assertThat(weighted).containsExactly(plain, within(1e-7));
  }

  @Test
  void softmaxCrossEntropy_onlyClassesOfWeight0_isNothing() {
    Loss loss = SoftmaxCrossEntropy.plain().classWeights(List.of(1.0, 0.0, 0.0));
    assertThat(results(loss, logits(), Targets.of(new int[] {1, 2}, 2, 3))).containsOnly(0.0);
  }

  /** The example of PyTorch's BCEWithLogitsLoss: 64 classes, logits 1.5, all wanted: 0.2014. */
  @Test
  void sigmoidCrossEntropy_pytorchsExample_agrees() {
    double[] z = new double[640];
    float[] t = new float[640];
    java.util.Arrays.fill(z, 1.5);
    java.util.Arrays.fill(t, 1);
    Targets targets = Targets.on(new int[10], t, 10, 64);
    double[] r = results(new SigmoidCrossEntropy(), rows(10, 64, z), targets);
    assertThat(r[640]).isCloseTo(0.2014, within(5e-5));
  }

  @Test
  void sigmoidCrossEntropy_severalClassesAndHugeLogits_isFiniteAndExact() {
    Targets targets = Targets.on(new int[] {0}, new float[] {1, 1, 0, 0.5f}, 1, 4);
    double[] r =
        results(new SigmoidCrossEntropy(), rows(1, 4, Math.log(3), -1000, -1000, 1000), targets);
    assertThat(r[4]).isCloseTo((Math.log(4 / 3.0) + 1000 + 0 + 500) / 4, within(1e-4));
    assertThat(r).containsExactly(new double[] {-0.25 / 4, -0.25, 0, 0.5 / 4, r[4]}, within(1e-7));
  }

  @Test
  void meanSquaredError_byHand_agrees() {
    double[] r =
        results(new MeanSquaredError(), rows(1, 2, 3, -1), Targets.of(new int[] {0}, 1, 2));
    assertThat(r).containsExactly((3 - 1) * 2 / 2.0, -1 * 2 / 2.0, (4 + 1) / 2.0);
  }

  static List<Loss> losses() {
    List<Double> weights = List.of(0.3, 2.0, 1.1);
    return List.of(
        new SoftmaxCrossEntropy(0.2),
        new SoftmaxCrossEntropy(0.2, weights),
        SoftmaxCrossEntropy.plain().classWeights(weights),
        new SigmoidCrossEntropy(),
        new MeanSquaredError());
  }

  /** Logits are floats, so the step is a power of two that they add up exactly with. */
  @ParameterizedTest
  @MethodSource("losses")
  void value_gradient_isTheDifferenceOfTwoLosses(Loss loss) {
    double[] z = {0.5, -1.25, 2, 0.125, 1.5, -0.75};
    ToDoubleFunction<double[]> value =
        at -> loss.value(Tensor.zeros(Shape.of(3), 2), rows(2, 3, at), mixed());
    double[] analytic = results(loss, rows(2, 3, z), mixed());
    double step = 1 / 1024.0;
    for (int i = 0; i < 6; i++) {
      double[] up = z.clone();
      double[] down = z.clone();
      up[i] += step;
      down[i] -= step;
      double numeric = (value.applyAsDouble(up) - value.applyAsDouble(down)) / (2 * step);
      assertThat(analytic[i]).as(loss.name() + " dz " + i).isCloseTo(numeric, within(2e-6));
    }
  }

  /** The classes of this package that are losses. */
  static List<Class<?>> kinds() throws Exception {
    Path classes =
        Path.of(Objects.requireNonNull(Loss.class.getResource("Loss.class")).toURI()).getParent();
    try (Stream<Path> files = Files.list(classes)) {
      List<Class<?>> kinds = new ArrayList<>();
      for (Path file : files.filter(each -> each.toString().endsWith(".class")).toList()) {
        String name = file.getFileName().toString().replace(".class", "");
        Class<?> type = Class.forName("io.fovea.loss." + name);
        if (type.isRecord() && Loss.class.isAssignableFrom(type)) {
          kinds.add(type);
        }
      }
      return kinds;
    }
  }

  @Test
  void kinds_gradients_areAllChecked() throws Exception {
    assertThat(kinds())
        .hasSizeGreaterThanOrEqualTo(3)
        .containsExactlyInAnyOrderElementsOf(
            losses().stream().<Class<?>>map(Loss::getClass).distinct().toList());
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void kind_hasNumbersAndASource(Class<?> kind) throws IOException {
    assertThat(Evidence.tests(LossTest.class))
        .as("a test of numbers")
        .anyMatch(name -> name.startsWith(Evidence.begin(kind) + "_"));
    Evidence.requireSource(kind);
  }

  @Test
  void names_sayTheOptions() {
    assertThat(losses())
        .extracting(Loss::name)
        .contains(
            "softmax cross-entropy, label smoothing 0.2, class weights [0.3, 2.0, 1.1]",
            "sigmoid cross-entropy",
            "mean squared error");
  }

  @Test
  void facts_outOfRange_areRefused() {
    assertThatThrownBy(() -> new SoftmaxCrossEntropy(1))
        .hasMessage("loss: label smoothing must be from 0 to below 1, got 1.0");
    assertThatThrownBy(() -> new SoftmaxCrossEntropy(-0.1))
        .hasMessage("loss: label smoothing must be from 0 to below 1, got -0.1");
    assertThatThrownBy(() -> new SoftmaxCrossEntropy(Double.NaN))
        .hasMessage("loss: label smoothing must be from 0 to below 1, got NaN");
    assertThatThrownBy(() -> SoftmaxCrossEntropy.plain().classWeights(List.of(1.0, -2.0)))
        .hasMessage("softmax cross-entropy: a class's weight must be a number from 0 up, got -2.0");
    Loss two = SoftmaxCrossEntropy.plain().classWeights(List.of(1.0, 2.0));
    assertThatThrownBy(() -> results(two, logits(), mixed()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "softmax cross-entropy: has 2 class weights, the network has 3 outputs; give one weight a class");
  }

  /** scikit-learn's documentation: n_samples / (n_classes * np.bincount(y)). */
  @Test
  void balanced_countsOfClasses_giveTheirWeights() {
    Dataset data =
        new FewImages("six", Shape.of(1, 1, 1), 4, new int[] {0, 0, 0, 0, 1, 2}, new float[6][1]);
    assertThat(ClassWeights.balanced(data)).containsExactly(6 / 16.0, 6 / 4.0, 6 / 4.0, 0.0);
  }

  static Stream<GoldenCase> goldenLosses() {
    return GoldenLayers.losses();
  }

  /**
   * Rounding z moves each logit by at most e = 2^-24 * max |z|. That moves the loss by at most 2 e
   * (its gradient p - q has an L1 norm of at most 2), each p by at most 2 e, and the result is
   * rounded once more.
   */
  @ParameterizedTest
  @MethodSource("goldenLosses")
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
