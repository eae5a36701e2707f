package io.fovea.layer;

/**
 * The Gaussian error linear unit, element by element: y = x * Phi(x), Phi(x) = (1 + erf(x / sqrt
 * 2)) / 2; dx = dy * (Phi(x) + x * e^(-x^2/2) / sqrt(2 pi)) (Hendrycks and Gimpel, arXiv
 * 1606.08415). Or that paper's approximation of it, y = x * sigmoid(2u), u = sqrt(2/pi) * (x +
 * 0.044715 * x^3), which PyTorch and ONNX call "tanh".
 *
 * @param approximate the approximation instead of the exact form
 */
public record Gelu(boolean approximate) implements ActivationLayer {
  /** The exact form. */
  public Gelu() {
    this(false);
  }
}
