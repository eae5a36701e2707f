package io.fovea.layer;

import io.fovea.kernel.AvgPool2dKernel;
import io.fovea.kernel.Pool2dGeometry;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import io.fovea.tensor.Window;
import java.util.List;

/**
 * Average pooling: y[n,c,i,j] = the mean of x over the window of (i, j); padding is left out of the
 * mean. The gradient is divided evenly among the elements of the window.
 *
 * @param window kernel size, stride and padding; the padding is at most half of the kernel, the
 *     dilation is 1
 */
public record AvgPool2d(Window window) implements Layer {

  /**
   * Checks the facts.
   *
   * @throws IllegalArgumentException if a padding is more than half of the kernel, or the dilation
   *     is not 1
   */
  public AvgPool2d {
    Pooling.check("avg_pool2d", window);
  }

  @Override
  public String type() {
    return "avg_pool2d";
  }

  @Override
  public Shape output(List<Shape> inputs) {
    return Pooling.output(type(), window, inputs);
  }

  @Override
  public Step forward(List<Tensor> inputs, Values weights, Workspace.Node workspace) {
    Tensor x = inputs.getFirst();
    Pool2dGeometry g = Pooling.geometry(window, x.shape());
    AvgPool2dKernel kernel = workspace.kernel(g, workspace.kernels()::avgPool2d);
    Tensor y =
        workspace.output(Shape.of(g.channels(), g.outputHeight(), g.outputWidth()), x.count());
    kernel.forward(y, x, workspace.resources());
    return Step.of(workspace, y, dy -> backward(dy, x.shape(), kernel, workspace));
  }

  private static List<Tensor> backward(
      Tensor dy, Shape input, AvgPool2dKernel kernel, Workspace.Node workspace) {
    if (!workspace.needsInputGradient()) {
      return List.of();
    }
    Tensor dx = workspace.inputGradient(0, input, dy.count());
    kernel.backward(dx, dy, workspace.resources());
    return List.of(dx);
  }
}
