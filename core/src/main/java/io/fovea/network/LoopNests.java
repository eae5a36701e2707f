package io.fovea.network;

import io.fovea.layer.KernelSet;
import io.fovea.layer.Step;
import io.fovea.layer.workspace.KernelSets;
import io.fovea.layer.workspace.NodeContext;
import io.fovea.layer.workspace.Workspace;
import io.fovea.parallel.Workers;
import io.fovea.random.RandomKey;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * How the layers of a network are computed: the loops around the register blocks, and those inside
 * them, as pseudo-code. Each layer runs once by itself with blocks that record their calls, so the
 * text shows what really runs. ReLUs and poolings that a network fuses into the layer before them
 * are not shown.
 *
 * @param layers the layers that are computed by register blocks
 */
public record LoopNests(List<Loops> layers) {
  /**
   * One layer.
   *
   * @param name the node's name
   * @param type the kind of layer
   * @param output the shape of one image's output
   * @param kernel the algorithm chosen for it
   * @param forward lines of pseudo-code, indented by two spaces a loop
   * @param backward the same of the gradients that training asks for
   */
  public record Loops(
      String name,
      String type,
      Shape output,
      String kernel,
      List<String> forward,
      List<String> backward) {}

  /**
   * The loops of a structure, for kernels of one set and a batch of so many images.
   *
   * @throws IllegalArgumentException if there are no images
   */
  public static LoopNests of(Graph graph, KernelSet kernels, int images) {
    if (images < 1) {
      throw new IllegalArgumentException(
          "kernels: got a batch of %d images; expected at least 1".formatted(images));
    }
    List<Loops> layers = new ArrayList<>();
    for (Graph.Node node : graph.nodes()) {
      String kernel = kernels.algorithm(node.layer(), graph.inputShapes(node));
      if (!kernel.isEmpty()) {
        layers.add(loops(graph, node, kernel, kernels, images));
      }
    }
    return new LoopNests(List.copyOf(layers));
  }

  private static Loops loops(
      Graph graph, Graph.Node node, String kernel, KernelSet kernels, int images) {
    Shape output = graph.shape(node.name());
    List<Step> steps = new ArrayList<>();
    List<String> forward =
        KernelSets.kernels(kernels)
            .trace(workers -> steps.add(forward(graph, node, kernels, workers, images)));
    List<String> backward =
        KernelSets.kernels(kernels)
            .trace(workers -> steps.forEach(step -> step.backward(Tensor.zeros(output, images))));
    return new Loops(node.name(), node.layer().type(), output, kernel, forward, backward);
  }

  private static Step forward(
      Graph graph, Graph.Node node, KernelSet kernels, Workers workers, int images) {
    List<Shape> inputs = graph.inputShapes(node);
    Map<String, float[]> weights = new HashMap<>();
    for (var parameter : node.layer().parameters(inputs)) {
      float[] zeros = new float[parameter.shape().elements()];
      weights.put(parameter.name(), kernels.pack(node.layer(), parameter, inputs, false, zeros));
    }
    Workspace workspace = Workspace.of(kernels, workers);
    workspace.beginTraining(RandomKey.of(0));
    List<Tensor> x = inputs.stream().map(shape -> Tensor.zeros(shape, images)).toList();
    NodeContext place = workspace.node(node.name());
    place.needsInputGradient(!node.inputs().contains(Graph.INPUT));
    return node.layer().forward(x, name -> Objects.requireNonNull(weights.get(name), name), place);
  }
}
