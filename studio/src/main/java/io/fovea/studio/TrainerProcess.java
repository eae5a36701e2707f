package io.fovea.studio;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Starts {@code fovea train} as a process of its own, so that a run outlives the studio, and
 * neither takes memory or time from the other.
 */
@FunctionalInterface
public interface TrainerProcess {
  /**
   * Starts it.
   *
   * @param arguments behind {@code train}
   * @param log takes what it prints
   */
  Process start(List<String> arguments, Path log) throws IOException;
}
