package io.fovea.cli;

import io.fovea.cli.command.FoveaCommand;
import io.fovea.cli.screen.Console;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * One command run in this process, on a screen that is no terminal.
 *
 * @param exit the exit code
 * @param out what went to stdout
 * @param err what went to stderr
 */
public record CommandRun(int exit, String out, String err) {
  public static CommandRun of(String... args) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Console screen =
        new Console(
            out,
            StandardCharsets.UTF_8,
            new PrintStream(err, true, StandardCharsets.UTF_8),
            false,
            false);
    int exit = FoveaCommand.run(screen, args);
    return new CommandRun(
        exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  public static CommandRun of(List<String> args) {
    return of(args.toArray(String[]::new));
  }

  /** The last line on stderr: a failure is one line. */
  public String lastError() {
    return err.lines().reduce((a, b) -> b).orElse("");
  }
}
