package io.fovea.cli;

import io.fovea.cli.command.FoveaCommand;
import io.fovea.cli.screen.Console;
import java.io.PrintStream;
import java.util.Locale;

/**
 * The command line. Results go to stdout, everything else to stderr. Exit codes: 0 success, 1
 * failure with one line on stderr, 2 wrong usage, 130 interrupted after saving a checkpoint.
 */
public final class Fovea {
  private Fovea() {}

  public static void main(String[] args) {
    Locale.setDefault(Locale.ROOT); // scripts parse the numbers: 98.7, not 98,7
    System.exit(FoveaCommand.run(Console.standard(args), args));
  }

  /** Runs a command inside another program: results to {@code out}, other text to {@code err}. */
  public static int run(PrintStream out, PrintStream err, String... args) {
    return FoveaCommand.run(new Console(out, out.charset(), err, false, false), args);
  }
}
