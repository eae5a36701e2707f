package io.fovea.cli.screen;

import java.util.List;
import java.util.stream.Collectors;

/** Lines of a CSV file after RFC 4180, but ended by a line feed. */
public final class Csv {
  private Csv() {}

  /** One field, in quotes if it has a comma, a quote or a line break. */
  public static String field(String text) {
    boolean plain = text.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
    return plain ? text : '"' + text.replace("\"", "\"\"") + '"';
  }

  public static String line(List<String> fields) {
    return fields.stream().map(Csv::field).collect(Collectors.joining(",", "", "\n"));
  }
}
