package io.fovea.format.onnx.operator;

import io.fovea.format.onnx.value.NdArray;
import java.util.Arrays;

/**
 * ConvTranspose: each input is multiplied by the window and added at the window's position, y[n,o,
 * i*stride - pad + u*dilation] += w[c,o,u] x[n,c,i]; the input gradient of Conv, with groups.
 */
final class TransposedConvolution {
  private TransposedConvolution() {}

  static NdArray apply(OperatorContext context) {
    NdArray x = context.floats(0);
    NdArray w = context.floats(1);
    int spatial = x.rank() - 2;
    int[] kernel = ConvolutionOperators.kernel(context, w);
    if (spatial != kernel.length || x.dim(1) != w.dim(0)) {
      throw context.error(
          "expects weights (C, O, kernel) for the input, got %s and %s".formatted(w, x));
    }
    int groups = ConvolutionOperators.groups(context, x.dim(1));
    int channels = Math.multiplyExact(w.dim(1), groups);
    SpatialAxis[] axes = axes(context, x, kernel);
    long[] dims = new long[x.rank()];
    dims[0] = x.dim(0);
    dims[1] = channels;
    for (int i = 0; i < spatial; i++) {
      dims[2 + i] =
          axes[SpatialAxis.AXES - spatial + i].in(); // here the window moves over the output
    }
    float[] bias = ConvolutionOperators.bias(context, channels);
    NdArray y = NdArray.zeros(x.type(), context.dims(dims));
    float[] out = y.floats();
    int size = Math.max(1, Strided.product(y.dims(), 2, y.rank()));
    int perGroup = x.dim(1) / groups;
    context
        .workers()
        .run(
            y.size() / size,
            (chunk, worker) -> {
              int image = chunk / channels;
              int o = chunk % channels;
              if (bias != null) {
                Arrays.fill(out, chunk * size, (chunk + 1) * size, bias[o]);
              }
              int group = o / w.dim(1);
              for (int c = group * perGroup; c < (group + 1) * perGroup; c++) {
                add(
                    axes,
                    x.floats(),
                    image * x.dim(1) + c,
                    w.floats(),
                    c * w.dim(1) + o % w.dim(1),
                    out,
                    chunk * size);
              }
            });
    return y;
  }

  /** Adds one input map through one filter. */
  private static void add(
      SpatialAxis[] axes, float[] x, int map, float[] w, int filter, float[] y, int yOffset) {
    SpatialAxis columns = axes[2];
    int taps = axes[0].kernel() * axes[1].kernel() * columns.kernel();
    int lines = axes[0].out() * axes[1].out();
    for (int line = 0; line < lines; line++) {
      int xOffset = (map * lines + line) * columns.out();
      for (int tap = 0; tap < taps; tap++) {
        int v = tap % columns.kernel();
        int u = tap / columns.kernel() % axes[1].kernel();
        int d = axes[0].inputIndex(line / axes[1].out(), tap / columns.kernel() / axes[1].kernel());
        int r = axes[1].inputIndex(line % axes[1].out(), u);
        if (d < 0 || d >= axes[0].in() || r < 0 || r >= axes[1].in()) {
          continue;
        }
        float weight = w[filter * taps + tap];
        int lineOffset = yOffset + (d * axes[1].in() + r) * columns.in();
        int shift = v * columns.dilation() - columns.before();
        int stride = columns.stride();
        int low = shift >= 0 ? 0 : (-shift + stride - 1) / stride;
        int high = Math.clamp((columns.in() - shift + stride - 1L) / stride, 0, columns.out());
        for (int j = low; j < high; j++) {
          int index = lineOffset + j * stride + shift;
          y[index] = Math.fma(weight, x[xOffset + j], y[index]);
        }
      }
    }
  }

  /**
   * The windows over the output: as many windows as the input has elements. out = stride*(in-1) +
   * output_padding + reach - pads, or output_shape, which decides the pads.
   */
  private static SpatialAxis[] axes(OperatorContext context, NdArray x, int[] kernel) {
    int spatial = kernel.length;
    if (spatial > SpatialAxis.AXES) {
      throw context.error("expects an input of 3 to 5 dimensions, got " + x);
    }
    long[] strides = SpatialAxis.positives(context, "strides", spatial, 1);
    long[] dilations = SpatialAxis.positives(context, "dilations", spatial, 1);
    long[] pads = context.node().integers("pads", new long[2 * spatial]);
    long[] extra = context.node().integers("output_padding", new long[spatial]);
    long[] asked = context.node().integers("output_shape");
    if (pads.length != 2 * spatial
        || extra.length != spatial
        || (asked.length != 0 && asked.length < spatial)) {
      throw context.error("expects two pads and one output_padding for each spatial axis");
    }
    String automatic = context.node().text("auto_pad", "NOTSET");
    SpatialAxis[] axes = new SpatialAxis[SpatialAxis.AXES];
    Arrays.fill(axes, new SpatialAxis(1, 1, 1, 1, 0, 0, 1));
    for (int i = 0; i < spatial; i++) {
      long in = x.dim(i + 2);
      long reach = (kernel[i] - 1) * dilations[i] + 1;
      long before = pads[i];
      long after = pads[i + spatial];
      long out;
      if (asked.length > 0 || automatic.startsWith("SAME")) {
        out = asked.length > 0 ? asked[asked.length - spatial + i] : in * strides[i];
        long total = Math.max(0, strides[i] * (in - 1) + extra[i] + reach - out);
        before = automatic.equals("SAME_UPPER") ? total / 2 : total - total / 2;
        after = total - before;
      } else {
        if (automatic.equals("VALID")) {
          before = 0;
          after = 0;
        }
        out = strides[i] * (in - 1) + extra[i] + reach - before - after;
      }
      if (before < 0 || after < 0 || before > 1 << 24 || out < 0 || out > 1 << 28 || extra[i] < 0) {
        throw context.error("has an output of %d from %d elements".formatted(out, in));
      }
      axes[SpatialAxis.AXES - spatial + i] =
          new SpatialAxis(
              (int) out,
              kernel[i],
              (int) strides[i],
              (int) dilations[i],
              (int) before,
              (int) after,
              (int) in);
    }
    return axes;
  }
}
