package io.fovea.cli.train;

import io.fovea.train.Checkpoint;
import io.fovea.train.History;
import io.fovea.train.Listener;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What computes a run: this process, or a cluster. */
public interface Engine {
  /** Who computes, for the screen. */
  String name();

  /** The threads that this process may use beside it. */
  int threads();

  /** The command that goes on with the run of a folder, as one types it. */
  String resume(Path run);

  /**
   * Trains to the end, or until the interruption stops it.
   *
   * @param records files that follow the run, and have to forget steps that are done again
   */
  History fit(
      TrainJob job,
      Optional<Checkpoint> resume,
      List<Listener> listeners,
      Records records,
      Interruption interruption);

  /** The files that keep what listeners hear. */
  interface Records {
    /** Forgets what comes after a step. */
    void cutBackTo(long step);
  }
}
