package io.fovea.format.message;

import io.fovea.file.DisplayText;
import java.nio.file.Path;

/**
 * Formats text from a file for a message: one line, short, and without control characters, so that
 * a hostile name can neither fake a second message nor control a terminal.
 */
public final class Quotation {
  private static final int LONGEST_NAME = 80;
  private static final int LONGEST_TEXT = 300;

  private Quotation() {}

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
    boolean isLong = text.length() > longest;
    return isLong ? DisplayText.of(text.substring(0, longest)) + "..." : DisplayText.of(text);
  }
}
