package io.fovea.cli;

import io.fovea.cli.train.engine.TrainingProcess;
import io.fovea.cli.train.flags.Recipe;
import io.fovea.studio.FormField;
import io.fovea.studio.Studio;
import io.fovea.studio.StudioOptions;
import io.fovea.studio.TrainerProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A studio that trains in processes of their own, as {@code fovea studio} does. */
final class RealStudio implements AutoCloseable, TrainerProcess {
  private final List<Process> started;

  /** Those of a process of the studio, whose failures its pages show. */
  private static final List<String> FLAGS = List.of("-Xmx512m", "-Dfovea.nohints=true");

  private final TrainerProcess starter;
  private final Studio studio;

  /**
   * A studio.
   *
   * @param started gets the processes of training, which outlive the studio
   */
  RealStudio(Path runs, List<Path> data, List<Process> started) throws IOException {
    this(runs, data, started, FoveaProcess::start);
  }

  /** The same with processes that somebody else starts. */
  RealStudio(Path runs, List<Path> data, List<Process> started, TrainerProcess starter)
      throws IOException {
    this.started = started;
    this.starter = starter;
    this.studio =
        Studio.start(
            new StudioOptions(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                "",
                runs,
                Optional.empty(),
                Optional.empty(),
                data,
                Recipe.abouts(),
                this));
  }

  String url() {
    return studio.url();
  }

  /** {@code fovea train}, as {@code fovea studio} starts it. */
  @Override
  public Process start(List<String> arguments, Path log) throws IOException {
    List<String> command = new ArrayList<>(List.of("train"));
    command.addAll(arguments);
    Process process = starter.start(command, log);
    started.add(process);
    return process;
  }

  /** {@code fovea replay} and {@code verify}, too. */
  @Override
  public Process replay(List<String> command, Path results, Path log) throws IOException {
    Process process =
        new ProcessBuilder(FoveaProcess.command(FLAGS, command))
            .redirectOutput(results.toFile())
            .redirectError(log.toFile())
            .start();
    started.add(process);
    return process;
  }

  @Override
  public Map<String, String> resolved(Map<String, String> given) throws IOException {
    return new TrainingProcess().resolved(given);
  }

  @Override
  public List<FormField> fields() {
    return new TrainingProcess().fields();
  }

  /** Ends processes of training. */
  static void end(List<Process> started) throws InterruptedException {
    for (Process process : started) {
      process.destroy();
      process.waitFor(30, TimeUnit.SECONDS);
      process.destroyForcibly();
    }
  }

  @Override
  public void close() {
    studio.close();
  }
}
