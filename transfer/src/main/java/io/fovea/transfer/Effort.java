package io.fovea.transfer;

import java.util.Locale;

/**
 * How much a search tries. Of some photos, each makes the same {@link SearchPlan} on any machine.
 */
public enum Effort {
  /** Frozen features alone. */
  QUICK,
  /** Frozen features, tuning and a small network, all judged by the same three folds. */
  STANDARD,
  /**
   * The same by four folds of any number of photos, for more epochs, and tuning at a lower learning
   * rate, too.
   */
  THOROUGH;

  /** The name in lower case, such as {@code standard}. */
  public String title() {
    return name().toLowerCase(Locale.ROOT);
  }
}
