package io.fovea.cli;

import io.fovea.studio.Setup;
import io.fovea.studio.Studio;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A studio that trains in processes of their own, as {@code fovea studio} does. */
final class RealStudio implements AutoCloseable {
  private final List<Process> started;
  private final Studio studio;

  /**
   * A studio.
   *
   * @param started gets the processes of training, which outlive the studio
   */
  RealStudio(Path runs, List<Path> data, List<Process> started) throws IOException {
    this.started = started;
    this.studio =
        Studio.start(
            new Setup(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                "",
                runs,
                Optional.empty(),
                Optional.empty(),
                data,
                Recipe.abouts(),
                this::train));
  }

  String url() {
    return studio.url();
  }

  /** {@code fovea train} on the test's own class path. */
  private Process train(List<String> arguments, Path log) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("--add-modules", "jdk.incubator.vector", "-Xmx512m", "-cp"));
    command.add(
        System.getProperty("jdk.module.path", "")
            + java.io.File.pathSeparator
            + System.getProperty("java.class.path"));
    command.addAll(List.of("io.fovea.cli.Fovea", "train"));
    command.addAll(arguments);
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
    started.add(process);
    return process;
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
