package io.fovea.kernel.vector.conv.winograd;

import io.fovea.kernel.geometry.Conv2dGeometry;

/**
 * Winograd's convolution as its formulas say, tile by tile in double: with the matrices it is the
 * convolution; with their absolute values, on absolute values, it is the size that rounding errors
 * are measured by ({@link WinogradBound}).
 *
 * <p>x, y, dx, dy are channels-last; w and dw are (O, C, K, K), row-major.
 */
final class WinogradInDouble {
  private static final int OUT = TileTransform.OUTPUTS;

  private final Conv2dGeometry g;
  private final ToomCook matrices;
  private final int taps;
  private final int size;
  private final int tilesHigh;
  private final int tilesWide;

  WinogradInDouble(Conv2dGeometry g, ToomCook matrices) {
    this.g = g;
    this.matrices = matrices;
    this.taps = g.window().kernelHeight();
    this.size = taps + OUT - 1;
    this.tilesHigh = (g.outputHeight() + OUT - 1) / OUT;
    this.tilesWide = (g.outputWidth() + OUT - 1) / OUT;
  }

  /** Tiles of an image. */
  int tiles() {
    return tilesHigh * tilesWide;
  }

  /** y = A^T [sum over channels of (G w G^T) (.) (B^T x B)] A + b. */
  double[] forward(double[] x, double[] w, double[] b, int images) {
    double[] y = new double[images * g.outputElements()];
    double[][] u = weightPoints(w);
    for (int tile = 0; tile < images * tiles(); tile++) {
      double[][] v = inputPoints(x, tile);
      for (int o = 0; o < g.filters(); o++) {
        double[] m = new double[size * size];
        for (int c = 0; c < g.channels(); c++) {
          addProduct(m, u[o * g.channels() + c], v[c]);
        }
        double[] outputs = ToomCook.bothWays(matrices.output(), m);
        for (int k = 0; k < OUT * OUT; k++) {
          int at = output(tile, k, o);
          if (at >= 0) {
            y[at] = outputs[k] + b[o];
          }
        }
      }
    }
    return y;
  }

  /** dx = B [sum over filters of (G w G^T) (.) (A dy A^T)] B^T, summed where tiles overlap. */
  double[] inputGradient(double[] dy, double[] w, int images) {
    double[] dx = new double[images * g.inputElements()];
    double[][] u = weightPoints(w);
    double[][] b = ToomCook.transposed(matrices.input());
    for (int tile = 0; tile < images * tiles(); tile++) {
      double[][] e = outputPoints(dy, tile);
      for (int c = 0; c < g.channels(); c++) {
        double[] m = new double[size * size];
        for (int o = 0; o < g.filters(); o++) {
          addProduct(m, u[o * g.channels() + c], e[o]);
        }
        double[] inputs = ToomCook.bothWays(b, m);
        for (int k = 0; k < size * size; k++) {
          int at = input(tile, k, c);
          if (at >= 0) {
            dx[at] += inputs[k];
          }
        }
      }
    }
    return dx;
  }

  /** dw = G^T [sum over tiles of (A dy A^T) (.) (B^T x B)] G. */
  double[] weightGradient(double[] x, double[] dy, int images) {
    double[][] sums = new double[g.filters() * g.channels()][size * size];
    for (int tile = 0; tile < images * tiles(); tile++) {
      double[][] v = inputPoints(x, tile);
      double[][] e = outputPoints(dy, tile);
      for (int o = 0; o < g.filters(); o++) {
        for (int c = 0; c < g.channels(); c++) {
          addProduct(sums[o * g.channels() + c], e[o], v[c]);
        }
      }
    }
    double[] dw = new double[g.weights()];
    double[][] back = ToomCook.transposed(matrices.filter());
    for (int k = 0; k < sums.length; k++) {
      System.arraycopy(ToomCook.bothWays(back, sums[k]), 0, dw, k * taps * taps, taps * taps);
    }
    return dw;
  }

  private static void addProduct(double[] sum, double[] a, double[] b) {
    for (int p = 0; p < sum.length; p++) {
      sum[p] += a[p] * b[p];
    }
  }

  /** U for each filter and channel. */
  private double[][] weightPoints(double[] w) {
    double[][] points = new double[g.filters() * g.channels()][];
    double[] kernel = new double[taps * taps];
    for (int k = 0; k < points.length; k++) {
      System.arraycopy(w, k * kernel.length, kernel, 0, kernel.length);
      points[k] = ToomCook.bothWays(matrices.filter(), kernel);
    }
    return points;
  }

  /** V of a tile for each channel. */
  private double[][] inputPoints(double[] x, int tile) {
    double[][] points = new double[g.channels()][];
    double[] inputs = new double[size * size];
    for (int c = 0; c < points.length; c++) {
      for (int k = 0; k < inputs.length; k++) {
        int at = input(tile, k, c);
        inputs[k] = at < 0 ? 0 : x[at];
      }
      points[c] = ToomCook.bothWays(matrices.input(), inputs);
    }
    return points;
  }

  /** E of a tile for each filter. */
  private double[][] outputPoints(double[] dy, int tile) {
    double[][] points = new double[g.filters()][];
    double[] outputs = new double[OUT * OUT];
    for (int o = 0; o < points.length; o++) {
      for (int k = 0; k < outputs.length; k++) {
        int at = output(tile, k, o);
        outputs[k] = at < 0 ? 0 : dy[at];
      }
      points[o] = ToomCook.bothWays(ToomCook.transposed(matrices.output()), outputs);
    }
    return points;
  }

  /** Where element k of a tile of x lies; -1 in the padding. */
  private int input(int tile, int k, int c) {
    int i = tile % tiles() / tilesWide * OUT + k / size - g.window().top();
    int j = tile % tilesWide * OUT + k % size - g.window().left();
    boolean inside = i >= 0 && i < g.height() && j >= 0 && j < g.width();
    int image = tile / tiles();
    return inside ? ((image * g.height() + i) * g.width() + j) * g.channels() + c : -1;
  }

  /** Where element k of a tile of y lies; -1 beyond the edge. */
  private int output(int tile, int k, int o) {
    int i = tile % tiles() / tilesWide * OUT + k / OUT;
    int j = tile % tilesWide * OUT + k % OUT;
    boolean inside = i < g.outputHeight() && j < g.outputWidth();
    int image = tile / tiles();
    return inside ? ((image * g.outputHeight() + i) * g.outputWidth() + j) * g.filters() + o : -1;
  }
}
