package io.fovea.cli.train.engine;

import io.fovea.train.Checkpoint;
import io.fovea.train.History;
import io.fovea.train.Listener;
import io.fovea.transfer.Accuracy;
import io.fovea.transfer.Candidate;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Computes a run: in this process, or on a cluster. */
public interface TrainingBackend {
  default String name() {
    return threads() + " threads";
  }

  /** The threads that this process may use besides. */
  int threads();

  /** The command that resumes the run of a folder. */
  default String resume(Path run) {
    return "fovea train --resume " + run;
  }

  /**
   * Trains to the end, or until the interruption stops it.
   *
   * @param records files that record the run, and must drop steps that are repeated
   */
  History fit(
      TrainJob job,
      Optional<Checkpoint> resume,
      List<Listener> listeners,
      Records records,
      Interruption interruption);

  /** The accuracy on photos that were held out, where that is how the engine chose the model. */
  default Optional<Accuracy> judged() {
    return Optional.empty();
  }

  /** What the engine chose among, the chosen one included. */
  default List<Candidate> candidates() {
    return List.of();
  }

  /** The chosen candidate, and why it was chosen; empty if there was no choice. */
  default Optional<String> reason() {
    return candidates().stream()
        .filter(Candidate::isChosen)
        .map(one -> one.name() + ": " + one.note())
        .findFirst();
  }

  /** Receives the accuracy of the model on test images. */
  default void onTest(Accuracy accuracy) {}

  interface Records {
    void cutBackTo(long step);
  }
}
