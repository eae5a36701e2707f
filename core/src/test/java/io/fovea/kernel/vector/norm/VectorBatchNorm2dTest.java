package io.fovea.kernel.vector.norm;

import static io.fovea.kernel.op.Epilogue.NONE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.fovea.kernel.geometry.BatchNorm2dGeometry;
import io.fovea.kernel.op.Activation;
import io.fovea.kernel.op.BatchNorm2dKernel;
import io.fovea.kernel.op.Bound;
import io.fovea.kernel.op.Draw;
import io.fovea.kernel.op.Epilogue;
import io.fovea.kernel.op.EveryWidth;
import io.fovea.kernel.op.Guarded;
import io.fovea.kernel.op.Moments;
import io.fovea.kernel.op.Normalization;
import io.fovea.kernel.op.Resources;
import io.fovea.kernel.reference.ReferenceBatchNorm2d;
import io.fovea.kernel.vector.VectorKernels;
import io.fovea.parallel.Scratch;
import io.fovea.parallel.Workers;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The fast batch normalisation against the reference: sums of whole numbers exactly, other numbers
 * within bounds to first order in u = 2^-24. The passes behind the moments get the same moments on
 * both sides, so each is held to its own rounding.
 *
 * <p>A term passes through at most T additions in float: a block holds 4,096 floats or 64 periods,
 * so at most 4096 / L of them lie in one lane; at most L lanes are folded and at most L rows are
 * added after them. What follows is in double.
 */
@EveryWidth
class VectorBatchNorm2dTest {
  static final long SEED = 20260124;
  private static final double U = Bound.UNIT;
  private static final int LANES = new VectorKernels().lanes();
  private static final int TERMS = 4096 / LANES + 2 * LANES + 9;
  @AutoClose private static final Workers WORKERS = Workers.of(2);
  private static final Resources RESOURCES = new Resources(WORKERS, new Scratch(WORKERS.threads()));

  record Case(BatchNorm2dGeometry g, int images) {
    static Case of(int images, int channels, int height, int width) {
      return new Case(new BatchNorm2dGeometry(channels, height, width, 1e-5), images);
    }

    Shape shape() {
      return Shape.of(g.channels(), g.height(), g.width());
    }

    int elements() {
      return images * shape().elements();
    }

    int values() {
      return images * g.pixels();
    }

    float[] drawn(int salt) {
      return new Draw(SEED + salt).reals(g.channels());
    }

    float[] dy() {
      return new Draw(SEED + 5).reals(elements());
    }

    float[] forward(float[] x, Normalization n, Epilogue epilogue) {
      Tensor y = Guarded.output(shape(), images);
      fast().forward(y, Guarded.input(x, shape(), images), n, epilogue, RESOURCES);
      return Guarded.values(this + " y", y);
    }

    BatchNorm2dKernel fast() {
      return new VectorKernels().batchNorm2d(g);
    }

    ReferenceBatchNorm2d reference() {
      return new ReferenceBatchNorm2d(g);
    }

    @Override
    public String toString() {
      return "seed %d, %d lanes, %d images of %s".formatted(SEED, LANES, images, shape());
    }
  }

  /** Channels around the lanes and prime; one block, many, and a rest behind the last. */
  static Stream<Case> cases() {
    List<Case> cases = new ArrayList<>();
    cases.add(Case.of(3, 1, 61, 67));
    cases.add(Case.of(5, 3, 31, 17));
    cases.add(Case.of(40, 17, 5, 7));
    cases.add(Case.of(4, 16, 28, 28));
    cases.add(Case.of(6, 64, 7, 7));
    cases.add(Case.of(64, 10, 1, 1));
    cases.add(Case.of(2, 6 * LANES + 1, 13, 5));
    cases.add(Case.of(2, 1, 1, 1));
    Draw draw = new Draw(SEED);
    while (cases.size() < 40) {
      int channels = draw.oneOf(1, 2, 3, LANES - 1, LANES, LANES + 1, 2 * LANES + 3, 5, 17, 24);
      int images = draw.oneOf(1, 2, 3, 9);
      cases.add(Case.of(images, channels, draw.between(1, 19), draw.between(2, 19)));
    }
    return cases.stream();
  }

  /** Reals around a mean of the channel's own, up to {@code size}. */
  static float[] values(Case c, float size) {
    float[] means = new Draw(SEED + 1).reals(c.g().channels());
    float[] values = new Draw(SEED).reals(c.elements());
    for (int i = 0; i < values.length; i++) {
      values[i] += size * means[i % means.length];
    }
    return values;
  }

  static Tensor input(Case c, float[] values) {
    return Guarded.input(values, c.shape(), c.images());
  }

  static Moments moments(Case c, float[] x) {
    Moments moments = new Moments(c.g().channels());
    c.reference().moments(moments, Bound.widen(x), c.images());
    return moments;
  }

  /**
   * Let r be the range of a channel's values, and e = T u max|x| the error of a block's centre p,
   * the mean of its first rows, so that |x - p| <= d = r + e. The distances suffer one rounding,
   * their sums T: the mean of the distances is wrong by T u d, the sum of squares by T u d^2 a
   * value; correcting it by the mean and combining blocks adds what the means are wrong by, times 2
   * d. Together below 4 T u d^2.
   */
  @ParameterizedTest
  @MethodSource("cases")
  void moments_anyMean_lieWithinTheBound(Case c) {
    for (float size : new float[] {0, 1, 1000, 100_000}) {
      float[] x = values(c, size);
      Moments expected = moments(c, x);
      Moments actual = new Moments(c.g().channels());
      Arrays.fill(actual.mean(), Double.NaN);
      Arrays.fill(actual.variance(), Double.NaN);
      c.fast().moments(actual, input(c, x), RESOURCES);
      double d = 2 + TERMS * U * (size + 1); // values are drawn from -1 to 1 around the mean
      for (int k = 0; k < c.g().channels(); k++) {
        String what = c + ", means up to " + size + ", channel " + k;
        assertThat(actual.mean()[k])
            .as(what + ": mean")
            .isCloseTo(expected.mean()[k], within(2 * TERMS * U * d + 1e-14 * size));
        assertThat(actual.variance()[k])
            .as(what + ": variance")
            .isCloseTo(expected.variance()[k], within(4 * TERMS * U * d * d));
      }
    }
  }

  /**
   * Roundings: x - high, scale, shift, and the fused multiply-add. What the mean as a float lacks
   * is u |mean| at most.
   */
  @ParameterizedTest
  @MethodSource("cases")
  void forward_anyMean_liesWithinTheBound(Case c) {
    for (float size : new float[] {1, 1000}) {
      float[] x = values(c, size);
      Moments moments = moments(c, x);
      float[] gamma = c.drawn(2);
      float[] beta = c.drawn(3);
      float[] y = c.forward(x, new Normalization(moments, gamma, beta), NONE);
      double[] expected = new double[x.length];
      c.reference()
          .forward(
              expected, Bound.widen(x), moments, Bound.widen(gamma), Bound.widen(beta), c.images());
      double[] sizes = new double[x.length];
      for (int i = 0; i < x.length; i++) {
        int k = i % gamma.length;
        sizes[i] = Math.abs(gamma[k]) * xhat(c, x[i], moments, k) + Math.abs(beta[k]);
      }
      Bound.assertWithin(c + " y", y, expected, sizes, 1);
    }
  }

  /** The size of xhat, with what the mean as a float may lack. */
  private static double xhat(Case c, float x, Moments moments, int k) {
    double mean = moments.mean()[k];
    return (Math.abs(x - mean) + U * Math.abs(mean)) * moments.inverseDeviation(k, c.g().epsilon());
  }

  /** y = f(z + r), to the bits of one operation after the other. */
  @ParameterizedTest
  @MethodSource("cases")
  void forward_residual_sameBitsAsSeparateOperations(Case c) {
    float[] x = values(c, 1);
    float[] r = new Draw(SEED + 4).reals(c.elements());
    float[] gamma = c.drawn(2);
    float[] beta = c.drawn(3);
    Normalization normalization = new Normalization(moments(c, x), gamma, beta);
    float[] sum = c.forward(x, normalization, NONE);
    for (int i = 0; i < sum.length; i++) {
      sum[i] += r[i];
    }
    Epilogue added = new Epilogue(input(c, r), null, null);
    Bound.assertSameBits(c + " sum", c.forward(x, normalization, added), sum);
    for (int i = 0; i < sum.length; i++) {
      sum[i] = Math.max(sum[i], 0);
    }
    Epilogue rectified = new Epilogue(input(c, r), new Activation.Relu(), null);
    Bound.assertSameBits(c + " relu", c.forward(x, normalization, rectified), sum);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void forward_imageAlone_sameBitsAsInTheBatch(Case c) {
    float[] x = values(c, 1);
    Moments moments = moments(c, x);
    float[] gamma = c.drawn(2);
    float[] beta = c.drawn(3);
    float[] together = c.forward(x, new Normalization(moments, gamma, beta), NONE);
    int elements = c.shape().elements();
    for (int n = 0; n < c.images(); n++) {
      float[] one = Arrays.copyOfRange(x, n * elements, (n + 1) * elements);
      Tensor alone = Guarded.output(c.shape(), 1);
      Tensor image = Guarded.input(one, c.shape(), 1);
      c.fast().forward(alone, image, new Normalization(moments, gamma, beta), NONE, RESOURCES);
      Bound.assertSameBits(
          c + ", image " + n,
          Guarded.values(c.toString(), alone),
          Arrays.copyOfRange(together, n * elements, (n + 1) * elements));
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void backwardWeights_wholeNumbers_equalTheReferenceExactly(Case c) {
    int channels = c.g().channels();
    BatchNorm2dGeometry g = new BatchNorm2dGeometry(channels, c.g().height(), c.g().width(), 0.25);
    Case exact = new Case(g, c.images()); // variance 0: one over the deviation is 2
    Moments moments = Moments.of(new Draw(SEED + 4).integers(channels, 3), new float[channels]);
    float[] x = new Draw(SEED).integers(c.elements(), 4);
    float[] dy = new Draw(SEED + 5).integers(c.elements(), 4);
    assertWeights(exact, x, dy, moments, 0);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void backwardWeights_anyMean_lieWithinTheBound(Case c) {
    for (float size : new float[] {1, 1000}) {
      float[] x = values(c, size);
      float[] dy = c.dy();
      assertWeights(c, x, dy, moments(c, x), TERMS);
    }
  }

  /** Exactly for 0 terms, else within (terms + 3) u of the sums of absolute values. */
  private static void assertWeights(Case c, float[] x, float[] dy, Moments moments, int terms) {
    int channels = c.g().channels();
    float[] dgamma = new float[channels];
    float[] dbeta = new float[channels];
    Arrays.fill(dgamma, Float.NaN);
    Arrays.fill(dbeta, Float.NaN);
    Normalization normalization = new Normalization(moments, dgamma, dgamma); // neither is read
    c.fast()
        .backwardWeights(dgamma, dbeta, input(c, x), input(c, dy), normalization, NONE, RESOURCES);
    double[] expectedDgamma = new double[channels];
    double[] expectedDbeta = new double[channels];
    c.reference()
        .backwardWeights(
            expectedDgamma, expectedDbeta, Bound.widen(x), Bound.widen(dy), moments, c.images());
    double[] dgammaSizes = new double[channels];
    double[] dbetaSizes = new double[channels];
    for (int i = 0; terms > 0 && i < x.length; i++) {
      int k = i % channels;
      dgammaSizes[k] += Math.abs(dy[i]) * xhat(c, x[i], moments, k);
      dbetaSizes[k] += Math.abs(dy[i]);
    }
    Bound.assertWithin(c + " dgamma", dgamma, expectedDgamma, dgammaSizes, terms);
    Bound.assertWithin(c + " dbeta", dbeta, expectedDbeta, dbetaSizes, terms);
  }

  /**
   * Roundings: x - high, the three factors, two fused multiply-adds; one u for the second order.
   */
  @ParameterizedTest
  @MethodSource("cases")
  void backwardInput_anyMean_liesWithinTheBound(Case c) {
    for (float size : new float[] {1, 1000}) {
      float[] x = values(c, size);
      float[] dy = c.dy();
      Moments moments = moments(c, x);
      float[] gamma = c.drawn(2);
      float[] dgamma = new Draw(SEED + 6).integers(c.g().channels(), c.values());
      float[] dbeta = new Draw(SEED + 7).integers(c.g().channels(), c.values());
      Tensor dx = Guarded.output(c.shape(), c.images());
      c.fast()
          .backwardInput(
              dx,
              input(c, x),
              input(c, dy),
              new Normalization(moments, gamma, gamma),
              dgamma,
              dbeta,
              NONE,
              RESOURCES);
      double[] expected = new double[x.length];
      c.reference()
          .backwardInput(
              expected,
              Bound.widen(x),
              Bound.widen(dy),
              moments,
              Bound.widen(gamma),
              Bound.widen(dgamma),
              Bound.widen(dbeta),
              c.images());
      double[] sizes = new double[x.length];
      for (int i = 0; i < x.length; i++) {
        int k = i % gamma.length;
        double sum = Math.abs(dbeta[k]) + xhat(c, x[i], moments, k) * Math.abs(dgamma[k]);
        double scale = Math.abs(gamma[k]) * moments.inverseDeviation(k, c.g().epsilon());
        sizes[i] = scale * (Math.abs(dy[i]) + sum / c.values());
      }
      Bound.assertWithin(c + " dx", Guarded.values(c + " dx", dx), expected, sizes, 2);
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void backwardInput_constantMoments_liesWithinTheBound(Case c) {
    float[] dy = c.dy();
    float[] gamma = c.drawn(2);
    Moments moments = moments(c, values(c, 1));
    Tensor dx = Guarded.output(c.shape(), c.images());
    c.fast().backwardInput(dx, input(c, dy), new Normalization(moments, gamma, gamma), RESOURCES);
    double[] expected = new double[dy.length];
    c.reference().backwardInput(expected, Bound.widen(dy), moments, Bound.widen(gamma), c.images());
    Bound.assertWithin(
        c + " dx", Guarded.values(c + " dx", dx), expected, Bound.absolute(expected), 0);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void everyPass_otherThreads_sameBits(Case c) {
    float[] x = values(c, 1);
    float[] dy = c.dy();
    try (Workers one = Workers.of(1);
        Workers four = Workers.of(4)) {
      List<float[]> expected = everything(c, x, dy, new Resources(one, new Scratch(1)));
      List<float[]> actual = everything(c, x, dy, new Resources(four, new Scratch(4)));
      for (int k = 0; k < expected.size(); k++) {
        Bound.assertSameBits(c + ", result " + k, actual.get(k), expected.get(k));
      }
    }
  }

  private static List<float[]> everything(Case c, float[] x, float[] dy, Resources resources) {
    int channels = c.g().channels();
    float[] gamma = new Draw(SEED + 2).reals(channels);
    float[] dgamma = new float[channels];
    float[] dbeta = new float[channels];
    Moments moments = new Moments(channels);
    Tensor y = Guarded.output(c.shape(), c.images());
    Tensor dx = Guarded.output(c.shape(), c.images());
    BatchNorm2dKernel kernel = c.fast();
    kernel.moments(moments, input(c, x), resources);
    Normalization n = new Normalization(moments, gamma, gamma);
    kernel.forward(y, input(c, x), n, NONE, resources);
    kernel.backwardWeights(dgamma, dbeta, input(c, x), input(c, dy), n, NONE, resources);
    kernel.backwardInput(dx, input(c, x), input(c, dy), n, dgamma, dbeta, NONE, resources);
    return List.of(y.toArray(), dx.toArray(), dgamma, dbeta);
  }
}
