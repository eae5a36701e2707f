package io.fovea.data.augment;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/**
 * The text form of an operation: its name, and after colons its numbers, of which the last ones, or
 * all, may be omitted.
 *
 * @param name its name
 * @param numbers the names of its numbers
 * @param defaults the values of omitted numbers
 * @param operation makes the operation from its numbers
 */
record Form(
    String name,
    List<String> numbers,
    List<Double> defaults,
    Function<List<Double>, Operation> operation) {

  /** Every operation. */
  static final List<Form> ALL =
      List.of(
          of("shift", "PIXELS", 2, n -> new Shift(whole("shift", n.get(0)))),
          of("rotate", "DEGREES", 10, n -> new Rotate(n.get(0))),
          of("scale", "SHARE", 0.1, n -> new Scale(n.get(0))),
          of("shear", "DEGREES", 10, n -> new Shear(n.get(0))),
          of("elastic", "ALPHA", "SIGMA", 34, 5, n -> new Elastic(n.get(0), n.get(1))),
          of("flip", "PROBABILITY", 0.5, n -> new Flip(n.get(0))),
          of("crop", "PADDING", 4, n -> new Crop(whole("crop", n.get(0)))),
          of("brightness", "SHARE", 0.2, n -> new Brightness(n.get(0))),
          of("contrast", "SHARE", 0.2, n -> new Contrast(n.get(0))),
          of("erase", "PROBABILITY", "AREA", 0.5, 0.4, n -> new Erase(n.get(0), n.get(1))),
          of(
              "random-resized-crop",
              "SMALLEST",
              "RATIO",
              0.08,
              0.75,
              n -> new RandomResizedCrop(n.get(0), n.get(1))),
          of("hue", "SHARE", 0.1, n -> new Hue(n.get(0))),
          new Form(
              "color-jitter",
              List.of("BRIGHTNESS", "CONTRAST", "SATURATION", "HUE"),
              List.of(0.4, 0.4, 0.4, 0.1),
              n -> new ColorJitter(n.get(0), n.get(1), n.get(2), n.get(3))),
          of(
              "rand-augment",
              "COUNT",
              "MAGNITUDE",
              2,
              9,
              n ->
                  new RandAugment(
                      whole("rand-augment", n.get(0)), whole("rand-augment", n.get(1)))),
          new Form("trivial-augment", List.of(), List.of(), n -> new TrivialAugment()),
          of("mixup", "ALPHA", 0.2, n -> new MixUp(n.get(0))),
          of("cutmix", "ALPHA", 1, n -> new CutMix(n.get(0))));

  private static Form of(
      String name, String number, double usual, Function<List<Double>, Operation> operation) {
    return new Form(name, List.of(number), List.of(usual), operation);
  }

  private static Form of(
      String name,
      String first,
      String second,
      double usualFirst,
      double usualSecond,
      Function<List<Double>, Operation> operation) {
    return new Form(name, List.of(first, second), List.of(usualFirst, usualSecond), operation);
  }

  private static int whole(String name, double number) {
    if (number != Math.rint(number) || Math.abs(number) > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "augment: %s expects a whole number, got %s".formatted(name, Magnitudes.text(number)));
    }
    return (int) number;
  }

  /** For example {@code elastic:ALPHA:SIGMA}. */
  String pattern() {
    return numbers.isEmpty() ? name : name + ":" + String.join(":", numbers);
  }

  /**
   * The operation of a text such as {@code elastic:34:4}.
   *
   * @throws IllegalArgumentException if its numbers are malformed, too many or out of range
   */
  Operation read(String text) {
    String[] parts = text.split(":", -1);
    if (parts.length - 1 > numbers.size()) {
      if (numbers.isEmpty()) {
        throw new IllegalArgumentException(
            "augment: %s takes no numbers, got \"%s\"".formatted(name, text));
      }
      throw new IllegalArgumentException(
          "augment: %s takes at most %d number%s, got \"%s\""
              .formatted(name, numbers.size(), numbers.size() == 1 ? "" : "s", text));
    }
    List<Double> values = new ArrayList<>(defaults);
    for (int i = 1; i < parts.length; i++) {
      try {
        values.set(i - 1, Double.parseDouble(parts[i]));
      } catch (NumberFormatException malformed) {
        throw new IllegalArgumentException(
            "augment: %s expects a number for %s, got \"%s\""
                .formatted(name, numbers.get(i - 1).toLowerCase(Locale.ROOT), parts[i]),
            malformed);
      }
    }
    return operation.apply(values);
  }
}
