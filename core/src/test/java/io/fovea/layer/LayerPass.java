package io.fovea.layer;

import io.fovea.kernel.KernelSet;
import io.fovea.kernel.op.Packing;
import io.fovea.network.execution.Workspace;
import io.fovea.network.execution.WorkspaceNode;
import io.fovea.parallel.Workers;
import io.fovea.random.RandomKey;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** A layer's pass on logical weights, in a workspace of its own. */
final class LayerPass {
  static final RandomKey KEY = RandomKey.of(1);

  final WorkspaceNode node;
  final Step step;
  private final Map<String, Packing> packings = new LinkedHashMap<>();

  private LayerPass(
      Layer layer, KernelSet set, WorkspaceNode node, Map<String, float[]> weights, Tensor... x) {
    List<Shape> shapes = Arrays.stream(x).map(Tensor::shape).toList();
    Map<String, float[]> stored = new HashMap<>();
    for (Parameter parameter : layer.parameters(shapes)) {
      Packing packing = LayerKernel.packing(set.kernels(false), layer, parameter, shapes);
      packings.put(parameter.name(), packing);
      stored.put(
          parameter.name(), packing.pack(Objects.requireNonNull(weights.get(parameter.name()))));
    }
    this.node = node;
    this.step = layer.forward(List.of(x), name -> Objects.requireNonNull(stored.get(name)), node);
  }

  /** Of training, with the key {@link #KEY}. */
  static LayerPass training(
      Layer layer, KernelSet set, Workers workers, Map<String, float[]> weights, Tensor... x) {
    Workspace workspace = Workspace.of(set, workers);
    workspace.beginTraining(KEY);
    return new LayerPass(layer, set, workspace.node("it"), weights, x);
  }

  /** Of training without weights. */
  static LayerPass training(Layer layer, KernelSet set, Workers workers, Tensor... x) {
    return training(layer, set, workers, Map.of(), x);
  }

  static LayerPass inference(
      Layer layer, KernelSet set, Workers workers, Map<String, float[]> weights, Tensor... x) {
    Workspace workspace = Workspace.of(set, workers);
    workspace.beginInference();
    return new LayerPass(layer, set, workspace.node("it"), weights, x);
  }

  /** y in logical order. */
  float[] y() {
    return step.output().toArray();
  }

  /** The inputs' gradients for a dy in logical order. */
  List<Tensor> back(float... dy) {
    Tensor y = step.output();
    return step.backward(Tensor.of(y.shape(), y.count(), dy));
  }

  Set<String> names() {
    return packings.keySet();
  }

  /** A parameter's gradient in logical order. */
  float[] gradient(String name) {
    return Objects.requireNonNull(packings.get(name)).unpack(node.gradient(name));
  }
}
