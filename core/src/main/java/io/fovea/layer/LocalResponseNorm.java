package io.fovea.layer;

import io.fovea.kernel.geometry.LocalResponseNormGeometry;
import io.fovea.kernel.op.UnaryKernel;
import io.fovea.layer.context.NodeContext;
import io.fovea.range.Ranges;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import java.util.List;

/**
 * Local response normalisation: each value is divided by a power of the mean square of its
 * neighbouring channels at the same pixel (Krizhevsky, Sutskever and Hinton, "ImageNet
 * classification with deep convolutional neural networks", NIPS 2012, section 3.3):
 *
 * <pre>
 * y[c] = x[c] / (k + alpha/size * sum of x[e]^2)^beta,   e from c - (size-1)/2 to c + size/2, both rounded down
 * </pre>
 *
 * over the channels that exist. As in ONNX (LRN) and PyTorch, alpha is divided by the size, which
 * the paper does not do; even sizes include one channel more behind than before, as in ONNX.
 *
 * @param size channels of a sum, from 1 to 32,767
 * @param alpha weighs the mean of the squares
 * @param beta the power; 0.75 is computed fastest
 * @param k added to the mean
 */
public record LocalResponseNorm(int size, float alpha, float beta, float k) implements Layer {
  /**
   * Throws IllegalArgumentException if the size is not from 1 to 32,767, or a number is not finite.
   */
  public LocalResponseNorm {
    Ranges.whole("local_response_norm: size", size, 1, Inputs.LARGEST);
    Elementwise.requireFinite("local_response_norm", "alpha", alpha, "1e-4");
    Elementwise.requireFinite("local_response_norm", "beta", beta, "0.75");
    Elementwise.requireFinite("local_response_norm", "k", k, "1");
  }

  /** With alpha 1e-4, beta 0.75 and k 1. */
  public LocalResponseNorm(int size) {
    this(size, 1e-4f, 0.75f, 1);
  }

  @Override
  public Shape output(List<Shape> inputs) {
    return Inputs.map(type(), inputs);
  }

  LocalResponseNormGeometry geometry(Shape input) {
    return new LocalResponseNormGeometry(
        input.size(0), input.size(1) * input.size(2), size, alpha, beta, k);
  }

  Step forward(Tensor x, NodeContext workspace) {
    UnaryKernel kernel =
        workspace.kernel(geometry(x.shape()), workspace.kernels()::localResponseNorm);
    return Elementwise.forward(kernel, x, false, workspace);
  }
}
