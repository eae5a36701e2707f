package io.fovea.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.cli.command.FoveaCommand;
import io.fovea.cli.screen.Console;
import io.fovea.cli.screen.Json;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

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
    int exit = FoveaCommand.run(screen(out, err), args);
    return new CommandRun(
        exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  /** A screen that is no terminal. */
  public static Console screen(OutputStream out, OutputStream err) {
    PrintStream errors = new PrintStream(err, true, StandardCharsets.UTF_8);
    return new Console(out, StandardCharsets.UTF_8, errors, false, false);
  }

  public static CommandRun of(List<String> args) {
    return of(args.toArray(String[]::new));
  }

  /** A command by its line, see {@link #words}. */
  public static CommandRun fovea(String line, Object... values) {
    return of(words(line, values));
  }

  /** The words of a line: each %s stands for the next value, spaces and all, and '' for nothing. */
  public static List<String> words(String line, Object... values) {
    List<String> words = new ArrayList<>();
    int used = 0;
    for (String word : line.split(" ", -1)) {
      StringBuilder filled = new StringBuilder(word.replace("''", ""));
      for (int at = filled.indexOf("%s"); at >= 0; at = filled.indexOf("%s", at)) {
        String value = String.valueOf(values[used++]);
        filled.replace(at, at + 2, value);
        at += value.length();
      }
      if (!word.isEmpty()) {
        words.add(filled.toString());
      }
    }
    assertThat(values).as("the values of \"%s\"", line).hasSize(used);
    return words;
  }

  public static CommandRun done(String line, Object... values) {
    return fovea(line, values).done();
  }

  public JsonNode json() {
    return Json.read(out);
  }

  /** The last line on stderr: a failure is one line. */
  public String lastError() {
    return err.lines().reduce((a, b) -> b).orElse("");
  }

  /** Requires success. */
  public CommandRun done() {
    assertThat(exit).as(err).isZero();
    return this;
  }

  /** Requires this error alone, see {@link #failed}. */
  public void refused(int expected, String error) {
    failed(expected, error);
    assertThat(out).isEmpty();
    assertThat(err.lines()).as(err).hasSize(1);
  }

  /**
   * Requires this error at the end, which is given without "fovea: "; one that ends in ... has this
   * beginning.
   */
  public void failed(int expected, String error) {
    assertThat(exit).as(err).isEqualTo(expected);
    String begin = "fovea: " + error;
    if (error.endsWith("...")) {
      assertThat(lastError()).startsWith(begin.substring(0, begin.length() - 3));
    } else {
      assertThat(lastError()).isEqualTo(begin);
    }
  }
}
