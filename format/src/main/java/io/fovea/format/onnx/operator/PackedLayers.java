package io.fovea.format.onnx.operator;

import io.fovea.format.onnx.graph.OnnxNode;
import io.fovea.layer.Layer;
import io.fovea.network.execution.PackedWeights;
import io.fovea.tensor.Shape;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * The weights of a graph's layers in the kernels' order, kept from run to run: of nodes whose
 * weights are constants, and for the last shape of image. Safe for use by several threads.
 */
public final class PackedLayers {
  private record Entry(Layer layer, Shape image, PackedWeights weights) {}

  private final Map<OnnxNode, Entry> entries = new ConcurrentHashMap<>();

  PackedWeights of(OnnxNode node, Layer layer, Shape image, Supplier<PackedWeights> packing) {
    Entry entry = entries.get(node);
    if (entry == null || !entry.layer.equals(layer) || !entry.image.equals(image)) {
      entry = new Entry(layer, image, packing.get());
      entries.put(node, entry);
    }
    return entry.weights;
  }
}
