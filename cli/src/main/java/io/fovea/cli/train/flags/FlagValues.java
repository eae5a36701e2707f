package io.fovea.cli.train.flags;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/** The values of a table's flags, each parsed once, with the texts that a run folder keeps. */
class FlagValues {
  private final Map<String, String> texts;
  private final Map<String, Object> values;

  private FlagValues(Map<String, String> texts, Map<String, Object> values) {
    this.texts = texts;
    this.values = values;
  }

  FlagValues(FlagValues other) {
    this(other.texts, other.values);
  }

  /**
   * Parses texts; a flag without one has its default. Names that are not in the table are left out.
   *
   * @throws io.fovea.cli.screen.UsageException if one is wrong
   */
  static FlagValues of(FlagTable table, Map<String, String> given) {
    Map<String, String> texts = table.defaults();
    given.forEach(texts::replace);
    Map<String, Object> values = new LinkedHashMap<>();
    for (Flag<?> flag : table.flags()) {
      values.put(flag.name(), flag.parse(Objects.requireNonNull(texts.get(flag.name()))));
    }
    return new FlagValues(texts, values);
  }

  final FlagValues withText(Flag<?> flag, String text) {
    Map<String, String> changed = new LinkedHashMap<>(texts);
    Map<String, Object> parsed = new LinkedHashMap<>(values);
    changed.put(flag.name(), text);
    parsed.put(flag.name(), flag.parse(text));
    return new FlagValues(changed, parsed);
  }

  /** The texts of all flags, in the table's order. */
  public final Map<String, String> texts() {
    return Collections.unmodifiableMap(texts);
  }

  @SuppressWarnings("unchecked") // a flag's own parser made it
  public final <T> T get(Flag<T> flag) {
    return (T) Objects.requireNonNull(values.get(flag.name()), flag.name());
  }

  public final String text(Flag<?> flag) {
    return Objects.requireNonNull(texts.get(flag.name()), flag.name());
  }
}
