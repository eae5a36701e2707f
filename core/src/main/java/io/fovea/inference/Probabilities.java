package io.fovea.inference;

import io.fovea.tensor.Tensor;
import java.util.AbstractList;
import java.util.Objects;
import java.util.RandomAccess;

/**
 * Probabilities as an unmodifiable list over an array, whose elements are boxed when they are read.
 * Boxing all of them at once took 2,000 objects for a thousand classes.
 */
final class Probabilities extends AbstractList<Double> implements RandomAccess {
  private final double[] values;

  private Probabilities(double[] values) {
    this.values = values;
  }

  /**
   * The softmax of the first values z of image n's outputs: p[k] = exp(z[k] - max z) / sum over j
   * of exp(z[j] - max z), in double.
   */
  static Probabilities softmax(Tensor logits, int n, int classes) {
    int at = logits.offset() + n * logits.shape().elements();
    double max = Double.NEGATIVE_INFINITY;
    for (int k = 0; k < classes; k++) {
      max = Math.max(max, logits.array()[at + k]);
    }
    double[] p = new double[classes];
    double sum = 0;
    for (int k = 0; k < classes; k++) {
      p[k] = StrictMath.exp(logits.array()[at + k] - max);
      sum += p[k];
    }
    for (int k = 0; k < classes; k++) {
      p[k] /= sum;
    }
    return new Probabilities(p);
  }

  /** The sigmoids of the same: p[k] = 1 / (1 + exp(-z[k])). */
  static Probabilities sigmoid(Tensor logits, int n, int classes) {
    int at = logits.offset() + n * logits.shape().elements();
    double[] p = new double[classes];
    for (int k = 0; k < classes; k++) {
      p[k] = 1 / (1 + StrictMath.exp(-(double) logits.array()[at + k]));
    }
    return new Probabilities(p);
  }

  @Override
  public Double get(int index) {
    return values[Objects.checkIndex(index, values.length)];
  }

  @Override
  public int size() {
    return values.length;
  }
}
