package io.fovea.cli.train.flags;

import io.fovea.cli.screen.Console;
import io.fovea.cli.screen.UsageException;
import picocli.CommandLine.Option;

public final class ThreadFlags {
  private static final int MOST = 1024;

  /** The most threads for each processor; more only need memory for their workspaces. */
  private static final int MOST_EACH = 4;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads, at most 4 for each processor (default: all processors).")
  private int threads = Runtime.getRuntime().availableProcessors();

  /** The number of threads, checked; call this first. */
  public int count(Console screen) {
    return bounded(checked(threads), screen);
  }

  /** Limits the number to what this machine can use, with a message if it was larger. */
  public static int bounded(int threads, Console screen) {
    int processors = Runtime.getRuntime().availableProcessors();
    int most = Math.min(MOST, MOST_EACH * processors);
    if (threads > most) {
      screen.say(
          "--threads: using %d instead of %d; more than %d for each of %d processors gain nothing"
              .formatted(most, threads, MOST_EACH, processors));
    }
    return Math.min(threads, most);
  }

  /** Checks the number against the limit of {@code Workers}. */
  static int checked(int threads) {
    if (threads < 1 || threads > MOST) {
      throw new UsageException(
          "threads", "expects a whole number from 1 to %d, got \"%d\"".formatted(MOST, threads));
    }
    return threads;
  }
}
