package io.fovea.layer;

import io.fovea.kernel.AvgPool2dKernel;
import io.fovea.kernel.Pool2dGeometry;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import io.fovea.tensor.Window;
import java.util.List;

/**
 * The mean of each channel over the whole map, (C, H, W) to (C): y[n,c] = sum over h,w of
 * x[n,c,h,w] / (H*W) (Lin, Chen and Yan, "Network in network", arXiv 1312.4400, section 3.2).
 */
public record GlobalAvgPool2d() implements Layer {
  @Override
  public String type() {
    return "global_avg_pool2d";
  }

  @Override
  public Shape output(List<Shape> inputs) {
    Shape input = Inputs.map(type(), inputs);
    whole(input); // refuses maps larger than a window can be
    return Shape.of(input.size(0));
  }

  @Override
  public Step forward(List<Tensor> inputs, Values weights, Workspace.Node workspace) {
    Tensor x = inputs.getFirst();
    Pool2dGeometry g = Pooling.geometry(whole(x.shape()), x.shape());
    AvgPool2dKernel kernel = workspace.kernel(g, workspace.kernels()::avgPool2d);
    Tensor y = workspace.output(Shape.of(g.channels()), x.count());
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

  /** One window over the whole map. */
  static Window whole(Shape input) {
    int height = input.size(1);
    int width = input.size(2);
    return new Window(height, width, height, width, 0, 0, 0, 0, 1, 1);
  }
}
