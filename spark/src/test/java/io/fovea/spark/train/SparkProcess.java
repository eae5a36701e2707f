package io.fovea.spark.train;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A command of fovea in a process of its own. */
final class SparkProcess {
  private SparkProcess() {}

  /**
   * In a process group of its own, as a shell with a terminal starts a command.
   *
   * @param before a command that starts it
   */
  static Process start(List<String> arguments, Path log, String... before) throws IOException {
    List<String> command = new ArrayList<>(List.of(before));
    command.add("setsid");
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("--add-modules", "jdk.incubator.vector", "-Xmx768m", "-cp"));
    command.add(Sessions.wholeClassPath());
    command.add("io.fovea.cli.Fovea");
    command.addAll(arguments);
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(log.toFile())
        .start();
  }
}
