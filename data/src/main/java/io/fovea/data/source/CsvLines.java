package io.fovea.data.source;

import io.fovea.data.base.DataException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/**
 * The lines of a CSV text (RFC 4180): fields between commas, in quotes where they contain commas,
 * quotes (doubled) or line ends. Spaces around unquoted fields are dropped, and so are empty lines.
 */
public final class CsvLines {
  private final String text;
  private final IntFunction<DataException> unclosed;
  private final List<Line> lines = new ArrayList<>();
  private List<String> fields = new ArrayList<>();
  private int at;
  private int number = 1;
  private int begun = 1;

  /**
   * One line.
   *
   * @param number its first line in the text, from 1
   */
  record Line(int number, List<String> fields) {}

  private CsvLines(String text, IntFunction<DataException> unclosed) {
    this.text = text;
    this.unclosed = unclosed;
  }

  /**
   * The lines of a text.
   *
   * @param unclosed what is wrong with a quoted field without an end that begins in this line
   */
  static List<Line> of(String text, IntFunction<DataException> unclosed) throws DataException {
    CsvLines reader = new CsvLines(text, unclosed);
    while (reader.at < text.length()) {
      reader.field();
    }
    reader.endLine();
    return reader.lines;
  }

  /** Reads a field and the comma or the end of line behind it. */
  private void field() throws DataException {
    int start = at;
    while (start < text.length() && (text.charAt(start) == ' ' || text.charAt(start) == '\t')) {
      start++;
    }
    if (start < text.length() && text.charAt(start) == '"') {
      at = start + 1;
      fields.add(quoted());
      while (at < text.length() && !isEnd(text.charAt(at))) {
        at++;
      }
    } else {
      while (at < text.length() && !isEnd(text.charAt(at))) {
        at++;
      }
      fields.add(text.substring(Math.min(start, at), at).strip());
    }
    if (at < text.length()) {
      boolean isComma = text.charAt(at) == ',';
      at++;
      if (!isComma) {
        endLine();
        number++;
        begun = number;
      } else if (at == text.length()) {
        fields.add("");
      }
    }
  }

  private static boolean isEnd(char c) {
    return c == ',' || c == '\n';
  }

  private String quoted() throws DataException {
    int line = number;
    StringBuilder field = new StringBuilder();
    while (at < text.length()) {
      char c = text.charAt(at++);
      if (c != '"') {
        number += c == '\n' ? 1 : 0;
        field.append(c);
      } else if (at < text.length() && text.charAt(at) == '"') {
        field.append('"');
        at++;
      } else {
        return field.toString();
      }
    }
    throw unclosed.apply(line);
  }

  private void endLine() {
    if (!fields.stream().allMatch(String::isEmpty)) {
      lines.add(new Line(begun, List.copyOf(fields)));
    }
    fields = new ArrayList<>();
  }
}
