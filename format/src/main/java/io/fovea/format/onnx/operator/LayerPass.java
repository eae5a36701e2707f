package io.fovea.format.onnx.operator;

import io.fovea.format.onnx.value.NdArray;
import io.fovea.kernel.KernelSet;
import io.fovea.layer.Layer;
import io.fovea.network.Graph;
import io.fovea.network.Weights;
import io.fovea.network.execution.ComputedNetwork;
import io.fovea.network.execution.PackedWeights;
import io.fovea.network.execution.Tape;
import io.fovea.network.execution.Workspace;
import io.fovea.parallel.Workers;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Computes one layer of core on an array in ONNX's order. */
final class LayerPass {
  /** Columns that are transposed together: a cache line of them. */
  private static final int BLOCK = 16;

  /** Without Winograd's convolution, whose transformed weights would be used only once. */
  private static final KernelSet KERNELS =
      KernelSet.fastest() == KernelSet.VECTOR ? KernelSet.VECTOR_DIRECT : KernelSet.fastest();

  private LayerPass() {}

  static NdArray run(OperatorContext context, Layer layer, NdArray x, Shape image) {
    return run(context, layer, x, image, Map::of);
  }

  /**
   * The output of a layer, an array of the number of images and one image's sizes.
   *
   * @param x images of {@code image} in logical order, in an array of any shape
   * @param weights by the layer's names, in logical order; those that are not given are zeros; not
   *     asked for where they are kept from an earlier run
   * @throws IllegalArgumentException if the layer refuses the image or the weights, or the output
   *     is too large
   */
  static NdArray run(
      OperatorContext context,
      Layer layer,
      NdArray x,
      Shape image,
      Supplier<Map<String, float[]>> weights) {
    Graph graph = Graph.of(image, List.of(new Graph.Node("layer", layer, List.of(Graph.INPUT))));
    int count = x.size() / image.elements();
    Shape output = graph.output();
    long[] dims = new long[output.rank() + 1];
    dims[0] = count;
    for (int i = 0; i < output.rank(); i++) {
      dims[i + 1] = output.size(i);
    }
    int[] checked = context.dims(dims);
    if (count == 0) {
      return NdArray.zeros(x.type(), checked);
    }
    Workers workers = context.workers();
    Workspace workspace = Workspace.of(KERNELS, workers);
    workspace.beginInference();
    Tensor in = Tensor.on(ordered(workers, x.floats(), 0, image, count, true), 0, image, count);
    Tensor y = Tape.inference(weights(context, graph, weights), workspace, in);
    return NdArray.of(checked, ordered(workers, y.array(), y.offset(), output, count, false));
  }

  private static PackedWeights weights(
      OperatorContext context, Graph graph, Supplier<Map<String, float[]>> weights) {
    PackedLayers kept = context.kept();
    return kept == null || graph.weights().isEmpty()
        ? packed(graph, weights.get())
        : kept.of(
            context.node(),
            graph.nodes().getFirst().layer(),
            graph.input(),
            () -> packed(graph, weights.get()));
  }

  private static PackedWeights packed(Graph graph, Map<String, float[]> weights) {
    Map<String, float[]> all = new HashMap<>();
    for (Graph.Weight weight : graph.weights()) {
      float[] given = weights.get(weight.parameter().name());
      int elements = weight.parameter().shape().elements();
      all.put(weight.name(), given == null ? new float[elements] : given);
    }
    ComputedNetwork network = new ComputedNetwork(graph, Weights.owning(graph, all)::shared);
    return PackedWeights.readOnly(network, KERNELS);
  }

  /** Images in memory order from those in logical order, or the other way round. */
  private static float[] ordered(
      Workers workers, float[] x, int offset, Shape image, int count, boolean toMemory) {
    int elements = image.elements();
    int channels = image.rank() == 3 ? image.size(0) : 1;
    int pixels = elements / channels;
    if (channels == 1 || pixels == 1) {
      return toMemory ? x : java.util.Arrays.copyOfRange(x, offset, offset + count * elements);
    }
    int rows = toMemory ? channels : pixels;
    int columns = elements / rows;
    float[] y = new float[count * elements];
    int blocks = Math.ceilDiv(columns, BLOCK);
    workers.run(
        Math.multiplyExact(count, blocks),
        (chunk, worker) -> {
          int start = chunk / blocks * elements;
          int first = chunk % blocks * BLOCK;
          int end = Math.min(columns, first + BLOCK);
          for (int row = 0; row < rows; row++) {
            int from = offset + start + row * columns;
            for (int column = first; column < end; column++) {
              y[start + column * rows + row] = x[from + column];
            }
          }
        });
    return y;
  }
}
