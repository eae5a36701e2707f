package io.fovea.source.template;

import io.fovea.source.template.Functions.Activation;

/** Layers that compute each value from its own. */
@SuppressWarnings("UnusedMethod") // written classes call them
class Norms {
  // ## activation

  /** y = f(x) for each value. */
  private static void activation(float[][] x, float[][] y, int channels, Activation f) {
    for (int p = 0; p < x.length; p++) {
      System.arraycopy(x[p], 0, y[p], 0, channels);
      f.apply(y[p], channels);
    }
  }

  // ## add

  /** y = x + other, which may have one pixel for all. */
  private static void add(float[][] x, float[][] other, float[][] y, int channels, Activation f) {
    for (int p = 0; p < x.length; p++) {
      float[] from = x[p];
      float[] added = other[p % other.length];
      float[] to = y[p];
      for (int c = 0; c < channels; c++) {
        to[c] = from[c] + added[c];
      }
      f.apply(to, channels);
    }
  }

  // ## multiply

  /** y = x * other, which may have one pixel for all. */
  private static void multiply(float[][] x, float[][] other, float[][] y, int channels) {
    for (int p = 0; p < x.length; p++) {
      float[] from = x[p];
      float[] factors = other[p % other.length];
      float[] to = y[p];
      for (int c = 0; c < channels; c++) {
        to[c] = from[c] * factors[c];
      }
    }
  }

  // ## batch_norm2d
  // #weights float[][] weight bias running_mean running_var

  /**
   * Batch normalisation: y[p][c] = f(gamma[c] * (x[p][c] - mean[c]) / sqrt(variance[c] + epsilon) +
   * beta[c]). The rows of w are gamma, beta, mean and variance.
   */
  private static void batchNorm2d(
      float[][] x, float[][] w, float epsilon, float[][] y, Activation f) {
    float[][] affine = new float[2][w[0].length];
    for (int c = 0; c < w[0].length; c++) {
      double factor = w[0][c] / Math.sqrt((double) w[3][c] + epsilon);
      affine[0][c] = (float) factor;
      affine[1][c] = (float) (w[1][c] - factor * w[2][c]);
    }
    channelAffine(x, affine, y, f);
  }

  // ## channel_affine
  // #weights float[][] weight bias

  /** y[p][c] = f(w[0][c] * x[p][c] + w[1][c]). */
  private static void channelAffine(float[][] x, float[][] w, float[][] y, Activation f) {
    float[] scale = w[0];
    float[] shift = w[1];
    for (int p = 0; p < x.length; p++) {
      float[] from = x[p];
      float[] to = y[p];
      for (int c = 0; c < scale.length; c++) {
        to[c] = scale[c] * from[c] + shift[c];
      }
      f.apply(to, scale.length);
    }
  }

  // ## prelu
  // #weights float[][] weight

  /** y[p][c] = x[p][c] above 0, and w[c] * x[p][c] below. */
  private static void prelu(float[][] x, float[] w, float[][] y) {
    for (int p = 0; p < x.length; p++) {
      float[] from = x[p];
      float[] to = y[p];
      for (int c = 0; c < w.length; c++) {
        to[c] = Math.max(from[c], 0) + w[c] * Math.min(from[c], 0);
      }
    }
  }

  // ## softmax

  /** Softmax over the channels of each pixel. */
  private static void softmax(float[][] x, float[][] y, int channels) {
    double[] e = new double[channels];
    for (int p = 0; p < x.length; p++) {
      float max = Float.NEGATIVE_INFINITY;
      for (int c = 0; c < channels; c++) {
        max = Math.max(max, x[p][c]);
      }
      double sum = 0;
      for (int c = 0; c < channels; c++) {
        e[c] = Math.exp(x[p][c] - max);
        sum += e[c];
      }
      for (int c = 0; c < channels; c++) {
        y[p][c] = (float) (e[c] / sum);
      }
    }
  }

  // ## group_norm
  // #weights float[][] weight bias

  /** Group normalisation: each group of channels by itself. */
  private static void groupNorm(float[][] x, float[][] y, int groups, float epsilon, float[][] w) {
    int each = w[0].length / groups;
    for (int c = 0; c < w[0].length; c += each) {
      normalise(x, y, 0, x.length, c, c + each, epsilon, w);
    }
  }

  // ## layer_norm
  // #weights float[][] weight bias

  /** Layer normalisation of all values, each with a scale and a shift of its own. */
  private static void layerNorm(float[][] x, float[][] y, float epsilon, float[][] w) {
    normalise(x, y, 0, x.length, 0, w[0].length, epsilon, w);
  }

  // ## layer_norm2d
  // #weights float[][] weight bias

  /** Layer normalisation of the channels of each pixel. */
  private static void layerNorm2d(float[][] x, float[][] y, float epsilon, float[][] w) {
    for (int p = 0; p < x.length; p++) {
      normalise(x, y, p, p + 1, 0, w[0].length, epsilon, w);
    }
  }

  // ## local_response_norm

  /** x[c] / (k + alpha / size * sum over the neighbouring channels n of x[n]^2)^beta. */
  private static void localResponseNorm(
      float[][] x, float[][] y, int channels, int size, double alpha, double beta, double k) {
    for (int p = 0; p < x.length; p++) {
      for (int c = 0; c < channels; c++) {
        double sum = 0;
        int last = Math.min(channels - 1, c + size / 2);
        for (int n = Math.max(0, c - (size - 1) / 2); n <= last; n++) {
          sum += (double) x[p][n] * x[p][n];
        }
        y[p][c] = (float) (x[p][c] / Math.pow(k + alpha / size * sum, beta));
      }
    }
  }

  // ## normalise

  /**
   * Pixels and channels from (inclusive) to (exclusive), normalised by their own mean and variance.
   * w has rows of gamma, then of beta: one for each pixel, or one for all.
   */
  private static void normalise(
      float[][] x, float[][] y, int first, int end, int from, int to, float epsilon, float[][] w) {
    double sum = 0;
    double squares = 0;
    for (int p = first; p < end; p++) {
      for (int c = from; c < to; c++) {
        sum += x[p][c];
      }
    }
    double count = (double) (end - first) * (to - from);
    double mean = sum / count;
    for (int p = first; p < end; p++) {
      for (int c = from; c < to; c++) {
        squares += (x[p][c] - mean) * (x[p][c] - mean);
      }
    }
    double scale = 1 / Math.sqrt(squares / count + epsilon);
    int rows = w.length / 2;
    for (int p = first; p < end; p++) {
      float[] gamma = w[p % rows];
      float[] beta = w[rows + p % rows];
      for (int c = from; c < to; c++) {
        y[p][c] = (float) (gamma[c] * ((x[p][c] - mean) * scale) + beta[c]);
      }
    }
  }
  // ##
}
