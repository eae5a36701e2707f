package io.fovea.layer;

import io.fovea.kernel.Conv2dGeometry;
import io.fovea.kernel.Conv2dKernel;
import io.fovea.kernel.ImageMaxPool2dKernel;
import io.fovea.kernel.PooledOutput;
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
 * @param groups each group of filters sees its own share of the channels; as many as channels makes
 *     it depthwise
 * @param bias false leaves b out, as before a batch normalisation
 */
public record Conv2d(int filters, Window window, int groups, boolean bias) implements Layer {

  /**
   * Checks the facts.
   *
   * @throws IllegalArgumentException if filters or groups are below 1, or filters do not divide
   *     into groups
   */
  public Conv2d {
    if (filters < 1 || groups < 1 || filters % groups != 0) {
      throw new IllegalArgumentException(
          "conv2d: filters and groups must be at least 1 and filters a multiple of groups, got %d filters in %d groups"
              .formatted(filters, groups));
    }
  }

  @Override
  public String type() {
    return "conv2d";
  }

  @Override
  public Shape output(List<Shape> inputs) {
    Shape input = Inputs.map(type(), inputs);
    if (input.size(0) % groups != 0) {
      throw new IllegalArgumentException(
          "conv2d expects channels that divide into %d groups, got %d (input %s)"
              .formatted(groups, input.size(0), input));
    }
    int height = window.outputHeight(input.size(1));
    int width = window.outputWidth(input.size(2));
    if (height < 1 || width < 1) {
      throw new IllegalArgumentException(
          "conv2d kernel %s does not fit into input %s; use a smaller kernel or more padding"
              .formatted(window, input));
    }
    return Shape.of(filters, height, width);
  }

  /** The facts of this convolution on an input of the given shape. */
  Conv2dGeometry geometry(Shape input) {
    return new Conv2dGeometry(input.size(0), input.size(1), input.size(2), filters, groups, window);
  }

  @Override
  public List<Parameter> parameters(List<Shape> inputs) {
    Conv2dGeometry g = geometry(inputs.getFirst());
    int fanOut = g.groupFilters() * window.kernelHeight() * window.kernelWidth();
    Shape shape = Shape.of(filters, g.groupChannels(), window.kernelHeight(), window.kernelWidth());
    Parameter weight = new Parameter("weight", shape, Parameter.Role.WEIGHT, g.taps(), fanOut);
    return bias
        ? List.of(
            weight, new Parameter("bias", Shape.of(filters), Parameter.Role.BIAS, g.taps(), fanOut))
        : List.of(weight);
  }

  @Override
  public long multiplyAdds(List<Shape> inputs) {
    Conv2dGeometry g = geometry(inputs.getFirst());
    return (long) g.outputElements() * g.taps();
  }

  @Override
  public Step forward(List<Tensor> inputs, Values weights, Workspace.Node workspace) {
    return run(inputs.getFirst(), weights, workspace, false);
  }

  /**
   * This layer and a {@link Relu} behind it in one pass: the step's output is max(y, 0), and its
   * way back takes the gradient of that.
   */
  public Step forwardRectified(Tensor x, Values weights, Workspace.Node workspace) {
    return run(x, weights, workspace, true);
  }

  /**
   * Whether {@link #forwardPooled} is there for these images in this pass: the kernels can, and no
   * weights are frozen.
   */
  public boolean pools(MaxPool2d pool, Tensor x, Workspace.Node workspace, Workspace.Node pooled) {
    return !workspace.isFrozen()
        && pool.kernel(map(x), pooled) instanceof ImageMaxPool2dKernel pooling
        && kernel(x, workspace)
            .pools(pooling.geometry(), x.count(), workspace.needsInputGradient());
  }

  /**
   * This layer, a {@link Relu} and a {@link MaxPool2d} behind it in one pass, to the same bits: the
   * step's output is the pooled one, and its way back takes the gradient of that. The map between
   * them is never there as a whole.
   *
   * @param pooled the pooling's place
   */
  public Step forwardPooled(
      MaxPool2d pool, Tensor x, Values weights, Workspace.Node workspace, Workspace.Node pooled) {
    Conv2dKernel kernel = kernel(x, workspace);
    float[] w = weights.of("weight");
    float[] b = bias ? weights.of("bias") : workspace.floats("zero bias", filters);
    PooledOutput output = pool.pooled(map(x), x.count(), pooled);
    kernel.forwardPooled(output, x, w, b, workspace.resources());
    return Step.of(
        workspace,
        output.y(),
        dy -> {
          Tensor dx = inputGradient(x, kernel, workspace);
          float[] dw = workspace.gradient("weight", w.length);
          kernel.backwardPooled(
              dx, dw, biasGradient(workspace), x, dy, output, w, workspace.resources());
          return dx == null ? List.of() : List.of(dx);
        });
  }

  /**
   * This layer's output as some channels of a map that it shares with other layers, to the same
   * bits: filter o goes to channel {@code channel} + o. Forward only; the step's output is the
   * whole map.
   *
   * @param rectified with a {@link Relu} behind it
   */
  public Step forwardJoined(
      Tensor joined,
      int channel,
      Tensor x,
      Values weights,
      Workspace.Node workspace,
      boolean rectified) {
    float[] b = bias ? weights.of("bias") : workspace.floats("zero bias", filters);
    kernel(x, workspace)
        .forwardJoined(
            joined, channel, x, weights.of("weight"), b, rectified, workspace.resources());
    return Step.of(workspace, joined, List::of);
  }

  private Conv2dKernel kernel(Tensor x, Workspace.Node workspace) {
    return workspace.kernel(geometry(x.shape()), workspace.kernels()::conv2d);
  }

  /** The shape of the output. */
  private Shape map(Tensor x) {
    return output(List.of(x.shape()));
  }

  private static @Nullable Tensor inputGradient(
      Tensor x, Conv2dKernel kernel, Workspace.Node workspace) {
    if (!workspace.needsInputGradient()) {
      return null;
    }
    boolean replaces = workspace.ownsInput() && !workspace.isFrozen() && kernel.replacesInput();
    return replaces ? x : workspace.inputGradient(0, x.shape(), x.count());
  }

  private float[] biasGradient(Workspace.Node workspace) {
    return bias ? workspace.gradient("bias", filters) : workspace.floats("unused db", filters);
  }

  private Step run(Tensor x, Values weights, Workspace.Node workspace, boolean rectified) {
    Conv2dKernel kernel = kernel(x, workspace);
    float[] w = weights.of("weight");
    float[] b = bias ? weights.of("bias") : workspace.floats("zero bias", filters);
    Tensor y = workspace.output(map(x), x.count());
    if (rectified && kernel.rectifies()) {
      kernel.forwardRectified(y, x, w, b, workspace.resources());
    } else {
      kernel.forward(y, x, w, b, workspace.resources());
      if (rectified) {
        workspace.kernels().relu().forward(y, y, workspace.resources());
      }
    }
    return Step.of(workspace, y, dy -> backward(dy, x, rectified ? y : null, w, kernel, workspace));
  }

  private List<Tensor> backward(
      Tensor dy,
      Tensor x,
      @Nullable Tensor rectified,
      float[] w,
      Conv2dKernel kernel,
      Workspace.Node workspace) {
    Tensor dx = inputGradient(x, kernel, workspace);
    Tensor gate = rectified == null || dy.isAt(rectified) ? null : rectified;
    if (workspace.isFrozen()) {
      return dx == null ? List.of() : backwardInput(dx, dy, gate, w, kernel, workspace);
    }
    float[] dw = workspace.gradient("weight", w.length);
    float[] db = biasGradient(workspace);
    kernel.backward(dx, dw, db, x, dy, gate, w, workspace.resources());
    return dx == null ? List.of() : List.of(dx);
  }

  /** The way back through frozen weights: past them, no gradient of theirs. */
  private static List<Tensor> backwardInput(
      Tensor dx,
      Tensor dy,
      @Nullable Tensor rectified,
      float[] w,
      Conv2dKernel kernel,
      Workspace.Node workspace) {
    Tensor dz = dy;
    if (rectified != null) {
      dz = workspace.tensor("gated dy", dy.shape(), dy.count());
      workspace.kernels().relu().backward(dz, dy, rectified, workspace.resources());
    }
    kernel.backwardInput(dx, dz, w, workspace.resources());
    return List.of(dx);
  }
}
