package io.fovea.layer;

import io.fovea.kernel.MaxPool2dKernel;
import io.fovea.kernel.Pool2dGeometry;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import io.fovea.tensor.Window;
import java.util.List;

/**
 * Max pooling: y[n,c,i,j] = the largest x in the window of (i, j), padding left out. The gradient
 * goes to the winner alone; of equal values the first in reading order wins.
 *
 * @param window kernel size, stride and padding; the padding is at most half of the kernel, the
 *     dilation is 1
 */
public record MaxPool2d(Window window) implements Layer {

  /**
   * Checks the facts.
   *
   * @throws IllegalArgumentException if a padding is more than half of the kernel, or the dilation
   *     is not 1
   */
  public MaxPool2d {
    Pooling.check("max_pool2d", window);
  }

  @Override
  public String type() {
    return "max_pool2d";
  }

  @Override
  public Shape output(List<Shape> inputs) {
    return Pooling.output(type(), window, inputs);
  }

  @Override
  public Step forward(List<Tensor> inputs, Values weights, Workspace.Node workspace) {
    Tensor x = inputs.getFirst();
    Pool2dGeometry g = Pooling.geometry(window, x.shape());
    MaxPool2dKernel kernel = workspace.kernel(g, workspace.kernels()::maxPool2d);
    Tensor y =
        workspace.output(Shape.of(g.channels(), g.outputHeight(), g.outputWidth()), x.count());
    int[] winners = workspace.ints("winners", y.elements());
    kernel.forward(y, winners, x, workspace.resources());
    return Step.of(workspace, y, dy -> backward(dy, winners, x.shape(), kernel, workspace));
  }

  private static List<Tensor> backward(
      Tensor dy, int[] winners, Shape input, MaxPool2dKernel kernel, Workspace.Node workspace) {
    if (!workspace.needsInputGradient()) {
      return List.of();
    }
    Tensor dx = workspace.inputGradient(0, input, dy.count());
    kernel.backward(dx, dy, winners, workspace.resources());
    return List.of(dx);
  }
}
