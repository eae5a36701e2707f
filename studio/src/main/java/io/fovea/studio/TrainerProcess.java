package io.fovea.studio;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

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

  /**
   * All flags of a run for which these are given, checked as {@code train} checks them, so that a
   * page hears what is wrong before a process is started.
   *
   * @throws IllegalArgumentException if one is wrong; the text begins with {@code --NAME:}
   */
  default Map<String, String> resolved(Map<String, String> given) throws IOException {
    return given;
  }
}
