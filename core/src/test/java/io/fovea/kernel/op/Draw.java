package io.fovea.kernel.op;

import io.fovea.tensor.Window;
import java.util.SplittableRandom;

/** Seeded random numbers for tests: what a failing case prints is enough to repeat it. */
public final class Draw {
  private final SplittableRandom random;

  public Draw(long seed) {
    this.random = new SplittableRandom(seed);
  }

  /** A whole number, both ends included. */
  public int between(int low, int high) {
    return random.nextInt(low, high + 1);
  }

  public int oneOf(int... choices) {
    return choices[random.nextInt(choices.length)];
  }

  @SafeVarargs
  public final <T> T of(T... choices) {
    return choices[random.nextInt(choices.length)];
  }

  /** True with a probability of {@code share} percent. */
  public boolean percent(int share) {
    return random.nextInt(100) < share;
  }

  /** A seed for something else. */
  public long seed() {
    return random.nextLong();
  }

  /** Whole numbers from -bound to bound: their sums are exact in float up to 2^24. */
  public float[] integers(int length, int bound) {
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = between(-bound, bound);
    }
    return values;
  }

  /** Numbers from -1 to 1. */
  public float[] reals(int length) {
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = (float) random.nextDouble(-1, 1);
    }
    return values;
  }

  public double[] doubles(int length) {
    double[] values = new double[length];
    for (int i = 0; i < length; i++) {
      values[i] = random.nextDouble(-1, 1);
    }
    return values;
  }

  public float[] normal(int length, double mean, double deviation) {
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = (float) random.nextGaussian(mean, deviation);
    }
    return values;
  }

  /** A window: kernel of any of some sizes, stride 1 to 3, padding 0 to 3 on each side alone. */
  public Window window() {
    int[] kernels = {1, 2, 3, 4, 5, 7};
    boolean square = percent(50);
    int height = oneOf(kernels);
    int width = square ? height : oneOf(kernels);
    boolean plain = percent(40);
    int strideHeight = plain ? 1 : between(1, 3);
    int strideWidth = plain ? 1 : between(1, 3);
    boolean even = percent(40);
    int padding = between(0, 3);
    return new Window(
        height,
        width,
        strideHeight,
        strideWidth,
        even ? padding : between(0, 3),
        even ? padding : between(0, 3),
        even ? padding : between(0, 3),
        even ? padding : between(0, 3),
        percent(75) ? 1 : 2,
        percent(75) ? 1 : 2);
  }
}
