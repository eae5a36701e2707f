package io.fovea.preprocessing;

import io.fovea.dataset.Dataset;
import io.fovea.tensor.Shape;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The mean and the deviation of pixel/255 over images.
 *
 * @param mean one number a channel
 * @param deviation one number a channel; 1 where a channel is constant
 */
record ChannelStatistics(List<Double> mean, List<Double> deviation) {
  static ChannelStatistics of(Dataset images) {
    Shape shape = images.shape();
    int channels = shape.size(0);
    double[] sum = new double[channels];
    double[] squares = new double[channels];
    if (images.isSlow()) {
      addInParallel(images, sum, squares);
    } else {
      float[] pixels = new float[shape.elements()];
      for (int i = 0; i < images.size(); i++) {
        images.pixels(i, pixels, 0);
        add(pixels, sum, squares);
      }
    }
    double count = (double) images.size() * shape.size(1) * shape.size(2);
    Double[] mean = new Double[channels];
    Double[] deviation = new Double[channels];
    for (int c = 0; c < channels; c++) {
      mean[c] = sum[c] / count;
      double variance = Math.max(0, squares[c] / count - mean[c] * mean[c]);
      deviation[c] = variance > 0 ? Math.sqrt(variance) : 1; // a constant channel stays constant
    }
    return new ChannelStatistics(List.of(mean), List.of(deviation));
  }

  private static void add(float[] pixels, double[] sum, double[] squares) {
    int channels = sum.length;
    for (int k = 0; k < pixels.length; k++) {
      double value = pixels[k] / 255.0;
      sum[k % channels] += value;
      squares[k % channels] += value * value;
    }
  }

  /** Sums of each image, added in the images' order: the same bits on any number of threads. */
  private static void addInParallel(Dataset images, double[] sum, double[] squares) {
    int channels = sum.length;
    double[][] sums = new double[images.size()][];
    IntStream.range(0, images.size())
        .parallel()
        .forEach(
            i -> {
              float[] pixels = new float[images.shape().elements()];
              images.pixels(i, pixels, 0);
              double[] own = new double[channels];
              double[] ownSquares = new double[channels];
              add(pixels, own, ownSquares);
              sums[i] = new double[2 * channels];
              System.arraycopy(own, 0, sums[i], 0, channels);
              System.arraycopy(ownSquares, 0, sums[i], channels, channels);
            });
    for (double[] each : sums) {
      for (int c = 0; c < channels; c++) {
        sum[c] += each[c];
        squares[c] += each[channels + c];
      }
    }
  }
}
