package io.fovea.format;

import io.fovea.format.message.Quotation;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** A JSON value in memory. */
sealed interface JsonValue {
  /** The value in a message. */
  String describe();

  record Text(String value) implements JsonValue {
    @Override
    public String describe() {
      return Quotation.of(value);
    }
  }

  /** A number as it was written, to be parsed by code that knows its type. */
  record Numeral(String text) implements JsonValue {
    /** The number, if it is an integer that fits in a long. */
    OptionalLong whole() {
      try {
        return OptionalLong.of(Long.parseLong(text));
      } catch (NumberFormatException fractionOrTooLarge) {
        return OptionalLong.empty();
      }
    }

    @Override
    public String describe() {
      return Quotation.name(text);
    }
  }

  record Flag(boolean value) implements JsonValue {
    @Override
    public String describe() {
      return Boolean.toString(value);
    }
  }

  /** The word null. */
  record Nothing() implements JsonValue {
    @Override
    public String describe() {
      return "null";
    }
  }

  /** An array. */
  record Items(List<JsonValue> values) implements JsonValue {
    @Override
    public String describe() {
      return values.size() <= 4 && values.stream().allMatch(v -> v instanceof Numeral)
          ? values.stream().map(JsonValue::describe).toList().toString()
          : "a list of " + values.size();
    }
  }

  /** An object, in the order of the text. */
  record Members(Map<String, JsonValue> values) implements JsonValue {
    @Override
    public String describe() {
      return "an object";
    }
  }
}
