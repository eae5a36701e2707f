package io.fovea.cli.train;

import io.fovea.cli.screen.UsageException;
import picocli.CommandLine.Option;

/** The flag of commands that compute: how many threads. */
public final class ThreadFlags {
  private static final int MOST = 1024;

  @Option(names = "--threads", paramLabel = "N", description = "Threads (default: all processors).")
  private int threads = Runtime.getRuntime().availableProcessors();

  /** How many; to be asked before anything else is done. */
  public int count() {
    return checked(threads);
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
