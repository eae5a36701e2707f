package io.fovea.format.onnx.operator;

import io.fovea.format.onnx.value.NdArray;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Conv: y[n,o,i] = b[o] + sum over c, u of w[o,c,u] x[n,c,i*stride - pad + u*dilation], over one to
 * three axes. The windows of a block of positions are copied to a matrix (c u, i) (im2col), which
 * is multiplied by the weights.
 */
final class ConvolutionOperators {
  /** Floats of the matrix, which stays in the L2 cache. */
  private static final int BLOCK = 1 << 16;

  private static final int FEWEST_POSITIONS = 32;
  private static final int MOST_POSITIONS = 1024;

  private ConvolutionOperators() {}

  static void register(Map<String, Operator> table) {
    table.put("Conv", Operator.of(ConvolutionOperators::conv));
    table.put("ConvTranspose", Operator.of(TransposedConvolution::apply));
  }

  /** The spatial sizes of the weights (O, C/groups, kernel). */
  static int[] kernel(OperatorContext context, NdArray w) {
    if (w.rank() < 3) {
      throw context.error("expects weights of 3 to 5 dimensions, got " + w);
    }
    int[] kernel = Arrays.copyOfRange(w.dims(), 2, w.rank());
    long[] said = context.node().integers("kernel_shape");
    boolean fits = said.length == 0 || said.length == kernel.length;
    for (int i = 0; fits && i < said.length; i++) {
      fits = said[i] == kernel[i];
    }
    for (int size : kernel) {
      fits &= size > 0;
    }
    if (!fits) {
      throw context.error(
          "expects weights with the kernel_shape %s, got %s".formatted(Arrays.toString(said), w));
    }
    return kernel;
  }

  /** The number of groups, checked to divide the given channels. */
  static int groups(OperatorContext context, int... channels) {
    long groups = context.node().integer("group", 1);
    for (int count : channels) {
      if (groups < 1 || count % groups != 0) {
        throw context.error("cannot divide %d channels into %d groups".formatted(count, groups));
      }
    }
    return (int) groups;
  }

  /** One bias for each output channel, or null. */
  static float @Nullable [] bias(OperatorContext context, int channels) {
    NdArray b = context.optional(2);
    if (b == null) {
      return null;
    }
    if (b.size() != channels) {
      throw context.error("expects %d biases, got %s".formatted(channels, b));
    }
    return context.floats(2).floats();
  }

  private static NdArray conv(OperatorContext context) {
    NdArray x = context.floats(0);
    NdArray w = context.floats(1);
    SpatialAxis[] axes = SpatialAxis.of(context, x, kernel(context, w), false);
    int channels = w.dim(0);
    int groups = groups(context, x.dim(1), channels);
    if (w.dim(1) * groups != x.dim(1)) {
      throw context.error(
          "expects %d input channels, got %s (weights %s, %d groups)"
              .formatted(w.dim(1) * groups, x, w, groups));
    }
    float[] bias = bias(context, channels);
    NdArray y =
        NdArray.zeros(x.type(), SpatialAxis.dims(context, axes, x.dim(0), channels, x.rank() - 2));
    if (y.size() > 0) {
      new ConvolutionChunks(axes, w.dim(1), channels / groups, groups)
          .run(context, x.floats(), w.floats(), bias, y.floats());
    }
    return y;
  }

  /** The chunks of the work: an image, a group, and some positions of the window. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record ConvolutionChunks(SpatialAxis[] axes, int in, int out, int groups) {
    private int taps() {
      return axes[0].kernel() * axes[1].kernel() * axes[2].kernel();
    }

    private int positions() {
      return axes[0].out() * axes[1].out() * axes[2].out();
    }

    private int inputSize() {
      return axes[0].in() * axes[1].in() * axes[2].in();
    }

    void run(OperatorContext context, float[] x, float[] w, float @Nullable [] bias, float[] y) {
      int inner = Math.multiplyExact(in, taps());
      int positions = positions();
      int width = Math.clamp(BLOCK / Math.max(1, inner), FEWEST_POSITIONS, MOST_POSITIONS);
      int blocks = (positions + width - 1) / width;
      int images = y.length / (groups * out * positions);
      float[][] scratch = new float[context.workers().threads()][];
      context
          .workers()
          .run(
              images * groups * blocks,
              (chunk, worker) -> {
                int block = chunk % blocks;
                int plane = chunk / blocks; // image and group
                int begin = block * width;
                int count = Math.min(width, positions - begin);
                float[] patches = scratch[worker];
                if (patches == null) {
                  patches = new float[inner * Math.min(width, positions)];
                  scratch[worker] = patches;
                }
                im2col(x, plane * in * inputSize(), patches, begin, count);
                for (int o = 0; o < out; o++) {
                  int yOffset = (plane * out + o) * positions + begin;
                  int filter = plane % groups * out + o;
                  if (bias != null) {
                    Arrays.fill(y, yOffset, yOffset + count, bias[filter]);
                  }
                  MatrixProduct.row(w, filter * inner, patches, 0, count, y, yOffset, inner, count);
                }
              });
    }

    /** patches[c u][i]: the input at element u of the window at position begin + i. */
    private void im2col(float[] x, int xOffset, float[] patches, int begin, int count) {
      int row = 0;
      for (int c = 0; c < in; c++) {
        int map = xOffset + c * inputSize();
        for (int t = 0; t < axes[0].kernel(); t++) {
          for (int u = 0; u < axes[1].kernel(); u++) {
            for (int v = 0; v < axes[2].kernel(); v++) {
              im2colRow(x, map, new int[] {t, u, v}, patches, row, begin, count);
              row += count;
            }
          }
        }
      }
    }

    /** Copies one row of the matrix, line by line of the output. */
    private void im2colRow(
        float[] x, int map, int[] tap, float[] patches, int row, int begin, int count) {
      SpatialAxis columns = axes[2];
      int position = begin;
      while (position < begin + count) {
        int line = position / columns.out();
        int first = position % columns.out();
        int end = Math.min(columns.out(), first + begin + count - position);
        int d = axes[0].inputIndex(line / axes[1].out(), tap[0]);
        int r = axes[1].inputIndex(line % axes[1].out(), tap[1]);
        int patchOffset = row + position - begin - first;
        if (d < 0 || d >= axes[0].in() || r < 0 || r >= axes[1].in()) {
          Arrays.fill(patches, patchOffset + first, patchOffset + end, 0);
        } else {
          int xOffset = map + (d * axes[1].in() + r) * columns.in();
          copyLine(x, xOffset, columns, tap[2], patches, patchOffset, first, end);
        }
        position += end - first;
      }
    }

    private static void copyLine(
        float[] x,
        int xOffset,
        SpatialAxis axis,
        int v,
        float[] patches,
        int patchOffset,
        int first,
        int end) {
      int shift = v * axis.dilation() - axis.before();
      int stride = axis.stride();
      int low = Math.clamp(shift >= 0 ? 0 : (-shift + stride - 1) / stride, first, end);
      int high = Math.clamp((axis.in() - shift + stride - 1L) / stride, low, end);
      Arrays.fill(patches, patchOffset + first, patchOffset + low, 0);
      if (stride == 1 && high > low) {
        System.arraycopy(x, xOffset + low + shift, patches, patchOffset + low, high - low);
      } else {
        for (int j = low; j < high; j++) {
          patches[patchOffset + j] = x[xOffset + j * stride + shift];
        }
      }
      Arrays.fill(patches, patchOffset + high, patchOffset + end, 0);
    }
  }
}
