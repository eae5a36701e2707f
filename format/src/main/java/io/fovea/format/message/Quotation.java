package io.fovea.format.message;

import java.nio.file.Path;

/**
 * Formats text from a file for a message: one line, short, and without control characters, so that
 * a hostile name can neither fake a second message nor control a terminal.
 */
public final class Quotation {
  private static final int LONGEST_NAME = 80;
  private static final int LONGEST_TEXT = 300;

  private Quotation() {}

  /** The text between double quotes. */
  public static String of(String text) {
    return '"' + clean(text, LONGEST_NAME) + '"';
  }

  /** A name without quotes, as weights have in messages. */
  public static String name(String text) {
    return clean(text, LONGEST_NAME);
  }

  /** A sentence of another program. */
  public static String plain(String text) {
    return clean(text, LONGEST_TEXT);
  }

  /** The last part of a path: messages do not reveal folders. */
  public static String fileName(Path file) {
    Path name = file.getFileName();
    return name(name == null ? file.toString() : name.toString());
  }

  private static String clean(String text, int longest) {
    StringBuilder clean = new StringBuilder();
    int end = Math.min(text.length(), longest);
    for (int i = 0; i < end; i++) {
      char c = text.charAt(i);
      int kind = Character.getType(c);
      boolean visible =
          kind != Character.CONTROL
              && kind != Character.FORMAT
              && kind != Character.LINE_SEPARATOR
              && kind != Character.PARAGRAPH_SEPARATOR
              && (kind != Character.SURROGATE || isPaired(text, i, end));
      clean.append(visible ? Character.toString(c) : "\\u%04x".formatted((int) c));
    }
    return end < text.length() ? clean + "..." : clean.toString();
  }

  private static boolean isPaired(String text, int at, int end) {
    char c = text.charAt(at);
    return Character.isHighSurrogate(c)
        ? at + 1 < end && Character.isLowSurrogate(text.charAt(at + 1))
        : at > 0 && Character.isHighSurrogate(text.charAt(at - 1));
  }
}
