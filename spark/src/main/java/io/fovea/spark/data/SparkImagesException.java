package io.fovea.spark.data;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** A refusal of {@link SparkImages}, which others tell by its sentence alone. */
final class SparkImagesException extends IllegalArgumentException {
  @Serial private static final long serialVersionUID = 1L;

  private final String sentence;

  SparkImagesException(String sentence, @Nullable Throwable cause) {
    super("SparkImages: " + sentence, cause);
    this.sentence = sentence;
  }

  SparkImagesException(String sentence) {
    this(sentence, null);
  }

  /** The message without what refuses. */
  String sentence() {
    return sentence;
  }
}
