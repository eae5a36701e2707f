package io.fovea.cli;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A {@code fovea} command in a process of its own, on the test's class path. */
public final class FoveaProcess {
  private FoveaProcess() {}

  /** Starts it; what it prints is added to a file. */
  public static Process start(List<String> arguments, Path log) throws IOException {
    return start("-Xmx512m", arguments, log);
  }

  /** Starts it with a heap of that size. */
  public static Process start(String heap, List<String> arguments, Path log) throws IOException {
    return new ProcessBuilder(command(List.of(heap), arguments))
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
        .start();
  }

  /** The command that starts it, with those options of the JVM. */
  public static List<String> command(List<String> options, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("--add-modules", "jdk.incubator.vector"));
    command.addAll(options);
    command.add("-cp");
    command.add(
        System.getProperty("jdk.module.path", "")
            + File.pathSeparator
            + System.getProperty("java.class.path"));
    command.add("io.fovea.cli.Fovea");
    command.addAll(arguments);
    return command;
  }
}
