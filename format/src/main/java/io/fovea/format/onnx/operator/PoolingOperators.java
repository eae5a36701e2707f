package io.fovea.format.onnx.operator;

import io.fovea.format.onnx.graph.Attribute;
import io.fovea.format.onnx.graph.OnnxNode;
import io.fovea.format.onnx.value.NdArray;
import io.fovea.layer.GlobalAvgPool2d;
import io.fovea.layer.GlobalMaxPool2d;
import io.fovea.layer.Layer;
import io.fovea.tensor.Shape;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.stream.LongStream;

/** Poolings: the largest number, or the mean, of each window of a map, by core's layers. */
final class PoolingOperators {
  private PoolingOperators() {}

  static void register(Map<String, Operator> table) {
    table.put("MaxPool", Operator.of(PoolingOperators::maxPool));
    table.put("AveragePool", Operator.of(PoolingOperators::averagePool));
    table.put("GlobalAveragePool", Operator.of(context -> global(context, new GlobalAvgPool2d())));
    table.put("GlobalMaxPool", Operator.of(context -> global(context, new GlobalMaxPool2d())));
  }

  private static NdArray maxPool(OperatorContext context) {
    List<String> outputs = context.node().outputs();
    if (outputs.size() > 1 && !outputs.get(1).isEmpty()) {
      throw context.unsupported("indices as a second output", context.in(0), "the maxima alone");
    }
    return pooled(context, NodeLayers::maxPool);
  }

  /**
   * Releases of ONNX differ in the mean of a dilated window that ceil_mode moves past the padding:
   * up to 1.17 all of its elements counted.
   */
  private static NdArray averagePool(OperatorContext context) {
    OnnxNode node = context.node();
    boolean dilated = Arrays.stream(node.integers("dilations")).anyMatch(step -> step > 1);
    if (dilated && node.integer("ceil_mode", 0) != 0 && node.integer("count_include_pad", 0) != 0) {
      throw context.unsupported(
          "dilations with ceil_mode and count_include_pad, whose means differ among ONNX's releases,",
          context.in(0),
          "any two of these");
    }
    return pooled(context, NodeLayers::averagePool);
  }

  /**
   * A box of three axes is a window of rows and columns, whose results are pooled over the depth:
   * that holds for maxima, and for means, as each divisor is a product of one number an axis.
   */
  private static NdArray pooled(OperatorContext context, BiFunction<OnnxNode, Shape, Layer> layer) {
    NdArray x = context.floats(0);
    OnnxNode node = context.node();
    if (!node.has("kernel_shape") || x.rank() < 3) {
      throw context.error("expects a kernel_shape and an input of 3 to 5 dimensions, got " + x);
    }
    if (x.rank() != 5) {
      Shape maps = ConvolutionOperators.maps(context, x);
      NdArray y = LayerPass.run(context, layer.apply(node, maps), x, maps);
      return ConvolutionOperators.likeInput(x, y);
    }
    int channels = x.dim(1);
    int depth = x.dim(2);
    Shape planes = Shape.of(Math.multiplyExact(channels, depth), x.dim(3), x.dim(4));
    NdArray y = LayerPass.run(context, layer.apply(along(node, 1, 3), planes), x, planes);
    int height = y.dim(2);
    int width = y.dim(3);
    Shape columns = Shape.of(channels, 1, depth);
    NdArray deep =
        Strided.transposed(y.reshaped(x.dim(0), channels, depth, height * width), 0, 3, 1, 2);
    NdArray z = LayerPass.run(context, layer.apply(along(node, 0, 1), columns), deep, columns);
    return Strided.transposed(z.reshaped(x.dim(0), height * width, channels, z.dim(3)), 0, 2, 3, 1)
        .reshaped(x.dim(0), channels, z.dim(3), height, width);
  }

  /** The node for some of its three axes. */
  private static OnnxNode along(OnnxNode node, int from, int to) {
    Map<String, Attribute> attributes = new HashMap<>(node.attributes());
    for (String name : List.of("kernel_shape", "strides", "dilations", "pads")) {
      long[] all = node.integers(name);
      LongStream own = LongStream.range(0, all.length).filter(i -> i % 3 >= from && i % 3 < to);
      if (all.length > 0) {
        attributes.put(name, Attribute.ints(own.map(i -> all[(int) i]).toArray()));
      }
    }
    return new OnnxNode(node.name(), node.opType(), node.inputs(), node.outputs(), attributes);
  }

  /** Over all pixels of a map, of any number of axes. */
  private static NdArray global(OperatorContext context, Layer layer) {
    NdArray x = context.floats(0);
    if (x.rank() < 3) {
      throw context.error("expects float of 3 dimensions or more, got " + x);
    }
    int[] dims = x.dims();
    Shape maps = Shape.of(x.dim(1), Strided.product(dims, 2, dims.length), 1);
    Arrays.fill(dims, 2, dims.length, 1);
    return LayerPass.run(context, layer, x, maps).reshaped(dims);
  }
}
