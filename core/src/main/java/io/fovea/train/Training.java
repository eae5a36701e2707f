package io.fovea.train;

import io.fovea.network.Network;
import io.fovea.network.Weights;

/** A run in progress, as listeners see it. */
public interface Training {
  /**
   * The network in training; its weights are those of the last finished epoch, averaged where the
   * run averages.
   */
  Network network();

  /** The weights as they are now, not averaged: an immutable snapshot. */
  Weights snapshot();

  /** All that is needed to go on from here. */
  Checkpoint checkpoint();

  /** Epochs of the whole run. */
  int epochs();

  /** Images in one epoch. */
  int images();

  /** Steps of the whole run. */
  long steps();

  /** Ends the run after the present step. May be called from any thread. */
  void stop();
}
