package io.fovea.kernel.reference;

import io.fovea.kernel.geometry.BatchNorm2dGeometry;
import io.fovea.kernel.op.BatchNorm2dKernel;
import io.fovea.kernel.op.Epilogue;
import io.fovea.kernel.op.Moments;
import io.fovea.kernel.op.Normalization;
import io.fovea.kernel.op.OutputView;
import io.fovea.kernel.op.Resources;
import io.fovea.tensor.Tensor;

/**
 * Batch normalisation as its formulas say, in double; the letters are those of {@link
 * BatchNorm2dKernel}. The variance is summed in a second pass, from the differences from the mean.
 */
public record ReferenceBatchNorm2d(BatchNorm2dGeometry g) implements BatchNorm2dKernel {
  /** The mean, then the mean square of the distances from it. */
  public void moments(Moments moments, double[] x, int count) {
    int values = count * g.pixels();
    for (int c = 0; c < g.channels(); c++) {
      double sum = 0;
      for (int i = 0; i < values; i++) {
        sum += x[i * g.channels() + c];
      }
      double mean = sum / values;
      double squares = 0;
      for (int i = 0; i < values; i++) {
        double distance = x[i * g.channels() + c] - mean;
        squares += distance * distance;
      }
      moments.mean()[c] = mean;
      moments.variance()[c] = squares / values;
    }
  }

  /** gamma * xhat + beta for every element. */
  public void forward(
      double[] y, double[] x, Moments moments, double[] gamma, double[] beta, int count) {
    for (int i = 0; i < count * g.pixels(); i++) {
      for (int c = 0; c < g.channels(); c++) {
        int at = i * g.channels() + c;
        y[at] = gamma[c] * normalized(x[at], moments, c) + beta[c];
      }
    }
  }

  /** The sums of dy * xhat and of dy. */
  public void backwardWeights(
      double[] dgamma, double[] dbeta, double[] x, double[] dy, Moments moments, int count) {
    for (int c = 0; c < g.channels(); c++) {
      dgamma[c] = 0;
      dbeta[c] = 0;
      for (int i = 0; i < count * g.pixels(); i++) {
        int at = i * g.channels() + c;
        dgamma[c] += dy[at] * normalized(x[at], moments, c);
        dbeta[c] += dy[at];
      }
    }
  }

  /** dx through the moments, which are those of x. */
  public void backwardInput(
      double[] dx,
      double[] x,
      double[] dy,
      Moments moments,
      double[] gamma,
      double[] dgamma,
      double[] dbeta,
      int count) {
    int values = count * g.pixels();
    for (int i = 0; i < values; i++) {
      for (int c = 0; c < g.channels(); c++) {
        int at = i * g.channels() + c;
        double xhat = normalized(x[at], moments, c);
        double s = moments.inverseDeviation(c, g.epsilon());
        dx[at] = gamma[c] * s / values * (values * dy[at] - dbeta[c] - xhat * dgamma[c]);
      }
    }
  }

  /** dx where the moments are constants: of an inference-time or frozen normalisation. */
  public void backwardInput(double[] dx, double[] dy, Moments moments, double[] gamma, int count) {
    for (int i = 0; i < count * g.pixels(); i++) {
      for (int c = 0; c < g.channels(); c++) {
        int at = i * g.channels() + c;
        dx[at] = gamma[c] * moments.inverseDeviation(c, g.epsilon()) * dy[at];
      }
    }
  }

  private double normalized(double x, Moments moments, int c) {
    return (x - moments.mean()[c]) * moments.inverseDeviation(c, g.epsilon());
  }

  @Override
  public void moments(Moments moments, Tensor x, Resources resources) {
    moments(moments, FloatDouble.widen(x), x.count());
  }

  @Override
  public void forward(
      Tensor y, Tensor x, Normalization normalization, Epilogue epilogue, Resources resources) {
    double[] result = new double[y.elements()];
    double[] gamma = FloatDouble.widen(normalization.gamma());
    double[] beta = FloatDouble.widen(normalization.beta());
    forward(result, FloatDouble.widen(x), normalization.moments(), gamma, beta, x.count());
    ReferenceEpilogue.write(OutputView.of(y), result, g.channels(), epilogue);
  }

  @Override
  public void backwardWeights(
      float[] dgamma,
      float[] dbeta,
      Tensor x,
      Tensor dy,
      Normalization normalization,
      Epilogue epilogue,
      Resources resources) {
    double[] wideDgamma = new double[g.channels()];
    double[] wideDbeta = new double[g.channels()];
    double[] dz = throughActivation(dy, x, normalization, epilogue);
    backwardWeights(
        wideDgamma, wideDbeta, FloatDouble.widen(x), dz, normalization.moments(), x.count());
    FloatDouble.narrow(dgamma, wideDgamma);
    FloatDouble.narrow(dbeta, wideDbeta);
  }

  @Override
  public void backwardInput(
      Tensor dx,
      Tensor x,
      Tensor dy,
      Normalization normalization,
      float[] dgamma,
      float[] dbeta,
      Epilogue epilogue,
      Resources resources) {
    double[] result = new double[dx.elements()];
    backwardInput(
        result,
        FloatDouble.widen(x),
        throughActivation(dy, x, normalization, epilogue),
        normalization.moments(),
        FloatDouble.widen(normalization.gamma()),
        FloatDouble.widen(dgamma),
        FloatDouble.widen(dbeta),
        x.count());
    FloatDouble.narrow(dx, result);
  }

  /** dy times the derivative of the epilogue's activation at y, which is computed again from x. */
  private double[] throughActivation(
      Tensor dy, Tensor x, Normalization normalization, Epilogue epilogue) {
    double[] dz = FloatDouble.widen(dy);
    if (epilogue.activation() != null) {
      double[] y = new double[dz.length];
      double[] gamma = FloatDouble.widen(normalization.gamma());
      double[] beta = FloatDouble.widen(normalization.beta());
      forward(y, FloatDouble.widen(x), normalization.moments(), gamma, beta, x.count());
      for (int i = 0; i < dz.length; i++) {
        dz[i] *= epilogue.activation().derivative((float) y[i]);
      }
    }
    return dz;
  }

  @Override
  public void backwardInput(
      Tensor dx, Tensor dy, Normalization normalization, Resources resources) {
    double[] result = new double[dx.elements()];
    double[] gamma = FloatDouble.widen(normalization.gamma());
    backwardInput(result, FloatDouble.widen(dy), normalization.moments(), gamma, dy.count());
    FloatDouble.narrow(dx, result);
  }
}
