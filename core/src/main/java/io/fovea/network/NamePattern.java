package io.fovea.network;

/**
 * A pattern for names of weights: {@code *} stands for any characters, {@code ?} for one, such as
 * {@code conv*.weight}.
 *
 * @param text the pattern
 */
public record NamePattern(String text) {
  /** Throws IllegalArgumentException if it is empty. */
  public NamePattern {
    if (text.isEmpty()) {
      throw new IllegalArgumentException(
          "pattern: expects a name, with * for any characters, got nothing; give one, such as dense2.*");
    }
  }

  /** True if the full name matches the pattern. */
  public boolean matches(String name) {
    int at = 0;
    int pattern = 0;
    int star = -1;
    int retry = 0;
    while (at < name.length()) {
      if (pattern < text.length() && text.charAt(pattern) == '*') {
        star = pattern++;
        retry = at;
      } else if (pattern < text.length()
          && (text.charAt(pattern) == '?' || text.charAt(pattern) == name.charAt(at))) {
        pattern++;
        at++;
      } else if (star >= 0) {
        pattern = star + 1;
        at = ++retry; // the last star takes one more character
      } else {
        return false;
      }
    }
    while (pattern < text.length() && text.charAt(pattern) == '*') {
      pattern++;
    }
    return pattern == text.length();
  }
}
