package io.fovea.layer;

import io.fovea.kernel.op.UnaryKernel;
import io.fovea.layer.context.NodeContext;
import io.fovea.tensor.Tensor;
import java.util.List;

/**
 * The rectifier, element by element: y = max(x, 0), dx = dy where y &gt; 0 and 0 elsewhere (Nair
 * and Hinton, ICML 2010).
 */
public record Relu() implements ActivationLayer {

  Step forward(Tensor x, NodeContext workspace) {
    Tensor y = workspace.output(x.shape(), x.count());
    UnaryKernel kernel = workspace.kernels().relu();
    kernel.forward(y, x, workspace.resources());
    return Step.of(workspace, y, dy -> backward(dy, y, kernel, workspace));
  }

  private static List<Tensor> backward(
      Tensor dy, Tensor y, UnaryKernel kernel, NodeContext workspace) {
    if (!workspace.needsInputGradient()) {
      return List.of();
    }
    if (dy.isAt(y)) {
      return List.of(dy); // already gated by the layer that reads y
    }
    Tensor dx = workspace.inputGradient(0, y.shape(), y.count());
    kernel.backward(dx, dy, y, workspace.resources());
    return List.of(dx);
  }
}
