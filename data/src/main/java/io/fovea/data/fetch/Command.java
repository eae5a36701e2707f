package io.fovea.data.fetch;

import io.fovea.data.base.DataException;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Runs programs of the system: found on a search path, without a shell, with empty input, within a
 * time limit.
 *
 * @param path the folders in which programs are searched
 * @param limit the longest time for one run
 */
public record Command(List<Path> path, Duration limit) {
  /** The programs on the PATH, two minutes each. */
  public static Command ofSystem() {
    String variable = System.getenv("PATH");
    List<Path> folders =
        Stream.of((variable == null ? "" : variable).split(File.pathSeparator))
            .filter(folder -> !folder.isBlank())
            .map(folder -> new File(folder).toPath())
            .toList();
    return new Command(folders, Duration.ofMinutes(2));
  }

  Optional<Path> find(String program) {
    return path.stream()
        .flatMap(folder -> Stream.of("", ".exe", ".cmd").map(end -> folder.resolve(program + end)))
        .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
        .findFirst();
  }

  /**
   * Runs a program and waits for its end.
   *
   * @throws DataException if it is not found, fails, or takes too long
   */
  void run(Path folder, String program, String... arguments) throws IOException {
    Path file =
        find(program)
            .orElseThrow(
                () -> new DataException("there is no program " + program + " on the PATH"));
    List<String> line = new ArrayList<>();
    line.add(file.toString());
    line.addAll(Arrays.asList(arguments));
    Path output = Files.createTempFile(folder, program, ".log");
    ProcessBuilder builder =
        new ProcessBuilder(line)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    Process process;
    ShutdownHook cleanUp;
    synchronized (ShutdownHook.LOCK) { // a signal between the two would leave the program behind
      process = builder.start();
      cleanUp = ShutdownHook.with(() -> end(process));
    }
    try {
      process.getOutputStream().close();
      if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new DataException(program + " was not done after " + limit.toSeconds() + " s");
      }
    } catch (InterruptedException e) {
      throw DownloadSource.interrupted(program, e);
    } finally {
      cleanUp.close();
    }
    if (process.exitValue() != 0) {
      throw new DataException(
          program + " failed with status " + process.exitValue() + complaint(output));
    }
  }

  /** Ends a program with all that it has started, and waits until none of them writes files. */
  private static void end(Process process) {
    List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
    all.add(process.toHandle());
    all.forEach(ProcessHandle::destroyForcibly);
    all.forEach(each -> each.onExit().completeOnTimeout(each, 1, TimeUnit.SECONDS).join());
  }

  /** The program's message: its lines about errors, or else its last line. */
  private static String complaint(Path output) throws IOException {
    List<String> lines =
        new String(Files.readAllBytes(output), StandardCharsets.UTF_8)
            .lines()
            .map(String::strip)
            .filter(text -> !text.isEmpty())
            .toList();
    List<String> errors =
        lines.stream()
            .filter(
                text -> text.startsWith("E:") || text.toLowerCase(Locale.ROOT).contains("error"))
            .limit(2)
            .toList();
    List<String> said =
        errors.isEmpty() ? lines.subList(Math.max(0, lines.size() - 1), lines.size()) : errors;
    return said.isEmpty() ? "" : " (" + String.join("; ", said) + ")";
  }
}
