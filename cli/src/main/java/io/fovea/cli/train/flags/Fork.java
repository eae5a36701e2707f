package io.fovea.cli.train.flags;

import io.fovea.cli.screen.UsageException;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The value of {@code --fork}: RUN@STEP. */
public final class Fork {
  private static final Pattern VALUE = Pattern.compile("(.+)@(\\d{1,18})");

  private Fork() {}

  public static Path run(String text) {
    return Path.of(matched(text).group(1));
  }

  public static long step(String text) {
    return Long.parseLong(matched(text).group(2));
  }

  private static Matcher matched(String text) {
    Matcher matcher = VALUE.matcher(text);
    if (!matcher.matches()) {
      throw new UsageException(
          "fork",
          "expects the folder of a run and a step, such as runs/NAME@700, got \"%s\""
              .formatted(text));
    }
    return matcher;
  }
}
