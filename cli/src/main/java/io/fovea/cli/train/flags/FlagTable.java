package io.fovea.cli.train.flags;

import io.fovea.studio.FormField;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.ListIterator;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/**
 * Flags that a run folder's configuration keeps, in its order, described in a text:
 *
 * <pre>
 * --name LABEL [default] GROUP alone VALUE
 *   what it is for
 *   &gt; section | title | effect | some values
 * </pre>
 *
 * Without LABEL it has no value and is on or off; with {@code alone}, it has VALUE if none is
 * given. The last line is its {@link FormField}: a sole {@code >} has no field, but pages may
 * repeat it from another run. Without that line pages cannot set it, as they must not set paths.
 */
public final class FlagTable {
  private static final Pattern HEAD =
      Pattern.compile("--(\\S+) (?:(\\S+) )?\\[(.*)] (\\S+)(?: alone (\\S+))?");

  private final ListIterator<String> lines;
  private final Map<String, Flag<?>> flags = new LinkedHashMap<>();

  private FlagTable(List<String> lines) {
    this.lines = lines.listIterator();
  }

  static FlagTable of(String text) {
    return new FlagTable(text.lines().map(String::strip).toList());
  }

  <T> Flag<T> flag(String name, Parser<T> parser) {
    String line = lines.next();
    Matcher head = HEAD.matcher(line);
    if (!head.matches() || !head.group(1).equals(name)) {
      throw new IllegalStateException(
          "flags: expects the line of --%s, got %s".formatted(name, line));
    }
    String label = head.group(2) == null ? "" : head.group(2);
    String text = lines.next();
    Optional<FormField> field = Optional.empty();
    if (lines.hasNext()) {
      String next = lines.next();
      if (next.startsWith(">")) {
        field = Optional.of(field(next, name, head.group(3), label.isEmpty(), parser));
      } else {
        lines.previous();
      }
    }
    FlagGroup group = FlagGroup.valueOf(head.group(4));
    Optional<String> alone = Optional.ofNullable(head.group(5));
    Flag<T> flag = new Flag<>(name, label, head.group(3), group, parser, text, alone, field);
    flags.put(name, flag);
    return flag;
  }

  private static FormField field(
      String line, String name, String usual, boolean isSwitch, Parser<?> parser) {
    String[] parts = (line.substring(1) + "|||").split("\\|", -1);
    String some = parts[3].strip();
    List<String> options = some.isEmpty() ? parser.choices() : List.of(some.split(" ", -1));
    return new FormField(
        name,
        parts[0].strip(),
        parts[1].strip(),
        parts[2].strip(),
        usual,
        options,
        parser.least(),
        isSwitch);
  }

  public List<Flag<?>> flags() {
    return new ArrayList<>(flags.values());
  }

  public Optional<Flag<?>> find(String name) {
    return Optional.ofNullable(flags.get(name));
  }

  public Map<String, String> defaults() {
    Map<String, String> all = new LinkedHashMap<>();
    flags.forEach((name, flag) -> all.put(name, flag.usual()));
    return all;
  }

  public CommandSpec spec() {
    return spec(flags.values());
  }

  static CommandSpec spec(Collection<Flag<?>> some) {
    CommandSpec spec = CommandSpec.create();
    some.forEach(flag -> spec.addOption(flag.option()));
    return spec;
  }

  /** The texts of those that were given on a command line. */
  public Map<String, String> given(ParseResult parsed) {
    Map<String, String> given = new LinkedHashMap<>();
    for (OptionSpec option : parsed.matchedOptions()) {
      String name = option.longestName().substring(2);
      find(name)
          .ifPresent(
              flag ->
                  given.put(
                      name, flag.isSwitch() ? "on" : String.valueOf(option.<Object>getValue())));
    }
    return given;
  }
}
