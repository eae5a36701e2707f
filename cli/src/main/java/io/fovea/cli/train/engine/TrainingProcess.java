package io.fovea.cli.train.engine;

import io.fovea.cli.screen.Console;
import io.fovea.cli.screen.Failure;
import io.fovea.cli.screen.UsageException;
import io.fovea.cli.train.flags.Settings;
import io.fovea.cli.train.flags.TrainFlags;
import io.fovea.network.Network;
import io.fovea.studio.FormField;
import io.fovea.studio.TrainerProcess;
import io.fovea.train.Trainer;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Starts {@code fovea train}, {@code replay} and {@code verify} with the Java, the modules and the
 * options of this process; a training outlives this one.
 */
public final class TrainingProcess implements TrainerProcess {
  /**
   * The class of the command line's main method; by name, because this package must not depend on
   * it.
   */
  static final String MAIN = "io.fovea.cli.Fovea";

  /** Options for this process only: its ahead-of-time cache, a debugger, an agent. */
  private static final List<String> OWN = List.of("-XX:AOTCacheOutput", "-agentlib", "-javaagent");

  /** Runs a command detached from the terminal, whose Ctrl-C would reach it otherwise. */
  private static final Path SESSION = Path.of("/usr/bin/setsid");

  @Override
  public Process start(List<String> arguments, Path log) throws IOException {
    List<String> command = new ArrayList<>();
    if (Files.isExecutable(SESSION)) {
      command.add(SESSION.toString());
    }
    command.addAll(java("train", arguments));
    return builder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
        .start();
  }

  @Override
  public Process replay(List<String> command, Path results, Path log) throws IOException {
    return builder(java(command.getFirst(), command.subList(1, command.size())))
        .redirectOutput(results.toFile())
        .redirectError(log.toFile())
        .start();
  }

  private static ProcessBuilder builder(List<String> command) {
    return new ProcessBuilder(command).redirectInput(ProcessBuilder.Redirect.from(nothing()));
  }

  private static List<String> java(String name, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    for (String option : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
      if (OWN.stream().noneMatch(option::startsWith) && !option.startsWith("-Dfovea.stderr")) {
        command.add(option);
      }
    }
    command.add("-D" + Console.NO_HINTS + "=true"); // pages show its failure
    command.addAll(
        TrainingProcess.class.getModule().isNamed() // on the module path, or in an image
            ? List.of("-m", "io.fovea.cli/" + MAIN)
            : List.of("-cp", System.getProperty("java.class.path"), MAIN));
    command.add(name);
    command.addAll(arguments);
    command.add("--plain");
    return command;
  }

  @Override
  public Map<String, String> resolved(Map<String, String> given) throws IOException {
    try {
      return Settings.ofGiven(given).texts();
    } catch (UsageException | Failure wrong) {
      throw new IllegalArgumentException(wrong.getMessage(), wrong);
    }
  }

  @Override
  public Trainer trainer(Map<String, String> flags, Network network) {
    Trainer trainer = Trainer.of(network);
    Settings.of(flags).apply(trainer, List.of());
    return trainer;
  }

  @Override
  public List<FormField> fields() {
    return TrainFlags.TABLE.flags().stream().flatMap(flag -> flag.field().stream()).toList();
  }

  private static java.io.File nothing() {
    return new java.io.File(
        System.getProperty("os.name").startsWith("Windows") ? "NUL" : "/dev/null");
  }
}
