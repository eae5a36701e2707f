package io.fovea.cli.train;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Flags that are kept as texts, as in a run folder's configuration. They are described in a table
 * of two lines a flag; a flag that may have no value then means the one after {@code alone}:
 *
 * <pre>
 * --name LABEL [default] alone VALUE
 *   description
 * </pre>
 */
record FlagTable(List<Flag> flags) {
  private static final Pattern HEAD = Pattern.compile("--(\\S+) (\\S+) \\[(.*)](?: alone (\\S+))?");

  /** One flag. */
  record Flag(
      String name, String label, String usual, @Nullable String alone, String description) {}

  static FlagTable of(String table) {
    List<String> lines = table.lines().map(String::strip).toList();
    return new FlagTable(
        IntStream.range(0, lines.size() / 2)
            .mapToObj(i -> flag(lines.get(2 * i), lines.get(2 * i + 1)))
            .toList());
  }

  private static Flag flag(String line, String description) {
    Matcher head = HEAD.matcher(line);
    if (!head.matches()) {
      throw new IllegalArgumentException("flags: expects --name LABEL [default], got " + line);
    }
    return new Flag(head.group(1), head.group(2), head.group(3), head.group(4), description);
  }

  /** The flags with their defaults. */
  Map<String, String> defaults() {
    Map<String, String> all = new LinkedHashMap<>();
    flags.forEach(flag -> all.put(flag.name, flag.usual));
    return all;
  }

  /** Adds the flags to a command. */
  void addTo(CommandSpec command) {
    for (Flag flag : flags) {
      OptionSpec.Builder option =
          OptionSpec.builder("--" + flag.name)
              .paramLabel(flag.label)
              .type(String.class)
              .arity("1")
              .description(flag.description);
      if (flag.alone != null) {
        option.arity("0..1").fallbackValue(flag.alone);
      }
      command.addOption(option.build());
    }
  }
}
