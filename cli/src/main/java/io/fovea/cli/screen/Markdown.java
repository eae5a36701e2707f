package io.fovea.cli.screen;

import io.fovea.file.DisplayText;
import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * Text in GitHub's Markdown; cells and lines are escaped as plain text, without characters that
 * steer a terminal.
 */
public final class Markdown {
  private final StringBuilder text = new StringBuilder();

  public void heading(int level, String title) {
    text.append(text.isEmpty() ? "" : "\n").append("#".repeat(level)).append(' ');
    text.append(oneLine(title)).append("\n\n");
  }

  public void paragraph(String words) {
    gap();
    text.append(oneLine(words)).append('\n');
  }

  public void item(String words) {
    text.append("- ").append(oneLine(words)).append('\n');
  }

  /** A block of commands. */
  public void code(String lines) {
    gap();
    text.append("```\n");
    lines.strip().lines().forEach(line -> text.append(DisplayText.of(line)).append('\n'));
    text.append("```\n");
  }

  /** Begins a table; in a table of more than two columns, all but the first contain numbers. */
  public void table(String... head) {
    gap();
    row(head);
    text.append('|');
    for (int c = 0; c < head.length; c++) {
      text.append(c > 0 && head.length > 2 ? " ---: |" : " --- |");
    }
    text.append('\n');
  }

  public void row(String... cells) {
    text.append(
        Arrays.stream(cells)
            .map(cell -> oneLine(cell).replace("|", "\\|"))
            .collect(Collectors.joining(" | ", "| ", " |\n")));
  }

  private void gap() {
    if (!text.isEmpty() && !text.toString().endsWith("\n\n")) {
      text.append('\n');
    }
  }

  private static String oneLine(String words) {
    return DisplayText.of(words.replaceAll("\\s*[\\r\\n]+\\s*", " "));
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
