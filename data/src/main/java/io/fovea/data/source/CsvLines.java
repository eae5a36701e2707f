package io.fovea.data.source;

import java.io.Serial;
import java.util.ArrayList;
import java.util.List;

/**
 * The lines of a CSV text (RFC 4180): fields between commas, in quotes where they contain commas,
 * quotes (doubled) or line ends. Spaces around unquoted fields are dropped, and so are empty lines.
 */
public final class CsvLines {
  private final String text;
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

  /** A quoted field that has no end. */
  static final class UnclosedQuote extends Exception {
    @Serial private static final long serialVersionUID = 1L;
    private final int line;

    UnclosedQuote(int line) {
      super("line " + line);
      this.line = line;
    }

    /** The line in which the field begins. */
    int line() {
      return line;
    }
  }

  private CsvLines(String text) {
    this.text = text;
  }

  static List<Line> of(String text) throws UnclosedQuote {
    CsvLines reader = new CsvLines(text);
    while (reader.at < text.length()) {
      reader.field();
    }
    reader.endLine();
    return reader.lines;
  }

  /** Reads a field and the comma or the end of line behind it. */
  private void field() throws UnclosedQuote {
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

  private String quoted() throws UnclosedQuote {
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
    throw new UnclosedQuote(line);
  }

  private void endLine() {
    if (!fields.stream().allMatch(String::isEmpty)) {
      lines.add(new Line(begun, List.copyOf(fields)));
    }
    fields = new ArrayList<>();
  }
}
