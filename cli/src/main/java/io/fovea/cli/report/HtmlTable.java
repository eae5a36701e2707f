package io.fovea.cli.report;

import java.util.Locale;

/**
 * A table of a page, in a frame that scrolls on narrow screens. Rows begin with their name; the
 * next call ends a row or the head.
 */
final class HtmlTable {
  private final HtmlBuilder page;
  private boolean inHead;
  private boolean inRow;

  /**
   * Begins a table.
   *
   * @param name its name for screen readers
   * @param look a class of the style sheet
   */
  HtmlTable(HtmlBuilder page, String name, String look) {
    this.page = page;
    page.open("div", "class", "wide", "role", "region", "aria-label", name, "tabindex", "0");
    page.open("table", "class", look);
  }

  void head(String... names) {
    if (!inHead) {
      page.open("thead").open("tr");
      inHead = true;
    }
    for (String name : names) {
      page.element("th", name, "scope", "col");
    }
  }

  /** Adds a column of text to the head; other columns contain numbers. */
  void headOfWords(String name) {
    head();
    page.element("th", name, "scope", "col", "class", "words");
  }

  void row(String name) {
    row(name, "");
  }

  void total(String name) {
    row(name, "total");
  }

  private void row(String name, String look) {
    if (inHead) {
      page.close().close().open("tbody");
      inHead = false;
    }
    if (inRow) {
      page.close();
    }
    page.open("tr", look.isEmpty() ? new String[0] : new String[] {"class", look});
    page.element("th", name, "scope", "row");
    inRow = true;
  }

  void words(String text) {
    page.element("td", text, "class", "words");
  }

  void number(String text) {
    page.element("td", text);
  }

  /** A cell with a number and a bar behind it that fills {@code share} of the cell. */
  void bar(double share, String text) {
    String width = String.format(Locale.ROOT, "--s:%.1f%%", share * 100);
    page.element("td", text, "class", "bar", "style", width);
  }

  /** Ends the table, which has at least one row. */
  void end() {
    assert inRow : "an empty table";
    page.close().close().close().close();
  }
}
