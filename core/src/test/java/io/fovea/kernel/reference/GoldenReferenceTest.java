package io.fovea.kernel.reference;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.golden.Golden;
import io.fovea.golden.GoldenCase;
import io.fovea.golden.GoldenLayers;
import io.fovea.kernel.geometry.BatchNorm2dGeometry;
import io.fovea.kernel.op.Bound;
import io.fovea.kernel.op.Moments;
import io.fovea.tensor.Shape;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The reference kernels in double against PyTorch's float64: output and every gradient. */
class GoldenReferenceTest {
  private static final double TOLERANCE = 1e-12; // of the largest entry

  static Stream<GoldenCase> activations() {
    return GoldenLayers.activations();
  }

  @ParameterizedTest
  @MethodSource("activations")
  void activation_goldenCase_agrees(GoldenCase golden) {
    ReferenceActivation kernel = new ReferenceActivation(GoldenLayers.function(golden));
    double[] x = golden.input("x").logical();
    double[] y = new double[x.length];
    double[] dx = new double[x.length];
    kernel.forward(y, x);
    kernel.backward(dx, golden.outputGradient().logical(), x);
    close(golden + " y", y, golden.output().logical());
    close(golden + " dx", dx, golden.gradient("x").logical());
  }

  private static void close(String what, double[] actual, double[] expected) {
    Bound.assertClose(what, actual, expected, TOLERANCE);
  }

  static Stream<GoldenCase> batchNorms() {
    return GoldenLayers.batchNorms();
  }

  static Stream<GoldenCase> runningStatistics() {
    return GoldenLayers.runningStatistics();
  }

  private static ReferenceBatchNorm2d batchNorm(GoldenCase golden, double epsilon) {
    Shape x = golden.input("x").image();
    return new ReferenceBatchNorm2d(
        new BatchNorm2dGeometry(x.size(0), x.size(1), x.size(2), epsilon));
  }

  private static double[] numbers(GoldenCase golden, String attribute) {
    return golden
        .attributes()
        .get(attribute)
        .valueStream()
        .mapToDouble(n -> n.asDouble())
        .toArray();
  }

  @ParameterizedTest
  @MethodSource("batchNorms")
  void batchNorm_goldenCase_agrees(GoldenCase golden) {
    ReferenceBatchNorm2d kernel = batchNorm(golden, golden.attributes().get("epsilon").asDouble());
    int count = golden.input("x").count();
    double[] x = golden.input("x").memory();
    double[] dy = golden.outputGradient().memory();
    double[] gamma = golden.input("weight").logical();
    Moments moments = new Moments(gamma.length);
    boolean training = golden.attributes().get("training").asBoolean();
    if (training) {
      kernel.moments(moments, x, count);
    } else {
      double[] mean = numbers(golden, "runningMean");
      System.arraycopy(mean, 0, moments.mean(), 0, mean.length);
      double[] variance = numbers(golden, "runningVariance");
      System.arraycopy(variance, 0, moments.variance(), 0, variance.length);
    }
    double[] y = new double[x.length];
    double[] dx = new double[x.length];
    double[] dgamma = new double[gamma.length];
    double[] dbeta = new double[gamma.length];
    kernel.forward(y, x, moments, gamma, golden.input("bias").logical(), count);
    kernel.backwardWeights(dgamma, dbeta, x, dy, moments, count);
    if (training) {
      kernel.backwardInput(dx, x, dy, moments, gamma, dgamma, dbeta, count);
    } else {
      kernel.backwardInput(dx, dy, moments, gamma, count);
    }
    close(golden + " y", y, golden.output().memory());
    close(golden + " dx", dx, golden.gradient("x").memory());
    close(golden + " dgamma", dgamma, golden.gradient("weight").logical());
    close(golden + " dbeta", dbeta, golden.gradient("bias").logical());
  }

  @ParameterizedTest
  @MethodSource("runningStatistics")
  void runningStatistics_goldenCase_agree(GoldenCase golden) {
    double momentum = golden.attributes().get("momentum").asDouble();
    double[] mean = golden.input("runningMean").logical();
    double[] variance = golden.input("runningVariance").logical();
    Moments moments = new Moments(mean.length);
    int count = golden.input("x").count();
    batchNorm(golden, 1e-5).moments(moments, golden.input("x").memory(), count);
    long values = golden.input("x").memory().length / mean.length;
    for (int c = 0; c < mean.length; c++) {
      mean[c] = moments.runningMean(c, mean[c], momentum);
      variance[c] = moments.runningVariance(c, variance[c], momentum, values);
    }
    close(golden + " mean", mean, golden.output("runningMean").logical());
    close(golden + " variance", variance, golden.output("runningVariance").logical());
  }

  /** Each op that is not of this test or a loss, GoldenLayersTest checks or fails. */
  @Test
  void layersFile_cases_areThere() {
    assertThat(Golden.layers())
        .extracting(GoldenCase::toString)
        .doesNotHaveDuplicates()
        .hasSize(84);
  }
}
