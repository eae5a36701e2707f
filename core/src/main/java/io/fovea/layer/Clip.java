package io.fovea.layer;

/**
 * Bounds, element by element: y = min(max(x, min), max); dx = dy where min &lt;= x &lt;= max, else
 * 0 (ONNX Clip, PyTorch's clamp). From 0 to 6 it is ReLU6 (Howard et al., arXiv 1704.04861).
 *
 * @param min the least value; minus infinity leaves that side open
 * @param max the largest value; infinity leaves that side open
 */
public record Clip(float min, float max) implements ActivationLayer {

  /** Throws IllegalArgumentException if a bound is no number, or min is above max. */
  public Clip {
    if (!(min <= max)) {
      throw new IllegalArgumentException(
          "clip: min must be at most max, got min " + min + ", max " + max);
    }
  }

  /** Without bounds. */
  public Clip() {
    this(Float.NEGATIVE_INFINITY, Float.POSITIVE_INFINITY);
  }

  /** From 0 to 6. */
  public static Clip relu6() {
    return new Clip(0, 6);
  }
}
