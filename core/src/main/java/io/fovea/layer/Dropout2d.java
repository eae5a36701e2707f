package io.fovea.layer;

import io.fovea.layer.context.NodeContext;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import java.util.List;

/**
 * Spatial dropout while training: each channel of each image becomes 0 in all its pixels with
 * probability p, the others are divided by 1 - p; the identity at inference (Tompson et al.,
 * "Efficient object localization using convolutional networks", CVPR 2015, section 3.2).
 * Neighbouring pixels of a map are alike, so that {@link Dropout} of single pixels would have
 * little effect. dx = dy * the same factors. The choice is keyed by (seed, step, node, image in the
 * batch, channel).
 *
 * @param rate the probability p to drop, from 0 to below 1
 */
public record Dropout2d(float rate) implements Layer {
  public Dropout2d {
    Dropout.requireRate("dropout2d", rate);
  }

  @Override
  public Shape output(List<Shape> inputs) {
    return Inputs.map(type(), inputs);
  }

  Step forward(Tensor x, NodeContext workspace) {
    return Dropout.forward(x, rate, x.shape().size(0), workspace);
  }
}
