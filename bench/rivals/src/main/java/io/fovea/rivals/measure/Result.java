package io.fovea.rivals.measure;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What one process measured. It travels as a line: {@code result images/s 4840.2 loss 0.05 library
 * DJL 0.36.0}, with the library at the end because its name has spaces.
 *
 * @param values the numbers under their names
 * @param library the library and its version
 */
public record Result(Map<String, Double> values, String library) {
  private static final String MARK = "result ";
  private static final String LIBRARY = " library ";

  public static Result of(String name, double value) {
    return new Result(Map.of(name, value), "unknown");
  }

  /** The same with one number more. */
  public Result with(String name, double value) {
    Map<String, Double> more = new LinkedHashMap<>(values);
    more.put(name, value);
    return new Result(more, library);
  }

  /** The same from a library. */
  public Result from(String name) {
    return new Result(values, name);
  }

  public double value(String name) {
    Double value = values.get(name);
    if (value == null) {
      throw new IllegalStateException("result: no " + name + " in " + values);
    }
    return value;
  }

  /** The numbers, each behind its name. */
  public String words() {
    return values.entrySet().stream()
        .map(entry -> String.format(Locale.ROOT, "%s %.6g", entry.getKey(), entry.getValue()))
        .collect(Collectors.joining(" "));
  }

  /** The line that a process prints. */
  public String line() {
    return MARK + words() + LIBRARY + library;
  }

  /** The result in a line, where it holds one. */
  public static Optional<Result> parse(String line) {
    int end = line.indexOf(LIBRARY);
    if (!line.startsWith(MARK) || end < 0) {
      return Optional.empty();
    }
    String[] words = line.substring(MARK.length(), end).split(" ", -1);
    Map<String, Double> values = new LinkedHashMap<>();
    for (int i = 0; i + 1 < words.length; i += 2) {
      values.put(words[i], Double.parseDouble(words[i + 1]));
    }
    return Optional.of(new Result(values, line.substring(end + LIBRARY.length())));
  }
}
