package io.fovea.train;

import io.fovea.network.Network;
import io.fovea.network.Weights;

/** A run in progress, as listeners see it. */
public interface Training {
  /**
   * The network in training; its weights are those of the last finished epoch, averaged if the run
   * averages.
   */
  Network network();

  /** The present weights, not averaged: an immutable snapshot. */
  Weights snapshot();

  /** The state from which the run can be resumed. */
  Checkpoint checkpoint();

  /** The number of epochs of the complete run. */
  int epochs();

  /** The number of images in one epoch. */
  int images();

  /** The number of steps of the complete run. */
  long steps();

  /** Ends the run after the present step. May be called from any thread. */
  void stop();
}
