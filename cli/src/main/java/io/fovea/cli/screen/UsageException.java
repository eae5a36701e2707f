package io.fovea.cli.screen;

import org.jspecify.annotations.Nullable;

/** A wrong command line: exit code 2. */
public final class UsageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String flag;

  public UsageException(String message) {
    super(message);
    this.flag = "";
  }

  /**
   * One of a flag's value.
   *
   * @param flag its name, without the dashes
   * @param sentence what was got, what was expected, and the cure
   */
  public UsageException(String flag, String sentence) {
    super("--" + flag + ": " + sentence);
    this.flag = flag;
  }

  /** Refuses a count below 1; null is a flag that is not given. */
  public static void requirePositive(String flag, @Nullable Number value) {
    if (value != null && value.longValue() < 1) {
      throw new UsageException(flag + ": expects a whole number from 1 up, got " + value);
    }
  }

  /** The name of the flag whose value is refused, without the dashes; empty if there is none. */
  public String flag() {
    return flag;
  }
}
