package io.fovea.data.augment;

import io.fovea.network.RefusedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/**
 * The text form of an operation: its name, and after colons its numbers, of which the last ones, or
 * all, may be omitted.
 *
 * @param numbers the names of its numbers
 * @param defaults the values of omitted numbers
 * @param operation makes the operation from its numbers
 */
record OperationSyntax(
    String name,
    List<String> numbers,
    List<Double> defaults,
    Function<List<Double>, Operation> operation) {

  static final List<OperationSyntax> ALL =
      List.of(
          of("shift:PIXELS", n -> new Shift(whole("shift", n.get(0))), 2.0),
          of("rotate:DEGREES", n -> new Rotate(n.get(0)), 10.0),
          of("scale:SHARE", n -> new Scale(n.get(0)), 0.1),
          of("shear:DEGREES", n -> new Shear(n.get(0)), 10.0),
          of("elastic:ALPHA:SIGMA", n -> new Elastic(n.get(0), n.get(1)), 34.0, 5.0),
          of("flip:PROBABILITY", n -> new Flip(n.get(0)), 0.5),
          of("crop:PADDING", n -> new Crop(whole("crop", n.get(0))), 4.0),
          of("brightness:SHARE", n -> new Brightness(n.get(0)), 0.2),
          of("contrast:SHARE", n -> new Contrast(n.get(0)), 0.2),
          of("erase:PROBABILITY:AREA", n -> new Erase(n.get(0), n.get(1)), 0.5, 0.4),
          of(
              "random-resized-crop:SMALLEST:RATIO",
              n -> new RandomResizedCrop(n.get(0), n.get(1)),
              0.08,
              0.75),
          of("hue:SHARE", n -> new Hue(n.get(0)), 0.1),
          of(
              "color-jitter:BRIGHTNESS:CONTRAST:SATURATION:HUE",
              n -> new ColorJitter(n.get(0), n.get(1), n.get(2), n.get(3)),
              0.4,
              0.4,
              0.4,
              0.1),
          of("rand-augment:COUNT:MAGNITUDE", OperationSyntax::randAugment, 2.0, 9.0),
          of("trivial-augment", n -> new TrivialAugment()),
          of("mixup:ALPHA", n -> new MixUp(n.get(0)), 0.2),
          of("cutmix:ALPHA", n -> new CutMix(n.get(0)), 1.0));

  private static OperationSyntax of(
      String pattern, Function<List<Double>, Operation> operation, Double... defaults) {
    List<String> parts = List.of(pattern.split(":", -1));
    return new OperationSyntax(
        parts.getFirst(), parts.subList(1, parts.size()), List.of(defaults), operation);
  }

  private static Operation randAugment(List<Double> n) {
    return new RandAugment(whole("rand-augment", n.get(0)), whole("rand-augment", n.get(1)));
  }

  private static int whole(String name, double number) {
    if (number != Math.rint(number) || Math.abs(number) > Integer.MAX_VALUE) {
      throw new RefusedException(
          "augment",
          "%s expects a whole number, got %s".formatted(name, Magnitudes.text(number)),
          "");
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
        throw new RefusedException(
            "augment", "%s takes no numbers, got \"%s\"".formatted(name, text), "");
      }
      throw new RefusedException(
          "augment",
          "%s takes at most %d number%s, got \"%s\""
              .formatted(name, numbers.size(), numbers.size() == 1 ? "" : "s", text),
          "");
    }
    List<Double> values = new ArrayList<>(defaults);
    for (int i = 1; i < parts.length; i++) {
      try {
        values.set(i - 1, number(parts[i]));
      } catch (NumberFormatException malformed) {
        RefusedException refused =
            new RefusedException(
                "augment",
                "%s expects a number for %s, got \"%s\""
                    .formatted(name, numbers.get(i - 1).toLowerCase(Locale.ROOT), parts[i]),
                "");
        refused.initCause(malformed);
        throw refused;
      }
    }
    return operation.apply(values);
  }

  /** A decimal number; Java's other forms, such as 0x1p3d, are refused. */
  private static double number(String text) {
    if (!text.matches("[0-9.eE+-]+")) {
      throw new NumberFormatException(text);
    }
    return Double.parseDouble(text);
  }
}
