package io.fovea.layer;

import io.fovea.kernel.geometry.GroupNormGeometry;
import io.fovea.kernel.op.GroupNormKernel;
import io.fovea.kernel.op.Moments;
import io.fovea.layer.context.NodeContext;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import java.util.List;

/** The forward and backward pass that normalisations within images share, and their checks. */
final class ImageNorm {
  private ImageNorm() {}

  static void requireEpsilon(String type, float epsilon) {
    if (!(epsilon > 0 && epsilon < Float.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          type + ": epsilon must be a number above 0 (1e-5 is usual), got " + epsilon);
    }
  }

  /** The scale gamma and the shift beta. */
  static List<Parameter> parameters(Shape shape) {
    return List.of(
        new Parameter("weight", shape, Parameter.Role.SCALE, 1, 1),
        new Parameter("bias", shape, Parameter.Role.BIAS, 1, 1));
  }

  static Step forward(GroupNormGeometry g, Tensor x, Values weights, NodeContext workspace) {
    GroupNormKernel kernel = workspace.kernel(g, workspace.kernels()::groupNorm);
    float[] gamma = weights.of("weight");
    Tensor y = workspace.output(x.shape(), x.count());
    Tensor rows = view(x, g);
    Moments moments = new Moments(rows.count() * g.groups());
    kernel.forward(view(y, g), moments, rows, gamma, weights.of("bias"), workspace.resources());
    return Step.of(workspace, y, dy -> backward(dy, x, g, gamma, moments, kernel, workspace));
  }

  /** The memory of images as the kernel's, which may be single pixels. */
  private static Tensor view(Tensor x, GroupNormGeometry g) {
    Shape shape = Shape.of(g.elements());
    return Tensor.on(x.array(), x.offset(), shape, x.elements() / g.elements());
  }

  private static List<Tensor> backward(
      Tensor dy,
      Tensor x,
      GroupNormGeometry g,
      float[] gamma,
      Moments moments,
      GroupNormKernel kernel,
      NodeContext workspace) {
    float[] dgamma = workspace.gradient("weight", gamma.length);
    float[] dbeta = workspace.gradient("bias", gamma.length);
    Tensor dx =
        workspace.needsInputGradient() ? workspace.inputGradient(0, x.shape(), x.count()) : null;
    kernel.backward(
        dx == null ? null : view(dx, g),
        dgamma,
        dbeta,
        view(x, g),
        view(dy, g),
        moments,
        gamma,
        workspace.resources());
    return dx == null ? List.of() : List.of(dx);
  }
}
