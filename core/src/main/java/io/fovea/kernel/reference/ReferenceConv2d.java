package io.fovea.kernel.reference;

import io.fovea.kernel.geometry.Conv2dGeometry;
import io.fovea.kernel.op.Conv2dKernel;
import io.fovea.kernel.op.Epilogue;
import io.fovea.kernel.op.OutputView;
import io.fovea.kernel.op.Packing;
import io.fovea.kernel.op.Resources;
import io.fovea.tensor.Tensor;
import io.fovea.tensor.Window;

/**
 * Convolution as its formula says, in double. This is the definition that the fast kernels are
 * compared with; it is never optimised.
 *
 * <pre>
 * y[n,o,i,j] = b[o] + sum over c,u,v of w[o,c,u,v] * x[n, c, i*s + u*d - pad, j*s + v*d - pad]
 * </pre>
 *
 * x, y, dx, dy are channels-last; w and dw are (O, C/groups, KH, KW), row-major.
 */
public record ReferenceConv2d(Conv2dGeometry g) implements Conv2dKernel, ReferenceLinear {
  @Override
  public Packing packing() {
    return Packing.rowMajor(g.weights());
  }

  @Override
  public void forward(double[] y, double[] x, double[] w, double[] b, int count) {
    for (int n = 0; n < count; n++) {
      for (int o = 0; o < g.filters(); o++) {
        for (int i = 0; i < g.outputHeight(); i++) {
          for (int j = 0; j < g.outputWidth(); j++) {
            y[output(n, o, i, j)] = sum(b[o], w, o, x, n, i, j);
          }
        }
      }
    }
  }

  /**
   * One output. The bounds are outside the inner loop for a quick start, whose JVM does not move
   * them: 20 instead of 115 ms for a digit (decision 9).
   */
  private double sum(double bias, double[] w, int o, double[] x, int n, int i, int j) {
    Window k = g.window();
    int firstColumn = j * k.strideWidth() - k.left();
    int firstChannel = o / g.groupFilters() * g.groupChannels();
    int dilation = k.dilationWidth();
    int width = g.width();
    int channels = g.channels();
    int taps = k.kernelWidth();
    double sum = bias;
    for (int c = 0; c < g.groupChannels(); c++) {
      for (int u = 0; u < k.kernelHeight(); u++) {
        int row = i * k.strideHeight() + u * k.dilationHeight() - k.top();
        if (row < 0 || row >= g.height()) {
          continue;
        }
        int wAt = weight(o, c, u, 0);
        int xAt = (n * g.height() + row) * width * channels + firstChannel + c;
        for (int v = 0, column = firstColumn; v < taps; v++, column += dilation) {
          if (column >= 0 && column < width) {
            sum += w[wAt + v] * x[xAt + column * channels];
          }
        }
      }
    }
    return sum;
  }

  @Override
  public void backward(
      double[] dx, double[] dw, double[] db, double[] x, double[] w, double[] dy, int count) {
    java.util.Arrays.fill(dx, 0);
    java.util.Arrays.fill(dw, 0);
    java.util.Arrays.fill(db, 0);
    Window k = g.window();
    for (int n = 0; n < count; n++) {
      for (int o = 0; o < g.filters(); o++) {
        for (int i = 0; i < g.outputHeight(); i++) {
          for (int j = 0; j < g.outputWidth(); j++) {
            double gradient = dy[output(n, o, i, j)];
            db[o] += gradient;
            for (int c = 0; c < g.groupChannels(); c++) {
              for (int u = 0; u < k.kernelHeight(); u++) {
                for (int v = 0; v < k.kernelWidth(); v++) {
                  int xAt = input(n, o, c, i, u, j, v);
                  if (xAt >= 0) {
                    dx[xAt] += w[weight(o, c, u, v)] * gradient;
                    dw[weight(o, c, u, v)] += x[xAt] * gradient;
                  }
                }
              }
            }
          }
        }
      }
    }
  }

  /**
   * The index in x of kernel element (c, u, v) for output (i, j) of filter o; -1 in the padding.
   */
  private int input(int n, int o, int c, int i, int u, int j, int v) {
    Window k = g.window();
    int row = i * k.strideHeight() + u * k.dilationHeight() - k.top();
    int column = j * k.strideWidth() + v * k.dilationWidth() - k.left();
    if (row < 0 || row >= g.height() || column < 0 || column >= g.width()) {
      return -1;
    }
    int channel = o / g.groupFilters() * g.groupChannels() + c;
    return ((n * g.height() + row) * g.width() + column) * g.channels() + channel;
  }

  private int output(int n, int o, int i, int j) {
    return ((n * g.outputHeight() + i) * g.outputWidth() + j) * g.filters() + o;
  }

  private int weight(int o, int c, int u, int v) {
    Window k = g.window();
    return ((o * g.groupChannels() + c) * k.kernelHeight() + u) * k.kernelWidth() + v;
  }

  @Override
  public void forward(
      OutputView y, Tensor x, float[] w, float[] b, Epilogue epilogue, Resources resources) {
    double[] result = new double[x.count() * g.outputElements()];
    forward(result, FloatDouble.widen(x), FloatDouble.widen(w), FloatDouble.widen(b), x.count());
    ReferenceEpilogue.write(y, result, g.filters(), epilogue);
  }

  @Override
  public void forward(Tensor y, Tensor x, float[] w, float[] b, Resources resources) {
    ReferenceLinear.super.forward(y, x, w, b, resources);
  }
}
