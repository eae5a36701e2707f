package io.fovea.cli.command.use;

import io.fovea.kernel.KernelSet;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The first of the two JVMs that may run {@code predict}: the launcher sets it up for little work
 * (decision 9), and starts the full one if this one ends with {@link #NEEDS_FULL_START}.
 *
 * @param others those of its ensemble
 */
public record QuickStart(Path model, List<Path> others) {
  /** The exit code of a quick start that has more work than little. */
  public static final int NEEDS_FULL_START = 75;

  /** The multiply-adds that the reference kernels do in about a tenth of a second when cold. */
  private static final long LITTLE_WORK = 40_000_000;

  /** Model files up to this size are read in negligible time. */
  private static final long LITTLE_FILE = 32 << 20;

  /** Whether the launcher started the JVM for little work. */
  public static boolean isOn() {
    return "quick".equals(System.getProperty("fovea.start"));
  }

  /** Whether this is a quick start, and the files or these multiply-adds are too much for it. */
  boolean isTooShortFor(long work) {
    return isOn() && (work >= LITTLE_WORK || bytes() > LITTLE_FILE);
  }

  /**
   * The kernels for so many multiply-adds: a new JVM interprets its first loops, and finishes plain
   * loops before it has compiled vector loops.
   */
  static KernelSet kernels(long work) {
    return work < LITTLE_WORK ? KernelSet.REFERENCE : KernelSet.fastest();
  }

  /** The total size of the model files that are regular files. */
  private long bytes() {
    return Stream.concat(Stream.of(model), others.stream())
        .mapToLong(file -> file.toFile().length())
        .sum();
  }
}
