package io.fovea.file;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A table in plain text. The first columns are left-aligned, the others, numbers, right-aligned.
 */
public final class Table {
  private final List<String[]> rows = new ArrayList<>();
  private final int leftColumns;

  /** A table whose first column is left-aligned. */
  public Table(String... head) {
    this(1, head);
  }

  /** A table of which some columns are left-aligned. */
  public Table(int leftColumns, String... head) {
    this.leftColumns = leftColumns;
    row(head);
  }

  /** Adds a row with a cell for each column. */
  public void row(String... cells) {
    rows.add(Arrays.stream(cells).map(DisplayText::of).toArray(String[]::new));
  }

  @Override
  public String toString() {
    int columns = rows.getFirst().length;
    int[] widths = new int[columns];
    for (String[] row : rows) {
      for (int c = 0; c < columns; c++) {
        widths[c] = Math.max(widths[c], row[c].codePointCount(0, row[c].length()));
      }
    }
    StringBuilder text = new StringBuilder();
    for (String[] row : rows) {
      StringBuilder line = new StringBuilder();
      for (int c = 0; c < columns; c++) {
        String space = " ".repeat(widths[c] - row[c].codePointCount(0, row[c].length()));
        line.append(c == 0 ? "" : "  ");
        line.append(c < leftColumns ? row[c] + space : space + row[c]);
      }
      text.append(line.toString().stripTrailing()).append(System.lineSeparator());
    }
    return text.toString();
  }
}
