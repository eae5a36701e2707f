package io.fovea.rivals.measure;

/** Hears of every training step, and says when there have been enough. */
@FunctionalInterface
public interface StepListener {
  /**
   * After one step.
   *
   * @param images of the step
   * @param loss their mean loss before the update
   * @return true to go on, false to stop
   */
  boolean onStep(int images, double loss);
}
