package io.fovea.cli.run;

import io.fovea.preprocessing.Preprocessing;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** A preprocessing in words, for the screen. */
public final class PreprocessingText {
  private PreprocessingText() {}

  /** For example {@code (pixel/255 - 0.485 0.456 0.406) / 0.229 0.224 0.225}. */
  public static String of(Preprocessing preprocessing) {
    String scaling =
        preprocessing.isUnit()
            ? "pixel/255"
            : "(pixel/255 - mean) / deviation, mean %s, deviation %s"
                .formatted(numbers(preprocessing.mean()), numbers(preprocessing.deviation()));
    String ground =
        preprocessing.background() == Preprocessing.Background.MIXED
            ? ""
            : ", %s background"
                .formatted(preprocessing.background().name().toLowerCase(Locale.ROOT));
    String framing =
        switch (preprocessing.framing()) {
          case STRETCH -> "";
          case CROP -> ", centre crop";
          case DIGIT -> ", framed as digits";
        };
    return scaling + ground + framing;
  }

  /** Four digits: enough to recognise a data set's constants. */
  private static String numbers(List<Double> numbers) {
    return numbers.stream()
        .map(number -> String.format(Locale.ROOT, "%.4f", number).replaceFirst("\\.?0+$", ""))
        .collect(Collectors.joining(" "));
  }
}
