package io.fovea.layer;

/**
 * A sigmoid of three straight lines, element by element: y = min(max(alpha * x + beta, 0), 1); dx =
 * alpha * dy where y is between 0 and 1, else 0 (ONNX HardSigmoid; Howard et al., arXiv
 * 1905.02244).
 *
 * @param alpha the slope
 * @param beta the value at 0
 */
public record HardSigmoid(float alpha, float beta) implements ActivationLayer {

  /** Throws IllegalArgumentException if alpha or beta is not finite. */
  public HardSigmoid {
    Elementwise.requireFinite("hard_sigmoid", "alpha", alpha, "1/6");
    Elementwise.requireFinite("hard_sigmoid", "beta", beta, "0.5");
  }

  /**
   * With alpha 1/6 and beta 1/2, as PyTorch and MobileNetV3 have it; ONNX's default alpha is 0.2.
   */
  public HardSigmoid() {
    this(1 / 6f, 0.5f);
  }
}
