package io.fovea.train;

/**
 * The loss became NaN or infinite, and the run ended: in a step, whose update was not applied, or
 * after the last step of an epoch, which is then discarded.
 */
public final class DivergedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final long step;

  DivergedException(double loss, long step, int epoch, double learningRate) {
    super(
        "train: the loss became %s at step %d (epoch %d); lower the learning rate, which is %s, or check the data"
            .formatted(loss, step, epoch, Float.toString((float) learningRate)));
    this.step = step;
  }

  /** A value that is found not to be finite after an epoch's last step. */
  DivergedException(String what, double value, EpochReport epoch, double learningRate) {
    super(
        "train: %s became %s after step %d (epoch %d); lower the learning rate, which is %s, or check the data"
            .formatted(
                what, value, epoch.step(), epoch.epoch(), Float.toString((float) learningRate)));
    this.step = epoch.step();
  }

  /** The step whose loss was not finite, or after which it was not, from 1. */
  public long step() {
    return step;
  }
}
