package io.fovea.train;

/**
 * Hears of a run. Called on the training thread, between steps; what a listener does there delays
 * training. An exception thrown by a listener ends the run.
 */
public interface Listener {
  /** Before the first step. */
  default void onStart(Training training) {}

  /** After each step. */
  default void onStep(Training training, StepReport step) {}

  /** After each epoch and its evaluation. */
  default void onEpoch(Training training, EpochReport epoch) {}

  /** After the last step, also where the run was stopped or failed. */
  default void onEnd(Training training) {}
}
