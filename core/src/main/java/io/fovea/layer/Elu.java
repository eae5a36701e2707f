package io.fovea.layer;

/**
 * The exponential linear unit, element by element: y = x where x &gt; 0, alpha * (e^x - 1)
 * elsewhere; dx = dy, or alpha * e^x * dy (Clevert, Unterthiner and Hochreiter, arXiv 1511.07289).
 *
 * @param alpha the negative side approaches -alpha
 */
public record Elu(float alpha) implements ActivationLayer {

  /** Throws IllegalArgumentException if alpha is not finite. */
  public Elu {
    Elementwise.requireFinite("elu", "alpha", alpha, "1");
  }

  /** With alpha 1, which has no kink at 0. */
  public Elu() {
    this(1);
  }
}
