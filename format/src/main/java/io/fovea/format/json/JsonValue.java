package io.fovea.format.json;

import io.fovea.format.message.Quotation;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

public sealed interface JsonValue {
  /** The value in a message. */
  default String describe() {
    return switch (this) {
      case Text text -> Quotation.of(text.value);
      case Numeral number -> Quotation.name(number.text);
      case Flag flag -> Boolean.toString(flag.value);
      case Nothing _ -> "null";
      case Items items ->
          items.values.size() <= 4 && items.values.stream().allMatch(Numeral.class::isInstance)
              ? items.values.stream().map(JsonValue::describe).toList().toString()
              : "a list of " + items.values.size();
      case Members _ -> "an object";
    };
  }

  record Text(String value) implements JsonValue {}

  /** A number as it was written, to be parsed by code that knows its type. */
  record Numeral(String text) implements JsonValue {
    /** The number, if it is an integer that fits in a long. */
    public OptionalLong whole() {
      try {
        return OptionalLong.of(Long.parseLong(text));
      } catch (NumberFormatException fractionOrTooLarge) {
        return OptionalLong.empty();
      }
    }
  }

  record Flag(boolean value) implements JsonValue {}

  /** The word null. */
  record Nothing() implements JsonValue {}

  record Items(List<JsonValue> values) implements JsonValue {}

  record Members(Map<String, JsonValue> values) implements JsonValue {}
}
