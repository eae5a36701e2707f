package io.fovea.cli.train.engine;

import io.fovea.cli.train.record.CheckpointWriter;
import io.fovea.train.Listener;
import io.fovea.train.Training;

/** The checkpoint of an interrupted run, written at any step after the loop has ended. */
record FinalCheckpoint(CheckpointWriter checkpointWriter, Interruption interruption)
    implements Listener {
  @Override
  public void onEnd(Training training) {
    if (interruption.asked()) {
      checkpointWriter.checkpoint(training);
    }
  }
}
