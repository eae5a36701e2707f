package io.fovea.data.base;

import static java.util.stream.Collectors.joining;

import java.lang.Character.UnicodeScript;
import java.text.Normalizer;
import java.util.stream.IntStream;

/** Names of classes that may look the same on a screen, though they are different texts. */
public final class LookAlike {
  private LookAlike() {}

  /**
   * A text for a message that says how it differs from another one. If only letters of another
   * script, or the forms of one letter, tell the two apart, they may look the same: then all but
   * ASCII is {@code \\uXXXX}, so that a Cyrillic a is not read as a Latin one.
   */
  public static String beside(String text, String other) {
    int[] a = Normalizer.normalize(text, Normalizer.Form.NFKC).codePoints().toArray();
    int[] b = Normalizer.normalize(other, Normalizer.Form.NFKC).codePoints().toArray();
    boolean isAlike =
        !text.equals(other)
            && a.length == b.length
            && IntStream.range(0, a.length)
                .allMatch(i -> a[i] == b[i] || UnicodeScript.of(a[i]) != UnicodeScript.of(b[i]));
    return isAlike ? spelled(text) : text;
  }

  /** As DisplayText spells what cannot be seen; core's jar has no room for both. */
  private static String spelled(String text) {
    return text.chars()
        .mapToObj(c -> c >= ' ' && c <= '~' ? Character.toString(c) : "\\u%04x".formatted(c))
        .collect(joining());
  }
}
