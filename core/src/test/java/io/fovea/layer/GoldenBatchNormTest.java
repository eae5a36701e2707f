package io.fovea.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.fovea.golden.GoldenArray;
import io.fovea.golden.GoldenCase;
import io.fovea.golden.GoldenLayers;
import io.fovea.kernel.KernelSet;
import io.fovea.kernel.op.Bound;
import io.fovea.network.execution.Workspace;
import io.fovea.network.execution.WorkspaceNode;
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
 * The layer in float, on both kernel sets, against PyTorch's float64. To first order in u = 2^-24,
 * with M values a channel, T = M + 9 roundings in a sum, s the deviation, k = max|x| / s, X =
 * max|xhat| and D = max|dy|:
 *
 * <pre>
 * rounding x to float moves the mean by k u s, and 1/s by k u times itself
 * summing in float moves the mean by 2 T u s, and 1/s by 4.5 T u times itself
 * so xhat is wrong by    h  = u (2 k + 2 T + (k + 4.5 T) X)
 * y       by    |gamma| h + 5 u (|gamma| X + |beta|)
 * dbeta   by    M (T + 1) u D
 * dgamma  by    M (D h + (T + 2) u D X)
 * dx      by    |gamma| / s * D * (h (1 + X) + u ((T + 2) (1 + X^2) + (k + 4.5 T + 3) (2 + X)))
 * </pre>
 *
 * for dx = gamma / s * (dy - dbeta / M - xhat * dgamma / M), whose means are at most D. At
 * inference the moments are rounded only, which the same bounds cover.
 */
class GoldenBatchNormTest {
  private static final double U = Bound.UNIT;
  private static final Workers WORKERS = Workers.of(2);

  static Stream<Arguments> passes() {
    return onBothSets(GoldenLayers.batchNorms());
  }

  static Stream<Arguments> runningStatistics() {
    return onBothSets(GoldenLayers.runningStatistics());
  }

  private static Stream<Arguments> onBothSets(Stream<GoldenCase> cases) {
    return cases.flatMap(
        golden -> Arrays.stream(KernelSet.values()).map(set -> Arguments.of(golden, set)));
  }

  private static float[] numbers(GoldenCase golden, String attribute) {
    double[] all =
        golden.attributes().has(attribute)
            ? golden
                .attributes()
                .get(attribute)
                .valueStream()
                .mapToDouble(n -> n.asDouble())
                .toArray()
            : new double[golden.input("x").size(1)];
    return Bound.narrow(all);
  }

  private static float[] logical(GoldenArray array) {
    return Bound.narrow(array.logical());
  }

  private static Tensor tensor(GoldenArray array) {
    return Tensor.of(array.image(), array.count(), logical(array));
  }

  /** What the bounds are made of, for one channel. */
  private record Sizes(double s, double k, double xhat, double dy, int values, int terms) {
    static Sizes of(GoldenCase golden, int c, double mean, double variance) {
      double s = Math.sqrt(variance + 1e-5);
      double x = largest(golden.input("x"), c, 0);
      return new Sizes(
          s,
          x / s,
          largest(golden.input("x"), c, mean) / s,
          largest(golden.outputGradient(), c, 0),
          count(golden),
          count(golden) + 9);
    }

    double h() {
      return U * (2 * k + 2 * terms + (k + 4.5 * terms) * xhat);
    }

    double dx(double gamma) {
      double sums = (terms + 2) * (1 + xhat * xhat) + (k + 4.5 * terms + 3) * (2 + xhat);
      return Math.abs(gamma) / s * dy * (h() * (1 + xhat) + U * sums);
    }
  }

  private static int count(GoldenCase golden) {
    GoldenArray x = golden.input("x");
    return x.count() * x.size(2) * x.size(3);
  }

  /** The largest distance of a channel's numbers from a centre. */
  private static double largest(GoldenArray array, int c, double centre) {
    double largest = 0;
    double[] numbers = array.memory();
    for (int i = c; i < numbers.length; i += array.size(1)) {
      largest = Math.max(largest, Math.abs(numbers[i] - centre));
    }
    return largest;
  }

  private static double mean(GoldenCase golden, int c, double centre, int power) {
    double sum = 0;
    double[] numbers = golden.input("x").memory();
    for (int i = c; i < numbers.length; i += golden.input("x").size(1)) {
      sum += Math.pow(numbers[i] - centre, power);
    }
    return sum / count(golden);
  }

  @ParameterizedTest
  @MethodSource("passes")
  void layer_goldenCase_liesWithinTheBound(GoldenCase golden, KernelSet set) {
    boolean training = golden.attributes().get("training").asBoolean();
    Map<String, float[]> weights = new HashMap<>();
    weights.put("weight", logical(golden.input("weight")));
    weights.put("bias", logical(golden.input("bias")));
    weights.put("running_mean", numbers(golden, "runningMean"));
    weights.put("running_var", numbers(golden, "runningVariance"));
    weights.put("num_batches_tracked", new float[1]);
    Workspace workspace = Workspace.of(set, WORKERS);
    if (training) {
      workspace.beginTraining(RandomKey.of(1));
    } else {
      workspace.beginInference();
    }
    WorkspaceNode node = workspace.node("bn1");
    Step step =
        new BatchNorm2d()
            .forward(
                List.of(tensor(golden.input("x"))),
                name -> Objects.requireNonNull(weights.get(name)),
                node);
    Tensor dx = step.backward(tensor(golden.outputGradient())).getFirst();
    int channels = golden.input("x").size(1);
    double[] yExpected = golden.output().memory();
    double[] dxExpected = golden.gradient("x").memory();
    for (int c = 0; c < channels; c++) {
      double mean = training ? mean(golden, c, 0, 1) : numbers(golden, "runningMean")[c];
      double variance = training ? mean(golden, c, mean, 2) : numbers(golden, "runningVariance")[c];
      Sizes sizes = Sizes.of(golden, c, mean, variance);
      double gamma = Math.abs(golden.input("weight").logical()[c]);
      double beta = Math.abs(golden.input("bias").logical()[c]);
      double dbeta = sizes.values() * sizes.dy() * U;
      String what = set + " " + golden + " channel " + c;
      for (int i = c; i < yExpected.length; i += channels) {
        assertThat((double) Bound.memory(step.output())[i])
            .as(what + " y")
            .isCloseTo(
                yExpected[i], within(gamma * sizes.h() + 5 * U * (gamma * sizes.xhat() + beta)));
        assertThat((double) Bound.memory(dx)[i])
            .as(what + " dx")
            .isCloseTo(dxExpected[i], within(sizes.dx(gamma)));
      }
      assertThat((double) node.gradient("weight")[c])
          .as(what + " dgamma")
          .isCloseTo(
              golden.gradient("weight").logical()[c],
              within(
                  sizes.values() * sizes.dy() * sizes.h()
                      + (sizes.terms() + 2) * dbeta * sizes.xhat()));
      assertThat((double) node.gradient("bias")[c])
          .as(what + " dbeta")
          .isCloseTo(golden.gradient("bias").logical()[c], within((sizes.terms() + 1) * dbeta));
    }
  }

  /**
   * Three roundings of numbers before and after (0.1 as a float is a quarter of one), and the sums.
   */
  @ParameterizedTest
  @MethodSource("runningStatistics")
  void layer_oneTrainingStep_leavesPyTorchsStatistics(GoldenCase golden, KernelSet set) {
    Shape image = golden.input("x").image();
    int channels = image.size(0);
    float[] ones = new float[channels];
    Arrays.fill(ones, 1);
    Map<String, float[]> weights =
        Map.of(
            "weight",
            ones,
            "bias",
            ones,
            "running_mean",
            logical(golden.input("runningMean")),
            "running_var",
            logical(golden.input("runningVariance")),
            "num_batches_tracked",
            new float[] {41});
    Workspace workspace = Workspace.of(set, WORKERS);
    workspace.beginTraining(RandomKey.of(1));
    WorkspaceNode node = workspace.node("bn1");
    new BatchNorm2d()
        .forward(
            List.of(tensor(golden.input("x"))),
            name -> Objects.requireNonNull(weights.get(name)),
            node);
    double[] nextMean = golden.output("runningMean").logical();
    double[] nextVariance = golden.output("runningVariance").logical();
    for (int c = 0; c < channels; c++) {
      double mean = mean(golden, c, 0, 1);
      double variance = mean(golden, c, mean, 2);
      double largest = largest(golden.input("x"), c, 0);
      int terms = count(golden) + 9;
      double meanError = 0.1 * U * (largest + 2 * terms * Math.sqrt(variance));
      double varianceError = 0.2 * U * (2 * largest * Math.sqrt(variance) + 9 * terms * variance);
      assertThat((double) node.next("running_mean")[c])
          .as("%s %s mean %d", set, golden, c)
          .isCloseTo(nextMean[c], within(meanError + 3 * U * largest));
      assertThat((double) node.next("running_var")[c])
          .as("%s %s variance %d", set, golden, c)
          .isCloseTo(nextVariance[c], within(varianceError + 3 * U * nextVariance[c]));
    }
    assertThat(node.next("num_batches_tracked")).containsExactly(42);
  }
}
