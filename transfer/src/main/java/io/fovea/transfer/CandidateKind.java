package io.fovea.transfer;

import java.util.Locale;

/** The kinds of candidates that a search tries, the simplest first. */
public enum CandidateKind {
  /**
   * The mean of new last layers on pooled features of up to three layers of the unchanged backbone.
   */
  FROZEN,
  /** All layers of the backbone, trained together with a new last layer. */
  TUNED,
  /** A small residual network with random initial weights. */
  SCRATCH;

  /** The name in lower case, such as {@code frozen}. */
  public String title() {
    return name().toLowerCase(Locale.ROOT);
  }
}
