package io.fovea.metrics;

import io.fovea.dataset.Targets;
import io.fovea.loss.Loss;
import io.fovea.loss.SoftmaxCrossEntropy;
import io.fovea.tensor.Tensor;
import java.util.OptionalDouble;

/**
 * The mean of a loss over the images of a data set, batch by batch: the weight of a batch is its
 * loss's divisor. Plain cross-entropy is not computed here, since {@link EvaluationAccumulator} has
 * it already.
 */
final class MeanLoss {
  private final Loss loss;
  private final boolean isPlain;
  private double sum;
  private double divisor;

  MeanLoss(Loss loss) {
    this.loss = loss;
    this.isPlain = loss.equals(SoftmaxCrossEntropy.plain());
  }

  /** Adds the logits (N, K) of one batch. */
  void add(Tensor logits, Targets targets) {
    if (isPlain) {
      return;
    }
    Tensor unused = Tensor.zeros(logits.shape(), logits.count());
    double counts = loss.divisor(targets);
    sum += loss.value(unused, logits, targets) * counts;
    divisor += counts;
  }

  /** The mean; empty for plain cross-entropy; 0 where the divisors are all 0. */
  OptionalDouble value() {
    if (isPlain) {
      return OptionalDouble.empty();
    }
    return OptionalDouble.of(divisor == 0 ? 0 : sum / divisor);
  }
}
