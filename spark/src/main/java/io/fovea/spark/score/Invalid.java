package io.fovea.spark.score;

import java.util.Locale;

/** What happens to rows without a picture, or with one that cannot be decoded. */
enum Invalid {
  /** The job fails and names the row. */
  ERROR,
  /** The row is left out. */
  SKIP,
  /** The row stays, without an answer. */
  KEEP;

  /** By the word that people write, which is one of them. */
  static Invalid of(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }
}
