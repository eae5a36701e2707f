package io.fovea.data.augment;

import io.fovea.dataset.Batch;
import io.fovea.random.RandomKey;
import io.fovea.tensor.Shape;

/**
 * Puts a box of another image over an image; its classes' shares are the areas (Yun et al.,
 * "CutMix", arXiv 1905.04899, section 3.1 and algorithm A1).
 *
 * <pre>
 * box of H * sqrt(1 - lambda) rows and W * sqrt(1 - lambda) columns about a random pixel, cut off at the edges;
 * lambda of Beta(alpha, alpha), then corrected to 1 - area of the box / (H * W)
 * </pre>
 *
 * @param alpha from 0.01 to 100; 1, which is uniform, in the paper
 */
public record CutMix(double alpha) implements Operation.Mixing {
  public CutMix {
    Magnitudes.require("cutmix", "alpha", alpha, 0.01, 100);
  }

  @Override
  public void mix(Batch mixed, Batch batch, int n, int partner, RandomKey key) {
    Shape shape = batch.x().shape();
    double side = Math.sqrt(1 - Beta.draw(alpha, key.with("lambda")));
    RandomKey place = key.with("place");
    int half = (int) (shape.size(1) * side) / 2;
    int middle = place.below(shape.size(1), 0);
    int top = Math.max(0, middle - half);
    int bottom = Math.min(shape.size(1), middle + half);
    half = (int) (shape.size(2) * side) / 2;
    middle = place.below(shape.size(2), 1);
    int left = Math.max(0, middle - half);
    int right = Math.min(shape.size(2), middle + half);
    paste(mixed, batch, n, partner, top, left, bottom, right);
  }

  /** The box from row top to below bottom and from column left to below right. */
  static void paste(
      Batch mixed, Batch batch, int n, int partner, int top, int left, int bottom, int right) {
    Shape shape = batch.x().shape();
    int elements = shape.elements();
    int row = shape.size(2) * shape.size(0);
    float[] x = batch.x().array();
    int partnerOffset = batch.x().offset() + partner * elements;
    int mixedOffset = mixed.x().offset() + n * elements;
    System.arraycopy(
        x, batch.x().offset() + n * elements, mixed.x().array(), mixedOffset, elements);
    int length = (right - left) * shape.size(0);
    for (int i = top; i < bottom; i++) {
      int rowOffset = i * row + left * shape.size(0);
      System.arraycopy(
          x, partnerOffset + rowOffset, mixed.x().array(), mixedOffset + rowOffset, length);
    }
    float area = (float) ((bottom - top) * (right - left)) / (shape.size(1) * shape.size(2));
    mixed.targets().mix(n, 1 - area, batch.targets(), partner);
  }
}
