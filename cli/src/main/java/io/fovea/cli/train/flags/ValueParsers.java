package io.fovea.cli.train.flags;

import io.fovea.cli.screen.WrongUsage;
import io.fovea.data.base.ImageSize;
import io.fovea.kernel.KernelSet;
import io.fovea.network.Initializer;
import io.fovea.optim.Clipping;
import io.fovea.optim.Schedule;
import io.fovea.transfer.CandidateKind;
import io.fovea.transfer.Effort;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.regex.Pattern;

/** The parsers of values that only one flag has. */
final class ValueParsers {
  private ValueParsers() {}

  /** A learning rate; empty for auto. */
  static Parser<Optional<Float>> rate() {
    Parser<Float> given = Parser.rounded("a number above 0", rate -> rate > 0);
    return Parser.of(
        text -> text.equals("auto") ? Optional.empty() : Optional.of(given.reading().apply(text)));
  }

  static Parser<String> normalization() {
    Parser<String> given = Parser.oneOf(Settings.UNIT, Settings.STANDARD, Settings.OWN);
    return Parser.of(
        text -> text.equals(Settings.AUTO) ? Settings.AUTO : given.reading().apply(text));
  }

  /** The limit of the gradients' norm; 0 for none. */
  static Parser<Clipping> clipping() {
    return Parser.number("a number from 0 up", norm -> norm >= 0)
        .map(norm -> norm == 0 ? Clipping.none() : Clipping.norm(norm));
  }

  /** A strength and, behind a colon, the pattern of its weights. */
  static Parser<L2> l2() {
    Parser<Float> strength = Parser.notNegative();
    return Parser.of(
        text -> {
          String[] parts = text.split(":", 2);
          return new L2(strength.reading().apply(parts[0]), parts.length == 1 ? "*" : parts[1]);
        });
  }

  /** Patterns of names, none of them empty. */
  static Parser<List<String>> patterns() {
    return Parser.texts()
        .map(
            all -> {
              if (all.contains("")) {
                throw new Parser.Unexpected("patterns joined by commas, such as conv1.*,conv2.*");
              }
              return all;
            });
  }

  static Parser<Schedule> schedule() {
    Parser<String> named =
        Parser.oneOf(
            "constant",
            "cosine",
            "one-cycle",
            "step:EVERY:GAMMA",
            "plateau",
            "plateau:PATIENCE:FACTOR");
    Parser<Schedule> step =
        Parser.of("step:EVERY:GAMMA, such as step:2:0.5", text -> ofTwo(text, Schedule::step));
    Parser<Schedule> plateau =
        Parser.of(
            "plateau:PATIENCE:FACTOR, such as plateau:3:0.2",
            text -> ofTwo(text, Schedule::plateau));
    return Parser.of(
        text ->
            text.startsWith("step:")
                ? step.reading().apply(text)
                : text.startsWith("plateau:")
                    ? plateau.reading().apply(text)
                    : switch (named.reading().apply(text)) {
                      case "plateau" -> Schedule.plateau(10, 0.1);
                      case "cosine" -> Schedule.cosine();
                      case "one-cycle" -> Schedule.oneCycle();
                      default -> Schedule.constant();
                    });
  }

  /** NAME:WHOLE:NUMBER. */
  private static Schedule ofTwo(String text, BiFunction<Integer, Double, Schedule> schedule) {
    String[] parts = text.split(":", -1);
    if (parts.length != 3) {
      throw new IllegalArgumentException(text);
    }
    return schedule.apply(Integer.parseInt(parts[1]), WrongUsage.decimal(parts[2]));
  }

  static Parser<Initializer> initializer() {
    Parser<Initializer> named =
        Parser.oneOf("he", "xavier")
            .map(name -> name.equals("he") ? Initializer.he() : Initializer.xavier());
    Parser<Initializer> normal =
        Parser.of(
            "he, xavier or normal:STD",
            text -> Initializer.normal(WrongUsage.decimal(text.substring("normal:".length()))));
    return Parser.of(text -> (text.startsWith("normal:") ? normal : named).reading().apply(text));
  }

  static Parser<KernelSet> kernels() {
    return Parser.oneOf("auto", "vector", "vector-direct", "reference")
        .map(
            name ->
                switch (name) {
                  case "vector" -> KernelSet.VECTOR;
                  case "vector-direct" -> KernelSet.VECTOR_DIRECT;
                  case "reference" -> KernelSet.REFERENCE;
                  default -> KernelSet.fastest();
                });
  }

  static Parser<String> groups() {
    return Parser.of(
        "folder, a column of the CSV file or a regular expression such as (film\\d+)",
        text -> Pattern.compile(text).pattern());
  }

  static Parser<Optional<ImageSize>> imageSize() {
    return Parser.of(
        text -> text.isEmpty() ? Optional.empty() : Optional.of(ImageSize.parse(text)));
  }

  static Parser<List<CandidateKind>> candidates() {
    Parser<List<String>> titles = Parser.texts();
    return Parser.of(
        "some of frozen, tuned, scratch, joined by commas",
        text -> titles.reading().apply(text).stream().map(ValueParsers::candidate).toList());
  }

  static Parser<Effort> effort() {
    return Parser.oneOf("quick", "standard", "thorough")
        .map(title -> Effort.valueOf(title.toUpperCase(Locale.ROOT)));
  }

  private static CandidateKind candidate(String title) {
    for (CandidateKind kind : CandidateKind.values()) {
      if (kind.title().equals(title)) {
        return kind;
      }
    }
    throw new IllegalArgumentException(title);
  }
}
