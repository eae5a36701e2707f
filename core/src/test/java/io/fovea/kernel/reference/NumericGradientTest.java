package io.fovea.kernel.reference;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.kernel.geometry.BatchNorm2dGeometry;
import io.fovea.kernel.geometry.Pool2dGeometry;
import io.fovea.kernel.op.AwkwardCases;
import io.fovea.kernel.op.Draw;
import io.fovea.kernel.op.LinearCase;
import io.fovea.kernel.op.LinearNumbers;
import io.fovea.kernel.op.Moments;
import io.fovea.tensor.Window;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The reference's gradients against central differences of the probe loss sum(dy * y), in double.
 * Convolution and dense layers are linear in each argument, so the step may be large; ReLU and max
 * pooling stay away from their kinks.
 */
class NumericGradientTest {
  private static final long SEED = 20260121;

  static Stream<LinearCase> linear() {
    return Stream.of(AwkwardCases.convolutions(SEED, 20, 4, 4_000), AwkwardCases.dense(SEED, 3, 4))
        .flatMap(List::stream);
  }

  @ParameterizedTest
  @MethodSource("linear")
  void linear_smallCase_agrees(LinearCase c) {
    LinearNumbers numbers = LinearNumbers.doubles(c, SEED);
    ToDoubleFunction<double[]> ofX = v -> probe(c, v, numbers.w(), numbers.b(), numbers.dy());
    ToDoubleFunction<double[]> ofW = v -> probe(c, numbers.x(), v, numbers.b(), numbers.dy());
    ToDoubleFunction<double[]> ofB = v -> probe(c, numbers.x(), numbers.w(), v, numbers.dy());
    assertAgrees(c + " dx", numbers.dx(), numeric(ofX, numbers.x(), 1));
    assertAgrees(c + " dw", numbers.dw(), numeric(ofW, numbers.w(), 1));
    assertAgrees(c + " db", numbers.db(), numeric(ofB, numbers.b(), 1));
  }

  private static double probe(LinearCase c, double[] x, double[] w, double[] b, double[] dy) {
    double[] y = new double[dy.length];
    c.reference().forward(y, x, w, b, c.images());
    return dot(y, dy);
  }

  static Stream<Pool2dGeometry> pools() {
    return Stream.concat(
        Stream.of(new Pool2dGeometry(2, 6, 6, Window.square(2, 2, 0, 1))),
        AwkwardCases.poolings(SEED, 40, 4).stream()
            .filter(g -> g.channels() * g.height() * g.width() <= 300));
  }

  @ParameterizedTest
  @MethodSource("pools")
  void maxPool_smallCase_agrees(Pool2dGeometry g) {
    ReferenceMaxPool2d pool = new ReferenceMaxPool2d(g);
    double[] x = distinct(2 * g.channels() * g.height() * g.width());
    double[] dy = new Draw(SEED).doubles(2 * g.channels() * g.outputHeight() * g.outputWidth());
    int[] winners = new int[dy.length];
    double[] dx = new double[x.length];
    pool.forward(new double[dy.length], winners, x, 2);
    pool.backward(dx, dy, winners, 2);
    ToDoubleFunction<double[]> probe =
        v -> {
          double[] y = new double[dy.length];
          pool.forward(y, new int[dy.length], v, 2);
          return dot(y, dy);
        };
    assertAgrees(g + " dx", dx, numeric(probe, x, 1e-3));
  }

  /** Training: through the moments of x, on which every output depends. */
  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void batchNorm_batchMoments_agrees(int images) {
    BatchNorm2dGeometry g = new BatchNorm2dGeometry(3, 2, 4, 1e-5);
    ReferenceBatchNorm2d norm = new ReferenceBatchNorm2d(g);
    double[] x = new Draw(SEED).doubles(images * 24);
    double[] dy = new Draw(SEED + 1).doubles(x.length);
    double[] gamma = new Draw(SEED + 2).doubles(3);
    double[] beta = new Draw(SEED + 3).doubles(3);
    double[] dx = new double[x.length];
    double[] dgamma = new double[3];
    double[] dbeta = new double[3];
    Moments moments = new Moments(3);
    norm.moments(moments, x, images);
    norm.backwardWeights(dgamma, dbeta, x, dy, moments, images);
    norm.backwardInput(dx, x, dy, moments, gamma, dgamma, dbeta, images);
    ToDoubleFunction<double[]> ofX =
        v -> {
          Moments own = new Moments(3);
          norm.moments(own, v, images);
          return probe(norm, v, own, gamma, beta, dy);
        };
    assertAgrees("batch norm dx", dx, numeric(ofX, x, 1e-4));
    assertAgrees(
        "batch norm dgamma", dgamma, numeric(v -> probe(norm, x, moments, v, beta, dy), gamma, 1));
    assertAgrees(
        "batch norm dbeta", dbeta, numeric(v -> probe(norm, x, moments, gamma, v, dy), beta, 1));
  }

  /** Inference: linear in x. */
  @Test
  void batchNorm_constantMoments_agrees() {
    ReferenceBatchNorm2d norm = new ReferenceBatchNorm2d(new BatchNorm2dGeometry(3, 2, 4, 1e-5));
    double[] x = new Draw(SEED).doubles(24);
    double[] dy = new Draw(SEED + 1).doubles(24);
    double[] gamma = new Draw(SEED + 2).doubles(3);
    double[] beta = new Draw(SEED + 3).doubles(3);
    Moments moments = Moments.of(new float[] {-1, 0, 3}, new float[] {0.5f, 2, 9});
    double[] dx = new double[24];
    norm.backwardInput(dx, dy, moments, gamma, 1);
    assertAgrees("batch norm dx", dx, numeric(v -> probe(norm, v, moments, gamma, beta, dy), x, 1));
  }

  private static double probe(
      ReferenceBatchNorm2d norm,
      double[] x,
      Moments moments,
      double[] gamma,
      double[] beta,
      double[] dy) {
    double[] y = new double[x.length];
    norm.forward(y, x, moments, gamma, beta, x.length / 24);
    return dot(y, dy);
  }

  /** All different by 0.01 at least, in random order. */
  private static double[] distinct(int length) {
    double[] values = new double[length];
    Draw draw = new Draw(SEED);
    for (int i = 0; i < length; i++) {
      int j = draw.between(0, i);
      values[i] = values[j];
      values[j] = (i - length / 2) * 0.01;
    }
    return values;
  }

  @ParameterizedTest
  @MethodSource("pools")
  void avgPool_smallCase_agrees(Pool2dGeometry g) {
    ReferenceAvgPool2d pool = new ReferenceAvgPool2d(g);
    double[] x = new Draw(SEED).doubles(2 * g.channels() * g.height() * g.width());
    double[] dy = new Draw(SEED).doubles(2 * g.channels() * g.outputHeight() * g.outputWidth());
    double[] dx = new double[x.length];
    pool.backward(dx, dy, 2);
    ToDoubleFunction<double[]> probe =
        v -> {
          double[] y = new double[dy.length];
          pool.forward(y, v, 2);
          return dot(y, dy);
        };
    assertAgrees(g + " dx", dx, numeric(probe, x, 1));
  }

  @Test
  void relu_awayFromZero_agrees() {
    double[] x = new Draw(SEED).doubles(40);
    for (int i = 0; i < x.length; i++) {
      x[i] += Math.copySign(0.1, x[i]);
    }
    double[] dy = new Draw(SEED + 1).doubles(40);
    double[] y = new double[40];
    double[] dx = new double[40];
    new ReferenceRelu().forward(y, x);
    new ReferenceRelu().backward(dx, dy, y);
    ToDoubleFunction<double[]> probe =
        v -> {
          double[] output = new double[40];
          new ReferenceRelu().forward(output, v);
          return dot(output, dy);
        };
    assertAgrees("relu dx", dx, numeric(probe, x, 1e-3));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.1, 0.5})
  void softmaxCrossEntropy_smoothing_agrees(double smoothing) {
    for (int label = 0; label < 5; label++) {
      double[] z = new Draw(SEED + label).doubles(5);
      double[] dz = new double[5];
      int wanted = label;
      ReferenceSoftmaxCrossEntropy.loss(dz, z, label, smoothing);
      ToDoubleFunction<double[]> loss =
          v -> ReferenceSoftmaxCrossEntropy.loss(new double[5], v, wanted, smoothing);
      assertAgrees("smoothing " + smoothing + " dz", dz, numeric(loss, z, 1e-5));
    }
  }

  private static double[] numeric(ToDoubleFunction<double[]> f, double[] at, double step) {
    double[] v = at.clone();
    double[] gradient = new double[v.length];
    for (int i = 0; i < v.length; i++) {
      double before = v[i];
      v[i] = before + step;
      double up = f.applyAsDouble(v);
      v[i] = before - step;
      gradient[i] = (up - f.applyAsDouble(v)) / (2 * step);
      v[i] = before;
    }
    return gradient;
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  private static void assertAgrees(String what, double[] analytic, double[] numeric) {
    double difference = 0;
    double size = 0;
    for (int i = 0; i < analytic.length; i++) {
      difference += (analytic[i] - numeric[i]) * (analytic[i] - numeric[i]);
      size += analytic[i] * analytic[i];
    }
    assertThat(Math.sqrt(difference))
        .as("seed %d, %s: relative L2 below 1e-7", SEED, what)
        .isLessThanOrEqualTo(1e-7 * Math.sqrt(size));
  }
}
