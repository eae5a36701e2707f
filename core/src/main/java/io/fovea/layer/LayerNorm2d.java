package io.fovea.layer;

import io.fovea.kernel.geometry.GroupNormGeometry;
import io.fovea.layer.context.NodeContext;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import java.util.List;

/**
 * Layer normalisation over the channels of each pixel of (C, H, W): they are brought to mean 0 and
 * deviation 1; then each channel is scaled by gamma and shifted by beta, both (C) and learned (Liu
 * et al., "A ConvNet for the 2020s", arXiv 2201.03545):
 *
 * <pre>
 * y = gamma[c] * (x - mean[n,h,w]) / sqrt(variance[n,h,w] + epsilon) + beta[c]
 * </pre>
 *
 * with the variance divided by C. Nothing depends on the batch, so training and inference are the
 * same. It is torchvision's and timm's LayerNorm2d; weight is gamma, bias is beta. {@link
 * LayerNorm} takes all values of an image together instead.
 *
 * @param epsilon added to the variance, above 0
 */
public record LayerNorm2d(float epsilon) implements Layer {
  public LayerNorm2d {
    ImageNorm.requireEpsilon("layer_norm2d", epsilon);
  }

  /** With epsilon 1e-5, as PyTorch's LayerNorm has; ConvNeXt has 1e-6. */
  public LayerNorm2d() {
    this(1e-5f);
  }

  @Override
  public Shape output(List<Shape> inputs) {
    Shape input = Inputs.map(type(), inputs);
    if (input.size(0) < 2) {
      throw new IllegalArgumentException(
          "layer_norm2d expects at least 2 channels, got 1 (input %s), whose distance from its mean is always 0; leave it out"
              .formatted(input));
    }
    return input;
  }

  @Override
  public List<Parameter> parameters(List<Shape> inputs) {
    return ImageNorm.parameters(Shape.of(inputs.getFirst().size(0)));
  }

  Step forward(Tensor x, Values weights, NodeContext workspace) {
    // Channels-last, a pixel is a contiguous row.
    GroupNormGeometry pixel = new GroupNormGeometry(x.shape().size(0), 1, 1, epsilon);
    return ImageNorm.forward(pixel, x, weights, workspace);
  }
}
