package io.fovea.train;

/**
 * Receives the events of a run. Called on the training thread, between steps; a listener's work
 * delays training. An exception thrown by a listener ends the run.
 */
public interface Listener {
  /**
   * A listener that prints a line for each epoch to {@link System#out}, and the progress within the
   * epoch: on a terminal in a line that is rewritten, elsewhere once a minute.
   */
  static Listener console() {
    return EpochLines.standard();
  }

  /** Called before the first step. */
  default void onStart(Training training) {}

  /** Called after each step. */
  default void onStep(Training training, StepReport step) {}

  /** Called after each epoch and its evaluation. */
  default void onEpoch(Training training, EpochReport epoch) {}

  /** Called after the last step, also if the run was stopped or failed. */
  default void onEnd(Training training) {}
}
