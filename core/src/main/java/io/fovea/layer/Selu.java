package io.fovea.layer;

/**
 * The scaled exponential linear unit, element by element: y = gamma * x where x &gt; 0, gamma *
 * alpha * (e^x - 1) elsewhere; dx = gamma * dy, or gamma * alpha * e^x * dy (Klambauer et al.,
 * arXiv 1706.02515).
 *
 * @param alpha the negative side approaches -gamma * alpha
 * @param gamma the scale
 */
public record Selu(float alpha, float gamma) implements ActivationLayer {

  /** Throws IllegalArgumentException if alpha or gamma is not finite. */
  public Selu {
    Elementwise.requireFinite("selu", "alpha", alpha, "1.67326");
    Elementwise.requireFinite("selu", "gamma", gamma, "1.0507");
  }

  /** With the paper's numbers, which keep mean 0 and variance 1 from layer to layer. */
  public Selu() {
    this(1.6732632f, 1.050701f);
  }
}
