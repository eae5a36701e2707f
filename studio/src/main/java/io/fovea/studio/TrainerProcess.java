package io.fovea.studio;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Starts {@code fovea train} as a separate process, so that a run outlives the studio and has its
 * own memory.
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
   * All flags of a run with these given ones, checked as by {@code train}, so that a page shows
   * errors before a process is started.
   *
   * @throws IllegalArgumentException if one is wrong; the message begins with {@code --NAME:}
   */
  default Map<String, String> resolved(Map<String, String> given) throws IOException {
    return given;
  }

  /** The flags that a page may set, in the order of the form; none of them takes a path. */
  default List<FormField> fields() {
    return List.of();
  }
}
