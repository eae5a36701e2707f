package io.fovea.cli.screen;

import io.fovea.file.Visible;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A table for the screen. Numbers are right-aligned, the first columns left-aligned. */
public final class Table {
  private final List<String[]> rows = new ArrayList<>();
  private final int leftColumns;

  public Table(String... head) {
    this(1, head);
  }

  public Table(int leftColumns, String... head) {
    this.leftColumns = leftColumns;
    row(head);
  }

  public void row(String... cells) {
    rows.add(Arrays.stream(cells).map(Visible::text).toArray(String[]::new));
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
