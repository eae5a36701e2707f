package io.fovea.layer;

import io.fovea.layer.context.NodeContext;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import java.util.List;

/**
 * The largest value of each channel over all pixels, (C, H, W) to (C): y[n,c] = the largest of
 * x[n,c,h,w] over h and w; the gradient goes to that pixel only, of equal ones to the first in
 * reading order (ONNX GlobalMaxPool; Oquab et al., "Is object localization for free?", CVPR 2015,
 * section 3.2).
 */
public record GlobalMaxPool2d() implements Layer {
  @Override
  public Shape output(List<Shape> inputs) {
    Shape input = Inputs.map(type(), inputs);
    GlobalAvgPool2d.whole(input); // refuses maps larger than a window can be
    return Shape.of(input.size(0));
  }

  Step forward(Tensor x, NodeContext workspace) {
    Shape output = Shape.of(x.shape().size(0));
    return MaxPool2d.forward(GlobalAvgPool2d.whole(x.shape()), output, x, workspace);
  }
}
