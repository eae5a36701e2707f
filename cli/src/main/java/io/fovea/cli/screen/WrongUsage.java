package io.fovea.cli.screen;

import io.fovea.network.DidYouMean;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Messages for a command line that cannot be parsed. */
public final class WrongUsage {
  private static final Pattern DECIMAL =
      Pattern.compile("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?");

  private WrongUsage() {}

  /** The line for the user: what was given, what was expected, and the nearest name. */
  public static String text(ParameterException wrong) {
    if (wrong instanceof UnmatchedArgumentException unmatched
        && !unmatched.getUnmatched().isEmpty()) {
      String got = unmatched.getUnmatched().getFirst();
      return unmatched.isUnknownOption() ? option(unmatched, got) : argument(unmatched, got);
    }
    return String.valueOf(wrong.getMessage());
  }

  private static String option(UnmatchedArgumentException wrong, String got) {
    String name = got.split("=", 2)[0];
    List<String> known = List.copyOf(wrong.getCommandLine().getCommandSpec().optionsMap().keySet());
    return "Unknown option: '%s'%s"
        .formatted(
            got,
            DidYouMean.nearest(name, known).map(near -> "; did you mean " + near + "?").orElse(""));
  }

  private static String argument(UnmatchedArgumentException wrong, String got) {
    List<String> verbs =
        wrong.getCommandLine().getSubcommands().entrySet().stream()
            .filter(verb -> !verb.getValue().getCommandSpec().usageMessage().hidden())
            .map(Map.Entry::getKey)
            .toList();
    return verbs.isEmpty()
        ? "expects no further argument, got \"" + got + "\""
        : "no command is named \"" + got + "\"" + DidYouMean.expected(got, verbs);
  }

  /**
   * A decimal number of the command line, such as 0.01 or 1e-4; Java's other forms, such as 0x1p3d,
   * are refused.
   *
   * @throws NumberFormatException if it is not one
   */
  public static double decimal(String text) {
    if (!DECIMAL.matcher(text).matches()) {
      throw new NumberFormatException(text);
    }
    return Double.parseDouble(text);
  }

  public static Double doubleOption(String text) {
    try {
      return decimal(text);
    } catch (NumberFormatException none) {
      throw new TypeConversionException("expects a number such as 0.5, got \"" + text + "\"");
    }
  }

  public static Path path(String text) {
    if (text.isEmpty()) {
      throw new TypeConversionException("expects a path, got an empty text");
    }
    try {
      return Path.of(text);
    } catch (InvalidPathException wrong) {
      throw new TypeConversionException("\"" + text + "\" is not a path: " + wrong.getReason());
    }
  }
}
