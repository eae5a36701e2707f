package io.fovea.layer;

import io.fovea.kernel.geometry.Pool2dGeometry;
import io.fovea.kernel.op.Epilogue;
import io.fovea.kernel.op.ImageMaxPool2dKernel;
import io.fovea.kernel.op.MaxPool2dKernel;
import io.fovea.layer.context.Fusion;
import io.fovea.layer.context.NodeContext;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import io.fovea.tensor.Window;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Max pooling: y[n,c,i,j] = the largest x in the window of (i, j), padding left out. The gradient
 * goes to the maximum only, of equal values to the first in reading order (Scherer, Müller and
 * Behnke, "Evaluation of pooling operations in convolutional architectures for object recognition",
 * ICANN 2010).
 *
 * <p>In ceil mode the number of outputs along an axis is rounded up instead of down, so that the
 * last window may reach past the padded map. A window that would begin in the padding behind the
 * map is left out, as in PyTorch and ONNX (MaxPool, opset 22).
 *
 * @param window kernel size, stride, padding and dilation; the padding is less than the dilated
 *     kernel
 * @param ceilMode whether the number of outputs is rounded up
 */
public record MaxPool2d(Window window, boolean ceilMode) implements Layer {
  public MaxPool2d {
    Pooling.check("max_pool2d", window);
  }

  /** Without ceil mode. */
  public MaxPool2d(Window window) {
    this(window, false);
  }

  @Override
  public Shape output(List<Shape> inputs) {
    return Pooling.output(type(), inputs, geometry(Inputs.map(type(), inputs)));
  }

  Pool2dGeometry geometry(Shape input) {
    return new Pool2dGeometry(input.size(0), input.size(1), input.size(2), window, ceilMode, false);
  }

  Step forward(Tensor x, NodeContext workspace) {
    Pool2dGeometry g = geometry(x.shape());
    return forward(g, output(g), x, workspace);
  }

  static Shape output(Pool2dGeometry g) {
    return Shape.of(g.channels(), g.outputHeight(), g.outputWidth());
  }

  static MaxPool2dKernel kernel(Pool2dGeometry g, NodeContext workspace) {
    return workspace.kernel(g, workspace.kernels()::maxPool2d);
  }

  /** The epilogue of a convolution that computes this pooling and fills y. */
  static Epilogue behind(Epilogue epilogue, Tensor y, Fusion.Pooling pooling) {
    NodeContext workspace = pooling.node();
    ImageMaxPool2dKernel kernel = (ImageMaxPool2dKernel) kernel(pooling.geometry(), workspace);
    return epilogue.pooledBy(kernel, winners(y.elements(), workspace));
  }

  /** Runs any max pooling, also the global one. */
  static Step forward(Pool2dGeometry g, Shape output, Tensor x, NodeContext workspace) {
    MaxPool2dKernel kernel = kernel(g, workspace);
    Tensor y = workspace.output(output, x.count());
    int[] winners = winners(y.elements(), workspace);
    kernel.forward(y, winners, x, workspace.resources());
    return Step.of(workspace, y, dy -> backward(dy, winners, x.shape(), kernel, workspace));
  }

  /** The array for the positions of the maxima; null at inference, which has no backward pass. */
  private static int @Nullable [] winners(int elements, NodeContext workspace) {
    return workspace.isInference() ? null : workspace.ints("winners", elements);
  }

  private static List<Tensor> backward(
      Tensor dy,
      int @Nullable [] winners,
      Shape input,
      MaxPool2dKernel kernel,
      NodeContext workspace) {
    if (!workspace.needsInputGradient()) {
      return List.of();
    }
    Objects.requireNonNull(winners, "max_pool2d: an inference pass has no backward pass");
    Tensor dx = workspace.inputGradient(0, input, dy.count());
    kernel.backward(dx, dy, winners, workspace.resources());
    return List.of(dx);
  }
}
