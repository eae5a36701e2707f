package io.fovea.layer;

import io.fovea.kernel.geometry.GroupNormGeometry;
import io.fovea.layer.context.NodeContext;
import io.fovea.range.Ranges;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import java.util.List;

/**
 * Group normalisation: the channels of (C, H, W) are cut into groups of neighbours, and each group
 * of each image is brought to mean 0 and deviation 1; then each channel is scaled by gamma and
 * shifted by beta, both (C) and learned (Wu and He, arXiv 1803.08494):
 *
 * <pre>
 * y = gamma[c] * (x - mean[n,k]) / sqrt(variance[n,k] + epsilon) + beta[c],   k the group of c
 * </pre>
 *
 * with the variance divided by M = C/groups * H * W. Nothing depends on the batch, so training and
 * inference are the same, and batches may be small. As many groups as channels is instance
 * normalisation. Parameters are named as in PyTorch: weight is gamma, bias is beta.
 *
 * @param groups from 1, a divisor of the channels
 * @param epsilon added to the variance, above 0
 */
public record GroupNorm(int groups, float epsilon) implements Layer {
  public GroupNorm {
    Ranges.atLeastOne("group_norm: groups", groups);
    ImageNorm.requireEpsilon("group_norm", epsilon);
  }

  /** With epsilon 1e-5. */
  public GroupNorm(int groups) {
    this(groups, 1e-5f);
  }

  @Override
  public Shape output(List<Shape> inputs) {
    Shape input = Inputs.groups(type(), inputs, groups);
    if (geometry(input).values() < 2) {
      throw new IllegalArgumentException(
          "group_norm expects at least 2 values a group (channels/groups * height * width), got 1 (input %s in %d groups); use fewer groups"
              .formatted(input, groups));
    }
    return input;
  }

  GroupNormGeometry geometry(Shape input) {
    return new GroupNormGeometry(input.size(0), input.size(1) * input.size(2), groups, epsilon);
  }

  @Override
  public List<Parameter> parameters(List<Shape> inputs) {
    return ImageNorm.parameters(Shape.of(inputs.getFirst().size(0)));
  }

  Step forward(Tensor x, Values weights, NodeContext workspace) {
    return ImageNorm.forward(geometry(x.shape()), x, weights, workspace);
  }
}
