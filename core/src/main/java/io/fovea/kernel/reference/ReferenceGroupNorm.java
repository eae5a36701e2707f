package io.fovea.kernel.reference;

import io.fovea.kernel.geometry.GroupNormGeometry;
import io.fovea.kernel.op.GroupNormKernel;
import io.fovea.kernel.op.Moments;
import io.fovea.kernel.op.Resources;
import io.fovea.tensor.Tensor;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Normalisation within images as its formulas say, in double; the letters are those of {@link
 * GroupNormKernel}.
 */
public record ReferenceGroupNorm(GroupNormGeometry g) implements GroupNormKernel {
  /** The index of the moments of an element's group. */
  private int group(int at) {
    return at / g.elements() * g.groups() + at % g.channels() / g.groupChannels();
  }

  /** The means, then the mean squares of the distances from them. */
  public void moments(Moments moments, double[] x) {
    double[] mean = moments.mean();
    double[] variance = moments.variance();
    Arrays.fill(mean, 0);
    Arrays.fill(variance, 0);
    for (int i = 0; i < x.length; i++) {
      mean[group(i)] += x[i] / g.values();
    }
    for (int i = 0; i < x.length; i++) {
      double distance = x[i] - mean[group(i)];
      variance[group(i)] += distance * distance / g.values();
    }
  }

  /** gamma * xhat + beta for every element. */
  public void forward(double[] y, double[] x, Moments moments, double[] gamma, double[] beta) {
    for (int i = 0; i < x.length; i++) {
      int c = i % g.channels();
      y[i] = gamma[c] * normalized(x, i, moments) + beta[c];
    }
  }

  /** All gradients, through the moments, which are those of x. */
  public void backward(
      double[] dx,
      double[] dgamma,
      double[] dbeta,
      double[] x,
      double[] dy,
      Moments moments,
      double[] gamma) {
    Arrays.fill(dgamma, 0);
    Arrays.fill(dbeta, 0);
    double[] a = new double[moments.mean().length];
    double[] b = new double[moments.mean().length];
    for (int i = 0; i < x.length; i++) {
      int c = i % g.channels();
      double xhat = normalized(x, i, moments);
      dgamma[c] += dy[i] * xhat;
      dbeta[c] += dy[i];
      a[group(i)] += gamma[c] * dy[i];
      b[group(i)] += gamma[c] * dy[i] * xhat;
    }
    for (int i = 0; i < x.length; i++) {
      int k = group(i);
      double mean = (a[k] + normalized(x, i, moments) * b[k]) / g.values();
      dx[i] = moments.inverseDeviation(k, g.epsilon()) * (gamma[i % g.channels()] * dy[i] - mean);
    }
  }

  private double normalized(double[] x, int at, Moments moments) {
    int k = group(at);
    return (x[at] - moments.mean()[k]) * moments.inverseDeviation(k, g.epsilon());
  }

  @Override
  public void forward(
      Tensor y, Moments moments, Tensor x, float[] gamma, float[] beta, Resources resources) {
    double[] wide = FloatDouble.widen(x);
    double[] result = new double[y.elements()];
    moments(moments, wide);
    forward(result, wide, moments, FloatDouble.widen(gamma), FloatDouble.widen(beta));
    FloatDouble.narrow(y, result);
  }

  @Override
  public void backward(
      @Nullable Tensor dx,
      float[] dgamma,
      float[] dbeta,
      Tensor x,
      Tensor dy,
      Moments moments,
      float[] gamma,
      Resources resources) {
    double[] result = new double[x.elements()];
    double[] wideDgamma = new double[g.channels()];
    double[] wideDbeta = new double[g.channels()];
    backward(
        result,
        wideDgamma,
        wideDbeta,
        FloatDouble.widen(x),
        FloatDouble.widen(dy),
        moments,
        FloatDouble.widen(gamma));
    FloatDouble.narrow(dgamma, wideDgamma);
    FloatDouble.narrow(dbeta, wideDbeta);
    if (dx != null) {
      FloatDouble.narrow(dx, result);
    }
  }
}
