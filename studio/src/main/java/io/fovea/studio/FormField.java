package io.fovea.studio;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * A flag of {@code train} that the form of a new run may set.
 *
 * @param name the flag, without dashes
 * @param section the part of the form: main or more; empty for a flag without a field, which a page
 *     repeats from another run
 * @param title the field's title
 * @param about its effect, in a line
 * @param value the default
 * @param options values to choose from; empty for any
 * @param least the smallest whole number; empty if the value is none
 * @param isSwitch whether the flag has no value
 */
public record FormField(
    String name,
    String section,
    String title,
    String about,
    String value,
    List<String> options,
    OptionalInt least,
    boolean isSwitch) {
  /** For JSON; what a field lacks is left out. */
  Map<String, Object> json() {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("name", name);
    all.put("section", section);
    all.put("title", title);
    all.put("about", about);
    all.put("value", value);
    all.put("options", options);
    all.put("box", isSwitch);
    least.ifPresent(value -> all.put("min", value));
    return all;
  }
}
