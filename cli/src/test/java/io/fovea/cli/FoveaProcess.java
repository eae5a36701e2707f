package io.fovea.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
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

  public static Process start(String heap, List<String> arguments, Path log) throws IOException {
    return new ProcessBuilder(command(List.of(heap), arguments))
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
        .start();
  }

  /**
   * Interrupts a process as Ctrl-C does. One that ignores SIGINT, as what a shell starts in the
   * background does, gets SIGTERM, on which it does the same.
   */
  public static void interrupt(Process process) throws Exception {
    Path status = Path.of("/proc/" + process.pid() + "/status");
    boolean ignored = // SIGINT is the second bit
        Files.exists(status)
            && Files.readAllLines(status).stream()
                .anyMatch(it -> it.matches("SigIgn:.*[2367abef]"));
    String signal = ignored ? "-TERM" : "-INT";
    new ProcessBuilder("kill", signal, Long.toString(process.pid())).start().waitFor();
  }

  /** Starts a server, whose address is the first line that it prints; its errors go to a file. */
  public static Server serve(List<String> options, Path log, String line, Object... values)
      throws IOException {
    return Server.of(command(options, CommandRun.words(line + " --port 0", values)), log);
  }

  public record Server(Process process, int port) implements AutoCloseable {
    public static Server of(List<String> command, Path log) throws IOException {
      Process process =
          new ProcessBuilder(command)
              .directory(log.resolveSibling("").toFile())
              .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
              .start();
      String url = process.inputReader(StandardCharsets.UTF_8).readLine();
      assertThat(url).as(Files.readString(log)).startsWith("http://127.0.0.1:");
      return new Server(process, Integer.parseInt(url.replaceAll("http://[^:]*:(\\d+).*", "$1")));
    }

    public LocalConnection connect() throws IOException {
      return new LocalConnection(port);
    }

    /** The lines of the system's record of its memory that match. */
    public List<String> memory(String lines) throws IOException {
      Path status = Path.of("/proc/" + process.pid() + "/status");
      return Files.exists(status)
          ? Files.readAllLines(status).stream().filter(line -> line.matches(lines)).toList()
          : List.of();
    }

    @Override
    public void close() {
      process.destroyForcibly();
    }
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
