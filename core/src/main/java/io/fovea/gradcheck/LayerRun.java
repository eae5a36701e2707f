package io.fovea.gradcheck;

import io.fovea.kernel.KernelSet;
import io.fovea.layer.Layer;
import io.fovea.layer.Step;
import io.fovea.network.execution.Workspace;
import io.fovea.network.execution.WorkspaceNode;
import io.fovea.parallel.Workers;
import io.fovea.random.RandomKey;
import io.fovea.tensor.Tensor;
import java.util.List;
import java.util.Map;

/**
 * One training pass through a single layer with given weights and inputs, for tests of user-defined
 * layers. It computes on one thread.
 */
public final class LayerRun {
  private final WorkspaceNode context;
  private final Step step;

  private LayerRun(WorkspaceNode context, Step step) {
    this.context = context;
    this.step = step;
  }

  /**
   * Runs the layer forward.
   *
   * @param weights the values of its parameters by name, in row-major order
   * @param inputs one tensor an input, all with the same number of images
   * @throws IllegalArgumentException if the layer cannot take them, or a parameter is missing
   */
  public static LayerRun forward(Layer layer, Map<String, float[]> weights, Tensor... inputs) {
    Workspace workspace = Workspace.of(KernelSet.fastest(), Workers.of(1));
    workspace.beginTraining(RandomKey.of(0));
    WorkspaceNode context = workspace.node(layer.type());
    layer.output(List.of(inputs).stream().map(Tensor::shape).toList());
    Step step =
        layer.forward(
            List.of(inputs),
            name -> {
              float[] values = weights.get(name);
              if (values == null) {
                throw new IllegalArgumentException(
                    "%s: no values for the parameter \"%s\"; got %s"
                        .formatted(layer.type(), name, weights.keySet()));
              }
              return values;
            },
            context);
    return new LayerRun(context, step);
  }

  /** The output, y. */
  public Tensor output() {
    return step.output();
  }

  /** The gradients of the inputs for the gradient of the output. */
  public List<Tensor> backward(Tensor dy) {
    return step.backward(dy);
  }

  /**
   * The gradient that {@link #backward} has left for a parameter.
   *
   * @throws IllegalStateException if it has left none
   */
  public float[] gradient(String parameter) {
    return context.gradient(parameter);
  }
}
