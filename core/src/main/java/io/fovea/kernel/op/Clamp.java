package io.fovea.kernel.op;

import org.jspecify.annotations.Nullable;

/**
 * Bounds that a kernel applies to a value before it stores it: y = min(max(z, low), high). A ReLU
 * is the case (0, infinity), ReLU6 (0, 6). A NaN stays one.
 *
 * @param low the least y
 * @param high the largest y
 * @param gate the least z that a gradient passes; the largest is {@code high}. A ReLU passes none
 *     at 0, a clip passes those at its bounds
 */
public record Clamp(float low, float high, float gate) {
  /** y = z. */
  public static final Clamp NONE =
      new Clamp(Float.NEGATIVE_INFINITY, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY);

  private static final Clamp RELU = new Clamp(0, Float.POSITIVE_INFINITY, Float.MIN_VALUE);

  /** The bounds of an activation that is nothing else, NONE for the identity; otherwise null. */
  public static @Nullable Clamp of(@Nullable Activation f) {
    return switch (f) {
      case null -> NONE;
      case Activation.Relu _ -> RELU;
      case Activation.Clip clip ->
          new Clamp((float) clip.low(), (float) clip.high(), (float) clip.low());
      default -> null;
    };
  }

  /** Whether y = z. */
  public boolean isNone() {
    return equals(NONE);
  }

  public boolean passes(float z) {
    return z >= gate && z <= high;
  }
}
