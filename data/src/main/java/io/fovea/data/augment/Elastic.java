package io.fovea.data.augment;

import io.fovea.data.augment.buffer.SamplingGrid;
import io.fovea.random.RandomKey;

/**
 * Elastic distortion, similar to variations of handwriting (Simard, Steinkraus and Platt, "Best
 * practices for convolutional neural networks applied to visual document analysis", ICDAR 2003,
 * section 2).
 *
 * <pre>d[i, j] = alpha * (Gaussian of deviation sigma over u)[i, j],  u uniform in -1 to 1</pre>
 *
 * for x and for y; every pixel comes from its position plus d. Away from the edges, d has the
 * deviation alpha / (sigma * sqrt(12 * pi)) pixels.
 *
 * @param alpha how far, from 0 to 1000; 34 in the paper
 * @param sigma how smooth, in pixels, from 0.5 to 50; 4 in the paper
 */
public record Elastic(double alpha, double sigma) implements Operation.Moving {
  public Elastic {
    Magnitudes.require("elastic", "alpha", alpha, 0, 1000);
    Magnitudes.require("elastic", "sigma", sigma, 0.5, 50);
  }

  @Override
  public void map(SamplingGrid grid, RandomKey key) {
    float[] field = grid.field();
    draw(field, key.with("x"));
    grid.displaceX(alpha, sigma);
    draw(field, key.with("y"));
    grid.displaceY(alpha, sigma);
  }

  private static void draw(float[] field, RandomKey key) {
    for (int k = 0; k < field.length; k++) {
      field[k] = (float) Magnitudes.between(key, k, 1);
    }
  }
}
