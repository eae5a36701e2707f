package io.fovea.spark.score;

import java.util.Locale;

/** The treatment of rows without a picture, or with one that cannot be decoded. */
enum Invalid {
  /** The job fails and names the row. */
  ERROR,
  /** The row is dropped. */
  SKIP,
  /** The row is kept, without a prediction. */
  KEEP;

  /** The constant for a parameter's value. */
  static Invalid of(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }
}
