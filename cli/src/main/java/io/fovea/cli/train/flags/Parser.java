package io.fovea.cli.train.flags;

import io.fovea.cli.screen.WrongUsage;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.function.DoublePredicate;
import java.util.function.Function;

/**
 * How the text of a flag becomes its value.
 *
 * @param reading the value of a text; throws {@link Unexpected}, or an {@link
 *     IllegalArgumentException} whose message is the whole error
 * @param choices the only texts, if there are not many
 * @param least the smallest whole number, if it is one
 */
record Parser<T>(Function<String, T> reading, List<String> choices, OptionalInt least) {
  /** A text that is not a value; its message is what was expected. */
  static final class Unexpected extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    Unexpected(String expected) {
      super(expected);
    }
  }

  private Parser(Function<String, T> reading) {
    this(reading, List.of(), OptionalInt.empty());
  }

  static <T> Parser<T> of(Function<String, T> reading) {
    return new Parser<>(reading);
  }

  /** One that expects these words, whenever the reading throws. */
  static <T> Parser<T> of(String expected, Function<String, T> reading) {
    return new Parser<>(text -> read(text, expected, reading));
  }

  private static <T> T read(String text, String expected, Function<String, T> reading) {
    try {
      return reading.apply(text);
    } catch (IllegalArgumentException malformed) {
      throw malformed instanceof Unexpected ? malformed : new Unexpected(expected);
    }
  }

  static Parser<Boolean> onOff() {
    return of("on"::equals);
  }

  static Parser<String> text() {
    return of(text -> text);
  }

  static Parser<List<String>> texts() {
    return of(text -> text.isEmpty() ? List.of() : List.of(text.split(",", -1)));
  }

  static Parser<Integer> whole(int from, int to) {
    String range = "a whole number from " + from + (to > 1_000_000 ? " up" : " to " + to);
    Parser<Integer> any =
        of(range, text -> requireIn(Integer.parseInt(text), value -> value >= from && value <= to));
    return new Parser<>(any.reading, List.of(), OptionalInt.of(from));
  }

  private static int requireIn(int value, DoublePredicate range) {
    if (!range.test(value)) {
      throw new IllegalArgumentException();
    }
    return value;
  }

  static Parser<Double> number(String expected, DoublePredicate range) {
    return of(text -> requireIn(finite(text), expected, range));
  }

  /** The same, rounded to float before the range is checked. */
  static Parser<Float> rounded(String expected, DoublePredicate range) {
    return of(text -> (float) requireIn((float) finite(text), expected, range));
  }

  static Parser<Double> share() {
    return number("a share from 0 to below 1", share -> share >= 0 && share < 1);
  }

  static Parser<Float> notNegative() {
    return rounded("a number from 0 up", number -> number >= 0);
  }

  private static double finite(String text) {
    double value = read(text, "a number", WrongUsage::decimal);
    return requireIn(value, "a finite number", Double::isFinite);
  }

  private static double requireIn(double value, String expected, DoublePredicate range) {
    if (!range.test(value)) {
      throw new Unexpected(expected);
    }
    return value;
  }

  static Parser<String> oneOf(List<String> choices) {
    Parser<String> any =
        of(
            text -> {
              String value = text.toLowerCase(Locale.ROOT);
              if (!choices.contains(value)) {
                throw new Unexpected("one of " + String.join(", ", choices));
              }
              return value;
            });
    return new Parser<>(any.reading, choices, OptionalInt.empty());
  }

  static Parser<String> oneOf(String... choices) {
    return oneOf(List.of(choices));
  }

  <U> Parser<U> map(Function<T, U> made) {
    return new Parser<>(reading.andThen(made), choices, least);
  }
}
