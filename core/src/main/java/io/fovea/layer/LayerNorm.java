package io.fovea.layer;

import io.fovea.kernel.geometry.GroupNormGeometry;
import io.fovea.kernel.op.Packing;
import io.fovea.layer.context.NodeContext;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import java.util.List;

/**
 * Layer normalisation: all values of an image, (C, H, W) or a row of features, are brought to mean
 * 0 and deviation 1; then each value is scaled by its gamma and shifted by its beta, both of the
 * input's shape and learned (Ba, Kiros and Hinton, arXiv 1607.06450):
 *
 * <pre>
 * y[i] = gamma[i] * (x[i] - mean[n]) / sqrt(variance[n] + epsilon) + beta[i]
 * </pre>
 *
 * with the variance divided by the number of values. Nothing depends on the batch, so training and
 * inference are the same. PyTorch's LayerNorm over (C, H, W), or over (F); weight is gamma, bias is
 * beta, in logical order. For one scale a channel use {@link GroupNorm} with one group.
 *
 * @param epsilon added to the variance, above 0
 */
public record LayerNorm(float epsilon) implements Layer {
  public LayerNorm {
    ImageNorm.requireEpsilon("layer_norm", epsilon);
  }

  /** With epsilon 1e-5. */
  public LayerNorm() {
    this(1e-5f);
  }

  @Override
  public Shape output(List<Shape> inputs) {
    Shape input = Inputs.one(type(), inputs);
    if (input.elements() < 2) {
      throw new IllegalArgumentException(
          "layer_norm expects at least 2 values an image, got 1 (input %s), whose distance from its mean is always 0; leave it out"
              .formatted(input));
    }
    return input;
  }

  GroupNormGeometry geometry(Shape input) {
    return new GroupNormGeometry(input.elements(), 1, 1, epsilon);
  }

  /** gamma and beta are stored in the memory order of the values. */
  static Packing packing(Shape input) {
    int[] logical = input.logicalOrder();
    int[] positions = new int[logical.length];
    for (int i = 0; i < logical.length; i++) {
      positions[logical[i]] = i;
    }
    return Packing.of(positions, positions.length);
  }

  @Override
  public List<Parameter> parameters(List<Shape> inputs) {
    return ImageNorm.parameters(Shape.of(inputs.getFirst().sizes()));
  }

  Step forward(Tensor x, Values weights, NodeContext workspace) {
    return ImageNorm.forward(geometry(x.shape()), x, weights, workspace);
  }
}
