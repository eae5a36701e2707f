package io.fovea.cli.train;

import io.fovea.cli.screen.UsageException;
import io.fovea.cli.screen.WrongUsage;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

/**
 * Flags as texts, by name. Every getter checks its flag and throws a {@link UsageException} with
 * its name.
 */
class FlagTexts {
  private final Map<String, String> flags;

  FlagTexts(Map<String, String> flags) {
    this.flags = flags;
  }

  /** The texts, in their order. */
  public final Map<String, String> flags() {
    return flags;
  }

  /** A value for people; an empty text is shown in words. */
  static String shown(String value) {
    return value.isEmpty() ? "none" : value;
  }

  /** A word, quoted for a shell. */
  static String quoted(String word) {
    return word.matches("[A-Za-z0-9@%+=:,./_-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
  }

  final String text(String flag) {
    return Objects.requireNonNull(flags.get(flag), flag);
  }

  /** The parts of a text between commas. */
  final List<String> texts(String flag) {
    return text(flag).isEmpty() ? List.of() : List.of(text(flag).split(",", -1));
  }

  final double share(String flag) {
    double share = number(flag);
    if (share < 0 || share >= 1) {
      throw wrong(flag, "a share from 0 to below 1");
    }
    return share;
  }

  final float notNegative(String flag) {
    double value = number(flag);
    if (value < 0) {
      throw wrong(flag, "a number from 0 up");
    }
    return (float) value;
  }

  final double number(String flag) {
    double value = parsed(flag, "a number", WrongUsage::decimal);
    if (!Double.isFinite(value)) {
      throw wrong(flag, "a finite number");
    }
    return value;
  }

  final int whole(String flag, int from, int to) {
    String range = "a whole number from " + from + (to > 1_000_000 ? " up" : " to " + to);
    int value = parsed(flag, range, Integer::parseInt);
    if (value < from || value > to) {
      throw wrong(flag, range);
    }
    return value;
  }

  final String oneOf(String flag, List<String> choices) {
    String value = text(flag).toLowerCase(Locale.ROOT);
    if (!choices.contains(value)) {
      throw wrong(flag, "one of " + String.join(", ", choices));
    }
    return value;
  }

  final <T> T parsed(String flag, String expected, Function<String, T> reading) {
    try {
      return reading.apply(text(flag));
    } catch (IllegalArgumentException malformed) {
      throw wrong(flag, expected);
    }
  }

  final UsageException wrong(String flag, String expected) {
    return new UsageException("--%s: expects %s, got \"%s\"".formatted(flag, expected, text(flag)));
  }
}
