package io.fovea.rivals.sides;

import ai.djl.ndarray.NDArray;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.optimizer.Sgd;
import ai.djl.training.tracker.Tracker;
import io.fovea.rivals.measure.MeasurementSettings;

/**
 * DJL's own SGD, with decay for weights and without for biases and scales. DJL has one decay for
 * all parameters, so there are two of it; weights are what has more than one dimension.
 */
final class DjlSgd extends Optimizer {
  private final Optimizer decaying;
  private final Optimizer plain;

  private DjlSgd(Sgd.Builder decaying, Sgd.Builder plain) {
    super(plain);
    this.decaying = decaying.build();
    this.plain = plain.build();
  }

  static DjlSgd of(float learningRate) {
    return new DjlSgd(
        builder(learningRate).optWeightDecays(MeasurementSettings.L2), builder(learningRate));
  }

  private static Sgd.Builder builder(float learningRate) {
    return Optimizer.sgd()
        .setLearningRateTracker(Tracker.fixed(learningRate))
        .optMomentum(MeasurementSettings.MOMENTUM);
  }

  @Override
  public void update(String parameter, NDArray weight, NDArray gradient) {
    Optimizer optimizer = weight.getShape().dimension() > 1 ? decaying : plain;
    optimizer.update(parameter, weight, gradient);
  }
}
