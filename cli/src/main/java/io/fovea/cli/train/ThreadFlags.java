package io.fovea.cli.train;

import io.fovea.cli.screen.Screen;
import io.fovea.cli.screen.UsageException;
import picocli.CommandLine.Option;

/** The flag of commands that compute: how many threads. */
public final class ThreadFlags {
  private static final int MOST = 1024;

  /** Threads for each processor: more only take memory, a workspace each. */
  private static final int MOST_EACH = 4;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads, at most 4 for each processor (default: all processors).")
  private int threads = Runtime.getRuntime().availableProcessors();

  /** How many; to be asked before anything else is done. */
  public int count(Screen screen) {
    return bounded(checked(threads), screen);
  }

  /** No more than this machine has a use for; says so where more were asked for. */
  public static int bounded(int threads, Screen screen) {
    int processors = Runtime.getRuntime().availableProcessors();
    int most = Math.min(MOST, MOST_EACH * processors);
    if (threads > most) {
      screen.say(
          "--threads: computing with %d, not %d: more than %d for each of %d processors gain nothing"
              .formatted(most, threads, MOST_EACH, processors));
    }
    return Math.min(threads, most);
  }

  /** As many threads as {@code Workers} allows. */
  static int checked(int threads) {
    if (threads < 1 || threads > MOST) {
      throw new UsageException(
          "--threads: expects a whole number from 1 to %d, got \"%d\"".formatted(MOST, threads));
    }
    return threads;
  }
}
