package io.fovea.source.template;

import static io.fovea.source.template.Samples.*;

import io.fovea.source.template.$Class.Layer;
import io.fovea.source.template.Functions.Activation;
import java.util.Arrays;

/**
 * Sums of products: convolutions and dense layers. Dense layers do not use {@code addProducts},
 * whose loops begin at a group's first output: LeNet-5 takes 0.34 ms with it, and 0.26 without.
 */
@SuppressWarnings("UnusedMethod") // written classes call them
class Convolutions {
  float[] window = {};

  // ## conv2d
  // #weights Layer weight bias

  /**
   * y[i, j][o] = f(b[o] + sum over u, v, c of w[u, v, c][o] * x[i*S + u*D - P, j*S + v*D - P][c]);
   * outside, x is 0. k has the kernel's rows and columns, strides S, paddings P, dilations D; width
   * is that of x, and columns are those of y.
   */
  private void convForward(
      float[][] x, int width, Layer layer, float[][] y, int columns, int[] k, Activation f) {
    int channels = layer.w.length / (k[0] * k[1]);
    for (int p = 0; p < y.length; p++) {
      Arrays.fill(window, 0, layer.w.length, 0);
      for (int t = 0; t < k[0] * k[1]; t++) { // u and v
        int i = p / columns * k[2] + t / k[1] * k[8] - k[4];
        int j = p % columns * k[3] + t % k[1] * k[9] - k[5];
        if (i >= 0 && i * width < x.length && j >= 0 && j < width) {
          System.arraycopy(x[i * width + j], 0, window, t * channels, channels);
        }
      }
      denseForward(window, layer, y[p], f);
    }
  }

  // ## dense
  // #weights Layer weight bias

  /** y[o] = f(b[o] + sum over k of w[k][o] * x[k]): the JIT vectorises the loops over o. */
  private static void denseForward(float[] x, Layer layer, float[] y, Activation f) {
    int outputs = layer.b.length;
    System.arraycopy(layer.b, 0, y, 0, outputs);
    int k = 0;
    for (; k + 4 <= layer.w.length; k += 4) {
      float x0 = x[k], x1 = x[k + 1], x2 = x[k + 2], x3 = x[k + 3];
      float[] w0 = layer.w[k], w1 = layer.w[k + 1], w2 = layer.w[k + 2], w3 = layer.w[k + 3];
      for (int o = 0; o < outputs; o++) {
        y[o] += x0 * w0[o] + x1 * w1[o] + x2 * w2[o] + x3 * w3[o];
      }
    }
    for (; k < layer.w.length; k++) {
      float x0 = x[k];
      for (int o = 0; o < outputs; o++) {
        y[o] += x0 * layer.w[k][o];
      }
    }
    f.apply(y, outputs);
  }

  // ## conv2d_groups
  // #weights Layer weight bias

  /** As convForward; filters and channels are in groups, and c counts the channels of a group. */
  private static void convOfGroupsForward(
      float[][] x,
      int width,
      Layer layer,
      float[][] y,
      int columns,
      int[] k,
      int groups,
      Activation f) {
    int outputs = layer.b.length / groups;
    int each = layer.w.length / (k[0] * k[1]);
    for (int p = 0; p < y.length; p++) {
      System.arraycopy(layer.b, 0, y[p], 0, layer.b.length);
      for (int t = 0; t < k[0] * k[1]; t++) {
        int i = p / columns * k[2] + t / k[1] * k[8] - k[4];
        int j = p % columns * k[3] + t % k[1] * k[9] - k[5];
        if (i >= 0 && i * width < x.length && j >= 0 && j < width) {
          for (int g = 0; g < groups; g++) {
            addProducts(y[p], g, outputs, x[i * width + j], layer.w, t * each, each);
          }
        }
      }
      f.apply(y[p], layer.b.length);
    }
  }

  // ## conv_transpose2d
  // #weights Layer weight bias

  /** y[i*S + u*D - P, j*S + v*D - P][o] += w[u, v, c][o] * x[i, j][c], from b[o] on; then f. */
  private static void convTransposeForward(
      float[][] x,
      int width,
      Layer layer,
      float[][] y,
      int columns,
      int[] k,
      int groups,
      Activation f) {
    int rows = y.length / columns;
    int outputs = layer.b.length / groups;
    int each = layer.w.length / (k[0] * k[1]);
    for (float[] pixel : y) {
      System.arraycopy(layer.b, 0, pixel, 0, layer.b.length);
    }
    for (int p = 0; p < x.length; p++) {
      for (int t = 0; t < k[0] * k[1]; t++) {
        int i = p / width * k[2] + t / k[1] * k[8] - k[4];
        int j = p % width * k[3] + t % k[1] * k[9] - k[5];
        for (int g = 0; g < groups && i >= 0 && i < rows && j >= 0 && j < columns; g++) {
          addProducts(y[i * columns + j], g, outputs, x[p], layer.w, t * each, each);
        }
      }
    }
    for (float[] pixel : y) {
      f.apply(pixel, layer.b.length);
    }
  }

  // ## depthwise_conv2d
  // #weights Layer weight bias

  /** As convForward, but y[i, j][c] sums over u and v alone: w[u, v][c] * x[...][c]. */
  private static void depthwiseForward(
      float[][] x, int width, Layer layer, float[][] y, int columns, int[] k, Activation f) {
    int channels = layer.b.length;
    for (int p = 0; p < y.length; p++) {
      float[] a = y[p];
      System.arraycopy(layer.b, 0, a, 0, channels);
      int i = p / columns * k[2] - k[4];
      int j = p % columns * k[3] - k[5];
      int t = 0;
      for (; t + 3 <= layer.w.length; t += 3) {
        float[] x0 = pixel(x, width, i + t / k[1] * k[8], j + t % k[1] * k[9]);
        float[] x1 = pixel(x, width, i + (t + 1) / k[1] * k[8], j + (t + 1) % k[1] * k[9]);
        float[] x2 = pixel(x, width, i + (t + 2) / k[1] * k[8], j + (t + 2) % k[1] * k[9]);
        float[] w0 = layer.w[t], w1 = layer.w[t + 1], w2 = layer.w[t + 2];
        for (int c = 0; c < channels; c++) {
          a[c] += x0[c] * w0[c] + x1[c] * w1[c] + x2[c] * w2[c];
        }
      }
      for (; t < layer.w.length; t++) {
        float[] x0 = pixel(x, width, i + t / k[1] * k[8], j + t % k[1] * k[9]);
        float[] w0 = layer.w[t];
        for (int c = 0; c < channels; c++) {
          a[c] += x0[c] * w0[c];
        }
      }
      f.apply(a, channels);
    }
  }

  // ## addProducts

  /** y[o] += sum over c of w[first + c][o] * x[c], for the outputs and inputs of one group. */
  private static void addProducts(
      float[] y, int group, int outputs, float[] x, float[][] w, int first, int inputs) {
    int from = group * outputs;
    int to = from + outputs;
    int at = group * inputs;
    int c = 0;
    for (; c + 4 <= inputs; c += 4) {
      float x0 = x[at + c], x1 = x[at + c + 1], x2 = x[at + c + 2], x3 = x[at + c + 3];
      float[] w0 = w[first + c], w1 = w[first + c + 1];
      float[] w2 = w[first + c + 2], w3 = w[first + c + 3];
      for (int o = from; o < to; o++) {
        y[o] += x0 * w0[o] + x1 * w1[o] + x2 * w2[o] + x3 * w3[o];
      }
    }
    for (; c < inputs; c++) {
      float x0 = x[at + c];
      float[] w0 = w[first + c];
      for (int o = from; o < to; o++) {
        y[o] += x0 * w0[o];
      }
    }
  }

  // ## pixel

  /** What a window reads outside of the map. */
  private static final float[] ZEROS = new float[$widest];

  /** The pixel in row i and column j of a map, zeros outside. */
  private static float[] pixel(float[][] x, int width, int i, int j) {
    return i >= 0 && i * width < x.length && j >= 0 && j < width ? x[i * width + j] : ZEROS;
  }
  // ##
}
