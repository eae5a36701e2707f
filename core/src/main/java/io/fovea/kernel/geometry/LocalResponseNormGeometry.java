package io.fovea.kernel.geometry;

/**
 * The geometry of a local response normalisation.
 *
 * @param channels C
 * @param pixels H*W
 * @param size the number of neighbouring channels of a sum
 * @param alpha weighs the mean of their squares
 * @param beta the power
 * @param k added to the mean
 */
public record LocalResponseNormGeometry(
    int channels, int pixels, int size, double alpha, double beta, double k) {
  /** How many channels before c belong to its sum, as far as they exist. */
  public int before() {
    return Math.min((size - 1) / 2, channels - 1);
  }

  /** How many channels behind c belong to its sum, as far as they exist. */
  public int behind() {
    return Math.min(size / 2, channels - 1);
  }
}
