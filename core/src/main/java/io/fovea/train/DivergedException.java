package io.fovea.train;

/** The loss became NaN or infinite: the update was not applied, and the run ended. */
public final class DivergedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final long step;

  DivergedException(double loss, long step, int epoch, double learningRate) {
    super(
        "train: the loss became %s at step %d (epoch %d); lower the learning rate, which is %s, or check the data"
            .formatted(loss, step, epoch, Float.toString((float) learningRate)));
    this.step = step;
  }

  /** The step whose loss was not finite, from 1. */
  public long step() {
    return step;
  }
}
