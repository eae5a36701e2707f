package io.fovea.network;

import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Finds the known name that a mistyped one most resembles, for error messages. */
public final class DidYouMean {
  private static final int LONGEST = 100;

  private DidYouMean() {}

  /**
   * The end of a message about an unknown name: the candidate with the fewest insertions, deletions
   * and replacements, if it is similar enough, and then all candidates.
   */
  public static String expected(String name, Collection<String> candidates) {
    String all = "xpected are " + String.join(", ", candidates);
    return nearest(name, candidates)
        .map(nearest -> "; did you mean \"" + nearest + "\"? E" + all)
        .orElse("; e" + all);
  }

  /** The candidate with the fewest changes; empty where none is similar enough. */
  public static Optional<String> nearest(String name, Collection<String> candidates) {
    String compared = name.length() > LONGEST ? name.substring(0, LONGEST) : name;
    return candidates.stream()
        .min(Comparator.comparingInt(candidate -> distance(compared, candidate)))
        .filter(near -> distance(compared, near) <= Math.max(2, near.length() / 3));
  }

  /** Levenshtein's distance (1966), one row at a time. */
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    Arrays.setAll(row, j -> j);
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.length()];
  }
}
