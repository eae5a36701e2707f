package io.fovea.layer;

import io.fovea.kernel.geometry.Pool2dGeometry;
import io.fovea.kernel.op.AvgPool2dKernel;
import io.fovea.layer.context.NodeContext;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import io.fovea.tensor.Window;
import java.util.List;

/**
 * Average pooling: y[n,c,i,j] = the sum of x over the window of (i, j), divided by the number of
 * its elements inside the map or, where the padding counts, inside the padded map. The gradient is
 * dy over that number for each element inside the map (LeCun et al., "Gradient-based learning
 * applied to document recognition", 1998, section II.A, where it is called sub-sampling).
 *
 * <p>In ceil mode the number of outputs along an axis is rounded up instead of down, so that the
 * last window may reach past the padded map; elements there do not count. A window that would begin
 * in the padding behind the map is left out, as in PyTorch and ONNX (AveragePool, opset 22).
 *
 * @param window kernel size, stride, padding and dilation; the padding is less than the dilated
 *     kernel
 * @param ceilMode whether the number of outputs is rounded up
 * @param countIncludePad whether the zeros of the padding count in the mean
 */
public record AvgPool2d(Window window, boolean ceilMode, boolean countIncludePad) implements Layer {
  public AvgPool2d {
    Pooling.check("avg_pool2d", window);
  }

  /** Without ceil mode, and without the padding in the mean. */
  public AvgPool2d(Window window) {
    this(window, false, false);
  }

  @Override
  public Shape output(List<Shape> inputs) {
    return Pooling.output(type(), inputs, geometry(Inputs.map(type(), inputs)));
  }

  Pool2dGeometry geometry(Shape input) {
    return new Pool2dGeometry(
        input.size(0), input.size(1), input.size(2), window, ceilMode, countIncludePad);
  }

  Step forward(Tensor x, NodeContext workspace) {
    Pool2dGeometry g = geometry(x.shape());
    return forward(g, Shape.of(g.channels(), g.outputHeight(), g.outputWidth()), x, workspace);
  }

  /** Runs any average pooling, also the global one. */
  static Step forward(Pool2dGeometry g, Shape output, Tensor x, NodeContext workspace) {
    AvgPool2dKernel kernel = workspace.kernel(g, workspace.kernels()::avgPool2d);
    Tensor y = workspace.output(output, x.count());
    kernel.forward(y, x, workspace.resources());
    return Step.of(workspace, y, dy -> backward(dy, x.shape(), kernel, workspace));
  }

  private static List<Tensor> backward(
      Tensor dy, Shape input, AvgPool2dKernel kernel, NodeContext workspace) {
    return workspace.inputGradient(
        input, dy.count(), dx -> kernel.backward(dx, dy, workspace.resources()));
  }
}
