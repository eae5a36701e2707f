package io.fovea.format.onnx.lower;

import io.fovea.format.onnx.lower.Value.Computed;
import io.fovea.format.onnx.operator.NodeLayers;
import io.fovea.format.onnx.value.NdArray;
import io.fovea.layer.Conv2d;
import io.fovea.layer.Dense;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Window;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Lowers Gemm and MatMul with a constant matrix: to dense layers, or to 1x1 convolutions on
 * channels-last values.
 */
final class MatMulOps {
  private MatMulOps() {}

  /** y = alpha * x . B + beta * C. */
  static void gemm(LoweringContext context) {
    if (context.node().integer("transA", 0) != 0) {
      throw new IllegalArgumentException("multiplies the transposed input (transA)");
    }
    boolean transposed = context.node().integer("transB", 0) != 0;
    float alpha = context.node().number("alpha", 1);
    float beta = context.node().number("beta", 1);
    float[] w = scaled(outputsByInputs(matrix(context, 1), transposed), alpha);
    NdArray b = matrix(context, 1);
    int outputs = transposed ? b.dim(0) : b.dim(1);
    Map<String, float[]> weights = new LinkedHashMap<>();
    if (context.node().hasInput(2)) {
      weights.put("bias", bias(context, outputs, beta));
    }
    product(context, w, outputs, weights);
  }

  /** Scaled values; the same array for factor 1, since a matrix may have half a GB. */
  private static float[] scaled(float[] values, float factor) {
    if (factor == 1) {
      return values;
    }
    float[] scaled = new float[values.length];
    for (int i = 0; i < scaled.length; i++) {
      scaled[i] = values[i] * factor;
    }
    return scaled;
  }

  /** The bias: one for each output, or one for all; one for each image is refused. */
  private static float[] bias(LoweringContext context, int outputs, float beta) {
    NdArray c = context.constant(2);
    int rows = c.rank() == 2 ? c.dim(0) : 1;
    int columns = c.rank() == 0 ? 1 : c.dim(c.rank() - 1);
    if (rows != 1 || (columns != 1 && columns != outputs)) {
      throw new IllegalArgumentException(
          "expects a bias for each of %d outputs, got %s".formatted(outputs, c));
    }
    float[] bias = c.asFloats();
    if (columns == 1) {
      float all = bias[0];
      bias = new float[outputs];
      Arrays.fill(bias, all);
    }
    return scaled(bias, beta);
  }

  static void matMul(LoweringContext context) {
    NdArray b = matrix(context, 1);
    product(context, outputsByInputs(b, false), b.dim(1), new LinkedHashMap<>());
  }

  private static void product(
      LoweringContext context, float[] w, int outputs, Map<String, float[]> weights) {
    Computed x = context.computed(0);
    boolean isRow =
        x.axes().rank() == 2 && x.axes().axes().getFirst().equals(List.of(Factor.BATCH));
    if (isRow) {
      dense(context, x, w, outputs, weights);
    } else {
      channels(context, x, w, outputs, weights);
    }
  }

  private static NdArray matrix(LoweringContext context, int input) {
    NdArray matrix = context.constant(input);
    if (matrix.rank() != 2) {
      throw new IllegalArgumentException("expects a constant matrix, got " + matrix);
    }
    return matrix;
  }

  /** The matrix as (out, in) in row-major order. */
  private static float[] outputsByInputs(NdArray matrix, boolean already) {
    float[] given = matrix.asFloats();
    if (already) {
      return given;
    }
    int inputs = matrix.dim(0);
    int outputs = matrix.dim(1);
    float[] w = new float[given.length];
    for (int i = 0; i < inputs; i++) {
      for (int o = 0; o < outputs; o++) {
        w[o * inputs + i] = given[i * outputs + o];
      }
    }
    return w;
  }

  private static void dense(
      LoweringContext context, Computed x, float[] w, int outputs, Map<String, float[]> weights) {
    Shape shape = context.shape(x.nodeId());
    if (w.length != (long) outputs * shape.elements()) {
      throw new IllegalArgumentException(
          "expects %d features for its matrix, got %d (%s)"
              .formatted(w.length / Math.max(1, outputs), shape.elements(), shape));
    }
    weights.put(
        "weight",
        FlattenOrder.isLogical(x.axes(), shape) ? w : ordered(w, FlattenOrder.of(x.axes(), shape)));
    Dense dense = new Dense(outputs, weights.containsKey("bias"));
    int row = context.state().row(x.nodeId(), context.viewName(x));
    int y = context.add(dense, List.of(row), weights);
    context.output(new Computed(y, Axes.of(context.shape(y))));
  }

  /** A matrix with its columns in another order. */
  private static float[] ordered(float[] w, int[] order) {
    float[] ordered = new float[w.length];
    for (int offset = 0; offset < w.length; offset += order.length) {
      for (int i = 0; i < order.length; i++) {
        ordered[offset + order[i]] = w[offset + i];
      }
    }
    return ordered;
  }

  /**
   * Lowers a product with the last axis, if that is the channels, to a 1x1 convolution; the view
   * stays.
   */
  private static void channels(
      LoweringContext context, Computed x, float[] w, int filters, Map<String, float[]> weights) {
    Shape maps = context.shape(x.nodeId());
    int last = x.axes().rank() - 1;
    if (maps.rank() != 3 || !x.axes().isChannels(last, maps)) {
      throw new IllegalArgumentException(
          "expects a row of features, or channels as the last axis, got " + x.axes());
    }
    NodeLayers.requireChannels(maps, w.length / filters);
    weights.put("weight", w);
    Conv2d conv = new Conv2d(filters, Window.square(1, 1, 0, 1), 1, weights.containsKey("bias"));
    int y = context.add(conv, List.of(x.nodeId()), weights);
    context.output(
        new Computed(y, x.axes().with(last, Axes.whole(Factor.Origin.CHANNEL, filters))));
  }
}
