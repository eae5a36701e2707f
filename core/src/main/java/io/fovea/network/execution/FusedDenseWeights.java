package io.fovea.network.execution;

import io.fovea.kernel.geometry.Conv2dGeometry;
import io.fovea.tensor.Window;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Computes the weight and bias of a fused dense layer, by the backward pass of the convolution
 * before it on the rows of the dense layer's weight: the arithmetic of {@link ConvDenseFusion}.
 *
 * <p>Maps are copied into planes of one width, wide enough for the filter's reach to the right,
 * with zeros between the positions of a stride. There a tap of the filter is one number times one
 * contiguous run, added at one offset, for any stride, dilation and padding.
 */
final class FusedDenseWeights {
  private final Conv2dGeometry g;
  private final Window window;
  private final int maps; // elements of one output map
  private final int width; // of a plane
  private final int run; // from a plane's first output to its last
  private final int plane;

  FusedDenseWeights(Conv2dGeometry geometry) {
    this.g = geometry;
    this.window = geometry.window();
    this.maps = g.outputHeight() * g.outputWidth();
    int columns = (g.outputWidth() - 1) * window.strideWidth() + 1;
    int rows = (g.outputHeight() - 1) * window.strideHeight() + 1;
    this.width = columns + window.reachWidth() - 1;
    this.run = (rows - 1) * width + columns;
    this.plane = (rows + window.reachHeight() - 1) * width;
  }

  /**
   * The most multiply-adds for each row. Where it is below 2^31, no plane has more elements than an
   * int can count.
   */
  static double work(Conv2dGeometry g) {
    Window window = g.window();
    double rows = (g.outputHeight() - 1.0) * window.strideHeight() + window.reachHeight();
    double columns = (g.outputWidth() - 1.0) * window.strideWidth() + window.reachWidth();
    return g.weights() * rows * columns;
  }

  /** The rows of the fused weight: w (outputs, O*OH*OW) becomes (outputs, C*H*W). */
  float[] rows(float[] w, float[] filters, int outputs) {
    float[] fused = new float[Math.multiplyExact(outputs, g.inputElements())];
    IntStream.range(0, outputs).parallel().forEach(k -> row(fused, w, filters, k));
    return fused;
  }

  private void row(float[] fused, float[] w, float[] filters, int k) {
    double[] sums = new double[g.groupChannels() * plane];
    float[] gradient = new float[run];
    int taps = window.kernelHeight() * window.kernelWidth();
    for (int group = 0; group < g.groups(); group++) {
      Arrays.fill(sums, 0);
      for (int o = group * g.groupFilters(); o < (group + 1) * g.groupFilters(); o++) {
        spread(gradient, w, k * g.outputElements() + o * maps);
        for (int c = 0; c < g.groupChannels(); c++) {
          addTaps(sums, c * plane, gradient, filters, (o * g.groupChannels() + c) * taps);
        }
      }
      for (int c = 0; c < g.groupChannels(); c++) {
        int channel = group * g.groupChannels() + c;
        int to = k * g.inputElements() + channel * g.height() * g.width();
        gather(fused, to, sums, c * plane);
      }
    }
  }

  private void spread(float[] gradient, float[] w, int at) {
    for (int i = 0; i < g.outputHeight(); i++) {
      int to = i * window.strideHeight() * width;
      for (int j = 0; j < g.outputWidth(); j++) {
        gradient[to + j * window.strideWidth()] = w[at + i * g.outputWidth() + j];
      }
    }
  }

  private void addTaps(double[] sums, int at, float[] gradient, float[] filters, int tap) {
    for (int u = 0; u < window.kernelHeight(); u++) {
      for (int v = 0; v < window.kernelWidth(); v++) {
        int to = at + u * window.dilationHeight() * width + v * window.dilationWidth();
        addScaled(sums, to, filters[tap + u * window.kernelWidth() + v], gradient);
      }
    }
  }

  /**
   * Adds a scaled array. Arrays of two types cannot overlap, so the compiler can vectorise the
   * loop.
   */
  private static void addScaled(double[] sums, int at, double factor, float[] values) {
    for (int i = 0; i < values.length; i++) {
      sums[at + i] += factor * values[i];
    }
  }

  /** Copies a plane without its padding; inputs that no output reads stay 0. */
  private void gather(float[] fused, int at, double[] sums, int start) {
    for (int y = 0; y < g.height(); y++) {
      int from = (y + window.top()) * width + window.left();
      for (int x = 0; x < g.width() && x + window.left() < width; x++) {
        fused[at + y * g.width() + x] = from + x < plane ? (float) sums[start + from + x] : 0;
      }
    }
  }

  /** b'[k] = b[k] + sum over o, i, j of w[k,o,i,j] * bias[o]. */
  float[] bias(float[] b, float[] w, float[] bias) {
    float[] fused = new float[b.length];
    for (int k = 0; k < b.length; k++) {
      double sum = b[k];
      for (int o = 0; o < g.filters(); o++) {
        int at = k * g.outputElements() + o * maps;
        double map = 0;
        for (int i = at; i < at + maps; i++) {
          map += w[i];
        }
        sum += bias[o] * map;
      }
      fused[k] = (float) sum;
    }
    return fused;
  }
}
