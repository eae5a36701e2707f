package io.fovea.cli.report;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;

/**
 * Builds an HTML page that is also well-formed XML. Text and attributes are escaped only here, and
 * elements are closed in reverse order, so that no name of a class or a file can break the page or
 * run in it.
 */
final class HtmlBuilder {
  /** Elements after which a line break adds no space to a sentence. */
  private static final Set<String> BLOCKS =
      Set.of(
          "dd",
          "div",
          "dl",
          "figcaption",
          "figure",
          "footer",
          "h1",
          "h2",
          "h3",
          "header",
          "li",
          "main",
          "meta",
          "p",
          "section",
          "svg",
          "table",
          "title",
          "tr",
          "ul");

  private final StringBuilder out = new StringBuilder(1 << 16).append("<!DOCTYPE html>\n");
  private final Deque<String> opened = new ArrayDeque<>();

  /**
   * Opens an element.
   *
   * @param attributes names and values in turn
   */
  HtmlBuilder open(String tag, String... attributes) {
    tag(tag, attributes);
    out.append('>');
    opened.push(tag);
    return this;
  }

  HtmlBuilder close() {
    String tag = opened.pop();
    out.append("</").append(tag).append('>');
    newLine(tag);
    return this;
  }

  HtmlBuilder text(String text) {
    escape(text);
    return this;
  }

  HtmlBuilder element(String tag, String text, String... attributes) {
    return open(tag, attributes).text(text).close();
  }

  HtmlBuilder empty(String tag, String... attributes) {
    tag(tag, attributes);
    out.append("/>");
    newLine(tag);
    return this;
  }

  /** A style sheet, not escaped, as HTML requires. */
  HtmlBuilder style(String css) {
    assert css.indexOf('<') < 0 && css.indexOf('&') < 0 : "HTML and XML would read it differently";
    open("style");
    out.append('\n').append(css);
    return close();
  }

  String html() {
    assert opened.isEmpty() : "still open: " + opened;
    return out.toString();
  }

  private void tag(String tag, String... attributes) {
    assert attributes.length % 2 == 0 : tag;
    out.append('<').append(tag);
    for (int i = 0; i < attributes.length; i += 2) {
      out.append(' ').append(attributes[i]).append("=\"");
      escape(attributes[i + 1]);
      out.append('"');
    }
  }

  private void newLine(String tag) {
    if (BLOCKS.contains(tag)) {
      out.append('\n');
    }
  }

  private void escape(String text) {
    text.codePoints()
        .forEach(
            c -> {
              switch (c) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '"' -> out.append("&quot;");
                case '\'' -> out.append("&#39;");
                default -> out.appendCodePoint(isAllowed(c) ? c : 0xFFFD);
              }
            });
  }

  /** The characters of XML 1.0, section 2.2: no controls, no unpaired surrogates. */
  private static boolean isAllowed(int c) {
    return c == '\t'
        || c == '\n'
        || (c >= 0x20 && c < 0xD800)
        || (c >= 0xE000 && c <= 0xFFFD)
        || c >= 0x10000;
  }
}
