package io.fovea.layer;

/**
 * The leaky rectifier, element by element: y = x where x &gt; 0, slope * x elsewhere; dx = dy, or
 * slope * dy. Every unit has a gradient (Maas, Hannun and Ng, "Rectifier nonlinearities improve
 * neural network acoustic models", ICML 2013).
 *
 * @param slope of the negative side
 */
public record LeakyRelu(float slope) implements ActivationLayer {

  /** Throws IllegalArgumentException if the slope is not finite. */
  public LeakyRelu {
    Elementwise.requireFinite("leaky_relu", "slope", slope, "0.01");
  }

  /** With slope 0.01. */
  public LeakyRelu() {
    this(0.01f);
  }
}
