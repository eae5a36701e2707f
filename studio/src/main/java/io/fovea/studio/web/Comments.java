package io.fovea.studio.web;

import java.util.stream.Collectors;

/**
 * Scripts and styles as they are sent: without the comments that fill whole lines, so that a reason
 * in a source costs a reader of the page nothing. An empty line takes the place of each, so a
 * browser's messages name the lines of the source.
 *
 * <p>A comment behind code stays, since {@code //} there may be part of a string or of a regular
 * expression. So do lines inside a template literal, where a slash is text.
 */
final class Comments {
  private boolean comment;
  private boolean template;

  private Comments() {}

  static String without(String source) {
    Comments comments = new Comments();
    return source.lines().map(line -> comments.code(line) + "\n").collect(Collectors.joining());
  }

  private String code(String line) {
    String text = line.strip();
    if (!template && (comment || text.startsWith("/*"))) {
      int end = text.indexOf("*/", comment ? 0 : 2); // "/*/" does not end itself
      comment = end < 0;
      return comment ? "" : code(text.substring(end + 2));
    }
    if (!template && text.startsWith("//")) {
      return "";
    }
    boolean odd = text.replace("\\`", "").chars().filter(letter -> letter == '`').count() % 2 == 1;
    template ^= odd;
    return line;
  }
}
