package io.fovea.layer;

import io.fovea.kernel.geometry.Conv2dGeometry;
import io.fovea.kernel.op.Conv2dKernel;
import io.fovea.kernel.op.Epilogue;
import io.fovea.kernel.op.FusedOutput;
import io.fovea.kernel.op.ImageMaxPool2dKernel;
import io.fovea.kernel.op.OutputView;
import io.fovea.layer.context.Fusion;
import io.fovea.layer.context.NodeContext;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import io.fovea.tensor.Window;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Two-dimensional convolution (cross-correlation, as in every neural network library), with x (N,
 * C, H, W), w (O, C/groups, KH, KW), b (O):
 *
 * <pre>
 * y[n,o,i,j] = b[o] + sum over c,u,v of w[o,c,u,v] * x[n, c, i*stride + u*dilation - pad, j*stride + v*dilation - pad]
 * </pre>
 *
 * and x = 0 outside. Its gradients are sums of the same products: dw over images and pixels, dx
 * over the outputs that read a pixel, db over all outputs of a filter (LeCun et al.,
 * "Gradient-based learning applied to document recognition", 1998).
 *
 * @param filters output channels, O
 * @param window kernel size, stride, padding, dilation
 * @param groups each group of filters reads its own part of the channels; as many groups as
 *     channels make it depthwise
 * @param bias false leaves b out, as before a batch normalisation
 */
public record Conv2d(int filters, Window window, int groups, boolean bias) implements Layer {

  /**
   * Throws IllegalArgumentException if filters or groups are below 1, or filters do not divide into
   * groups.
   */
  public Conv2d {
    Inputs.requireFilters("conv2d", filters, groups);
  }

  @Override
  public Shape output(List<Shape> inputs) {
    Shape input = Inputs.groups(type(), inputs, groups);
    int height = window.outputHeight(input.size(1));
    int width = window.outputWidth(input.size(2));
    if (height < 1 || width < 1) {
      throw new IllegalArgumentException(
          "conv2d kernel %s does not fit into input %s; use a smaller kernel or more padding"
              .formatted(window, input));
    }
    return Shape.of(filters, height, width);
  }

  Conv2dGeometry geometry(Shape input) {
    return new Conv2dGeometry(input.size(0), input.size(1), input.size(2), filters, groups, window);
  }

  @Override
  public List<Parameter> parameters(List<Shape> inputs) {
    Conv2dGeometry g = geometry(inputs.getFirst());
    int fanOut = g.groupFilters() * window.kernelHeight() * window.kernelWidth();
    Shape shape = Shape.of(filters, g.groupChannels(), window.kernelHeight(), window.kernelWidth());
    return new Parameter("weight", shape, Parameter.Role.WEIGHT, g.taps(), fanOut)
        .and(bias, filters);
  }

  @Override
  public long multiplyAdds(List<Shape> inputs) {
    Conv2dGeometry g = geometry(inputs.getFirst());
    return (long) g.outputElements() * g.taps();
  }

  Step forward(Tensor x, Values weights, NodeContext workspace) {
    Conv2dKernel kernel = kernel(x, workspace);
    float[] w = weights.of("weight");
    float[] b = bias ? weights.of("bias") : workspace.floats("zero bias", filters);
    Shape map = output(List.of(x.shape()));
    Fusion fusion = workspace.accept(possible(workspace.offered(), x, kernel, workspace));
    Tensor y = output(fusion, map, x.count(), workspace);
    Epilogue epilogue = epilogue(fusion, y);
    kernel.forward(OutputView.of(y, fusion.channel()), x, w, b, epilogue, workspace.resources());
    return Step.of(workspace, y, dy -> backward(dy, x, y, epilogue, w, kernel, workspace));
  }

  private Conv2dKernel kernel(Tensor x, NodeContext workspace) {
    return workspace.kernel(geometry(x.shape()), workspace.kernels()::conv2d);
  }

  /**
   * The offered fusion, without its pooling where that cannot be computed here: the kernels do not
   * support it for this number of images, or weights are frozen.
   */
  private static Fusion possible(
      Fusion offered, Tensor x, Conv2dKernel kernel, NodeContext workspace) {
    Fusion.Pooling pooling = offered.pooling();
    if (pooling == null) {
      return offered;
    }
    boolean pools =
        !workspace.isFrozen()
            && MaxPool2d.kernel(pooling.geometry(), pooling.node())
                instanceof ImageMaxPool2dKernel max
            && kernel.supports(
                Epilogue.RELU.pooledBy(max, null), x.count(), workspace.needsInputGradient());
    return pools ? offered : offered.withoutPooling();
  }

  private static Tensor output(Fusion fusion, Shape map, int count, NodeContext workspace) {
    if (fusion.map() != null) {
      return fusion.map();
    }
    Fusion.Pooling pooling = fusion.pooling();
    return pooling == null
        ? workspace.output(map, count)
        : pooling.node().output(MaxPool2d.output(pooling.geometry()), count);
  }

  private static Epilogue epilogue(Fusion fusion, Tensor y) {
    Epilogue epilogue = new Epilogue(fusion.residual(), fusion.activation(), null);
    Fusion.Pooling pooling = fusion.pooling();
    return pooling == null ? epilogue : MaxPool2d.behind(epilogue, y, pooling);
  }

  private static @Nullable Tensor inputGradient(
      Tensor x, Conv2dKernel kernel, NodeContext workspace) {
    if (!workspace.needsInputGradient()) {
      return null;
    }
    // Winograd gates by what it overwrites, so by a ReLU only; others gate nothing there.
    boolean overwrites =
        workspace.ownsInput()
            && !workspace.isFrozen()
            && kernel.canOverwriteInput() == workspace.gatesInput();
    return overwrites ? x : workspace.inputGradient(0, x.shape(), x.count());
  }

  private List<Tensor> backward(
      Tensor dy,
      Tensor x,
      Tensor y,
      Epilogue epilogue,
      float[] w,
      Conv2dKernel kernel,
      NodeContext workspace) {
    Tensor dx = inputGradient(x, kernel, workspace);
    // A dy in y's memory was gated by the layer that reads y, and wrote it there.
    boolean gated = epilogue.isNone() || (epilogue.pooling() == null && dy.isAt(y));
    if (workspace.isFrozen()) {
      return dx == null ? List.of() : backwardInput(dx, dy, gated ? null : y, w, kernel, workspace);
    }
    float[] dw = workspace.gradient("weight", w.length);
    float[] db = workspace.biasGradient(bias, filters);
    FusedOutput output = gated ? null : new FusedOutput(y, epilogue);
    kernel.backward(dx, dw, db, x, dy, output, w, workspace.resources());
    return dx == null ? List.of() : List.of(dx);
  }

  /** The backward pass with frozen weights: the input's gradient only. */
  private static List<Tensor> backwardInput(
      Tensor dx,
      Tensor dy,
      @Nullable Tensor rectified,
      float[] w,
      Conv2dKernel kernel,
      NodeContext workspace) {
    Tensor dz = dy;
    if (rectified != null) {
      dz = workspace.tensor("gated dy", dy.shape(), dy.count());
      workspace.kernels().relu().backward(dz, dy, rectified, workspace.resources());
    }
    kernel.backwardInput(dx, dz, w, workspace.resources());
    return List.of(dx);
  }
}
