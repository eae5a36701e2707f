package io.fovea.cli.screen;

import java.util.function.Consumer;
import picocli.CommandLine.Option;

/** Flags that every command has. */
public final class CommonFlags {
  @Option(names = "--json", description = "Print only one JSON object on stdout.")
  public boolean json;

  @Option(names = "--plain", description = "No colours, no progress bar.")
  boolean plain;

  @Option(names = "--debug", description = "Show stack traces of failures.")
  boolean debug;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  boolean help;

  public <R extends Record> void show(Console screen, R result, Consumer<R> printer) {
    if (json) {
      screen.println(Json.line(result));
    } else {
      printer.accept(result);
    }
  }
}
