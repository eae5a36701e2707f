package io.fovea.studio;

import io.fovea.network.Network;
import io.fovea.train.Trainer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Starts {@code fovea train} as a separate process, so that a run outlives the studio and has its
 * own memory; and {@code fovea replay} and {@code verify}, which train as well.
 */
@FunctionalInterface
public interface TrainerProcess {
  /**
   * Starts it.
   *
   * @param arguments the arguments of {@code train}
   * @param log receives its output
   */
  Process start(List<String> arguments, Path log) throws IOException;

  /**
   * Starts {@code fovea replay} or {@code fovea verify}.
   *
   * @param command its name and its arguments
   * @param results receives what it prints to standard output
   * @param log receives its messages
   * @throws UnsupportedOperationException if this program has no replays
   */
  default Process replay(List<String> command, Path results, Path log) throws IOException {
    throw new UnsupportedOperationException("studio: the program that opened it has no replays");
  }

  /**
   * All flags of a run with these given ones, checked as by {@code train}, so that a page shows
   * errors before a process is started.
   *
   * @throws IllegalArgumentException if one is wrong; the message begins with {@code --NAME:}
   */
  default Map<String, String> resolved(Map<String, String> given) throws IOException {
    return given;
  }

  /**
   * A trainer of a network with the settings of all flags, for its {@link Trainer#memory}.
   *
   * @throws IllegalArgumentException if they do not fit the network
   */
  default Trainer trainer(Map<String, String> flags, Network network) {
    return Trainer.of(network);
  }

  /** The flags that a page may set, in the order of the form; none of them takes a path. */
  default List<FormField> fields() {
    return List.of();
  }
}
