package io.fovea.format.json;

import io.fovea.format.FormatException;
import io.fovea.format.message.Quotation;
import io.fovea.network.DidYouMean;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * One JSON object, read key by key; errors name the place and the key.
 *
 * @param place the position of the object: file and node, for messages
 * @param values its members
 */
public record JsonObject(String place, Map<String, JsonValue> values) {
  public static JsonObject of(String place, JsonValue value) throws FormatException {
    if (value instanceof JsonValue.Members members) {
      return new JsonObject(place, members.values());
    }
    throw new FormatException(place + ": expects an object, got " + value.describe());
  }

  public JsonObject named(String better) {
    return new JsonObject(better, values);
  }

  /** Refuses unknown keys: most are typing errors. */
  public void only(List<String> known) throws FormatException {
    for (String key : values.keySet()) {
      if (!known.contains(key)) {
        throw new FormatException(
            place + ": " + Quotation.of(key) + " is unknown" + DidYouMean.expected(key, known));
      }
    }
  }

  public boolean has(String key) {
    return values.containsKey(key);
  }

  public JsonValue required(String key, String expected) throws FormatException {
    JsonValue value = values.get(key);
    if (value == null) {
      throw new FormatException(
          "%s: \"%s\" is missing; add it, expected is %s".formatted(place, key, expected));
    }
    return value;
  }

  public FormatException wrong(String key, String expected, JsonValue got) {
    return new FormatException(
        "%s: \"%s\" expects %s, got %s".formatted(place, key, expected, got.describe()));
  }

  public long wide(String key, long least, long most) throws FormatException {
    return checkedWhole(key, required(key, wholeText(least, most)), least, most);
  }

  public int whole(String key, int least) throws FormatException {
    return (int) wide(key, least, Integer.MAX_VALUE);
  }

  /** An optional integer. */
  public int wholeOr(String key, int least, int fallback) throws FormatException {
    return has(key) ? whole(key, least) : fallback;
  }

  private long checkedWhole(String key, JsonValue value, long least, long most)
      throws FormatException {
    if (value instanceof JsonValue.Numeral numeral) {
      OptionalLong whole = numeral.whole();
      if (whole.isPresent() && whole.getAsLong() >= least && whole.getAsLong() <= most) {
        return whole.getAsLong();
      }
    }
    throw wrong(key, wholeText(least, most), value);
  }

  private static String wholeText(long least, long most) {
    return least == Long.MIN_VALUE
        ? "a whole number"
        : most >= Integer.MAX_VALUE
            ? "a whole number from " + least
            : "a whole number from " + least + " to " + most;
  }

  /** One integer, or a list with one of the given lengths. */
  public int[] wholes(String key, int least, int most, String expected, Integer... lengths)
      throws FormatException {
    JsonValue value = required(key, expected);
    List<JsonValue> items = value instanceof JsonValue.Items list ? list.values() : List.of(value);
    if (value instanceof JsonValue.Items && !List.of(lengths).contains(items.size())) {
      throw wrong(key, expected, value);
    }
    int[] numbers = new int[items.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (int) checkedWhole(key, items.get(i), least, most);
    }
    return numbers;
  }

  /**
   * A number; the words NaN, Infinity and -Infinity stand for values that JSON numbers cannot
   * express.
   */
  public double number(String key) throws FormatException {
    JsonValue value = required(key, "a number");
    if (value instanceof JsonValue.Numeral numeral) {
      return Double.parseDouble(numeral.text());
    }
    if (value instanceof JsonValue.Text text
        && List.of("NaN", "Infinity", "-Infinity").contains(text.value())) {
      return Double.parseDouble(text.value());
    }
    throw wrong(key, "a number", value);
  }

  public List<Double> numbers(String key) throws FormatException {
    List<Double> numbers = new ArrayList<>();
    for (JsonValue item : items(key, "a list of numbers")) {
      JsonValue.Numeral numeral = as(JsonValue.Numeral.class, key, item, "a list of numbers");
      numbers.add(Double.parseDouble(numeral.text()));
    }
    return numbers;
  }

  public String text(String key) throws FormatException {
    return as(JsonValue.Text.class, key, required(key, "a text"), "a text").value();
  }

  public List<String> texts(String key) throws FormatException {
    List<String> texts = new ArrayList<>();
    for (JsonValue item : items(key, "a list of texts")) {
      texts.add(as(JsonValue.Text.class, key, item, "a list of texts").value());
    }
    return texts;
  }

  public boolean flag(String key, boolean fallback) throws FormatException {
    String expected = "true or false";
    return has(key)
        ? as(JsonValue.Flag.class, key, required(key, expected), expected).value()
        : fallback;
  }

  public List<JsonValue> items(String key, String expected) throws FormatException {
    return as(JsonValue.Items.class, key, required(key, expected), expected).values();
  }

  public JsonObject object(String key) throws FormatException {
    JsonValue value = required(key, "an object");
    return new JsonObject(
        place + ": " + key, as(JsonValue.Members.class, key, value, "an object").values());
  }

  /** A value of one kind; refuses other values. */
  public <T extends JsonValue> T as(Class<T> kind, String key, JsonValue value, String expected)
      throws FormatException {
    if (kind.isInstance(value)) {
      return kind.cast(value);
    }
    throw wrong(key, expected, value);
  }
}
