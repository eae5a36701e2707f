package io.fovea.file;

/** Text for people, which may hold anybody's words: names of files, of classes, of weights. */
public final class DisplayText {
  private DisplayText() {}

  /**
   * The text in one line, with control and format characters, line separators and lone surrogates
   * as {@code \\uXXXX}: none of them can steer a terminal, turn the words around it or begin a new
   * line of a log. A text in JSON stays the same text.
   */
  public static String of(String text) {
    if (text.chars().allMatch(c -> c >= ' ' && c <= '~')) {
      return text;
    }
    StringBuilder visible = new StringBuilder(text.length() + 16);
    text.codePoints()
        .forEach(
            c -> {
              if (isVisible(Character.getType(c))) {
                visible.appendCodePoint(c);
              } else {
                for (char half : Character.toChars(c)) {
                  visible.append("\\u%04x".formatted((int) half));
                }
              }
            });
    return visible.toString();
  }

  private static boolean isVisible(int type) {
    return type != Character.CONTROL
        && type != Character.FORMAT
        && type != Character.LINE_SEPARATOR
        && type != Character.PARAGRAPH_SEPARATOR
        && type != Character.SURROGATE;
  }
}
