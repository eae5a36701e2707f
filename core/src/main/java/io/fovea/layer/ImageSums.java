package io.fovea.layer;

/** Sums of each image, so that the order of additions does not depend on threads. */
final class ImageSums {
  private ImageSums() {}

  /**
   * Adds the images' sums in their order, in double.
   *
   * @param total one for each channel, or one for all
   * @param sums of each channel of each image
   */
  static void add(float[] total, float[] sums, int count, int channels) {
    double[] wide = new double[total.length];
    for (int n = 0; n < count; n++) {
      for (int c = 0; c < channels; c++) {
        wide[c % wide.length] += sums[n * channels + c];
      }
    }
    for (int k = 0; k < wide.length; k++) {
      total[k] = (float) wide[k];
    }
  }
}
