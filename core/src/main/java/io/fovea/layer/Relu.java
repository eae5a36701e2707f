package io.fovea.layer;

import io.fovea.kernel.ReluKernel;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import java.util.List;

/**
 * The rectifier, element by element: y = max(x, 0), dx = dy where y &gt; 0 and 0 elsewhere (Nair
 * and Hinton, ICML 2010).
 */
public record Relu() implements Layer {
  @Override
  public String type() {
    return "relu";
  }

  @Override
  public Shape output(List<Shape> inputs) {
    return Inputs.one(type(), inputs);
  }

  @Override
  public Step forward(List<Tensor> inputs, Values weights, Workspace.Node workspace) {
    Tensor x = inputs.getFirst();
    Tensor y = workspace.output(x.shape(), x.count());
    ReluKernel kernel = workspace.kernels().relu();
    kernel.forward(y, x, workspace.resources());
    return Step.of(workspace, y, dy -> backward(dy, y, kernel, workspace));
  }

  private static List<Tensor> backward(
      Tensor dy, Tensor y, ReluKernel kernel, Workspace.Node workspace) {
    if (!workspace.needsInputGradient()) {
      return List.of();
    }
    if (dy.isAt(y)) {
      return List.of(dy); // written there by the reader of y, through this ReLU already
    }
    Tensor dx = workspace.inputGradient(0, y.shape(), y.count());
    kernel.backward(dx, dy, y, workspace.resources());
    return List.of(dx);
  }
}
