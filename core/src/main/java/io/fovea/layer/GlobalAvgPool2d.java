package io.fovea.layer;

import io.fovea.kernel.geometry.Pool2dGeometry;
import io.fovea.layer.context.NodeContext;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import io.fovea.tensor.Window;
import java.util.List;

/**
 * The mean of each channel over all pixels, (C, H, W) to (C): y[n,c] = sum over h,w of x[n,c,h,w] /
 * (H*W) (Lin, Chen and Yan, "Network in network", arXiv 1312.4400, section 3.2).
 */
public record GlobalAvgPool2d() implements Layer {
  @Override
  public Shape output(List<Shape> inputs) {
    Shape input = Inputs.map(type(), inputs);
    whole(input); // refuses maps larger than a window can be
    return Shape.of(input.size(0));
  }

  Step forward(Tensor x, NodeContext workspace) {
    return AvgPool2d.forward(whole(x.shape()), Shape.of(x.shape().size(0)), x, workspace);
  }

  /** The geometry of one window over the full map. */
  static Pool2dGeometry whole(Shape input) {
    int height = input.size(1);
    int width = input.size(2);
    return new Pool2dGeometry(
        input.size(0), height, width, new Window(height, width, height, width, 0, 0, 0, 0, 1, 1));
  }
}
