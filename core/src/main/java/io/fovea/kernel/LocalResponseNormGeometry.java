package io.fovea.kernel;

/**
 * The facts of one local response normalisation.
 *
 * @param channels C
 * @param pixels H*W
 * @param size how many neighbouring channels a sum is over
 * @param alpha weighs the mean of their squares
 * @param beta the power
 * @param k what the mean is added to
 */
public record LocalResponseNormGeometry(
    int channels, int pixels, int size, double alpha, double beta, double k) {
  /** How many channels before c belong to its sum, as far as they are there. */
  public int before() {
    return Math.min((size - 1) / 2, channels - 1);
  }

  /** How many channels behind c belong to its sum, as far as they are there. */
  public int behind() {
    return Math.min(size / 2, channels - 1);
  }
}
