package io.fovea.layer;

import io.fovea.kernel.geometry.Conv2dGeometry;
import io.fovea.kernel.op.Conv2dKernel;
import io.fovea.layer.context.NodeContext;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import io.fovea.tensor.Window;
import java.util.Arrays;
import java.util.List;

/**
 * Transposed convolution: the input gradient of a convolution, applied to the input, so that maps
 * become larger by the stride. With x (N, C, H, W), w (C, O/groups, KH, KW), b (O),
 *
 * <pre>
 * y[n, o, i*stride + u*dilation - pad, j*stride + v*dilation - pad] += w[c,o,u,v] * x[n,c,i,j],   from b[o] on
 * height of y = (H-1)*stride - top - bottom + dilation*(KH-1) + 1 + output padding
 * </pre>
 *
 * and the width likewise (Dumoulin and Visin, arXiv 1603.07285, chapter 4; ONNX ConvTranspose). dx
 * is that convolution of dy, dw the convolution's weight gradient with x and dy exchanged, db the
 * sum of dy. So the kernels are the convolution's.
 *
 * @param filters output channels, O
 * @param window kernel size, stride, padding, dilation of the convolution
 * @param outputPaddingHeight further rows of the output below, less than the stride
 * @param outputPaddingWidth further columns of the output on the right, less than the stride
 * @param groups each group of channels makes its own part of the filters
 * @param bias false leaves b out
 */
public record ConvTranspose2d(
    int filters,
    Window window,
    int outputPaddingHeight,
    int outputPaddingWidth,
    int groups,
    boolean bias)
    implements Layer {

  /**
   * Throws IllegalArgumentException if filters or groups are below 1, filters do not divide into
   * groups, or an output padding is negative or not less than the stride.
   */
  public ConvTranspose2d {
    Inputs.requireFilters("conv_transpose2d", filters, groups);
    if (Math.min(outputPaddingHeight, outputPaddingWidth) < 0
        || outputPaddingHeight >= window.strideHeight()
        || outputPaddingWidth >= window.strideWidth()) {
      throw new IllegalArgumentException(
          "conv_transpose2d: output padding must be from 0 to below the stride, got %dx%d for %s"
              .formatted(outputPaddingHeight, outputPaddingWidth, window));
    }
  }

  @Override
  public Shape output(List<Shape> inputs) {
    Shape input = Inputs.groups(type(), inputs, groups);
    long height =
        (input.size(1) - 1L) * window.strideHeight()
            - (window.top() + window.bottom())
            + window.reachHeight()
            + outputPaddingHeight;
    long width =
        (input.size(2) - 1L) * window.strideWidth()
            - (window.left() + window.right())
            + window.reachWidth()
            + outputPaddingWidth;
    if (height < 1 || width < 1) {
      throw new IllegalArgumentException(
          "conv_transpose2d kernel %s leaves nothing of input %s; use less padding"
              .formatted(window, input));
    }
    return Inputs.resized(type(), input, filters, height, width, "use a smaller stride");
  }

  /** The convolution whose transpose this is: from the output's shape to the input's. */
  Conv2dGeometry geometry(Shape input) {
    Shape output = output(List.of(input));
    return new Conv2dGeometry(
        filters, output.size(1), output.size(2), input.size(0), groups, window);
  }

  @Override
  public List<Parameter> parameters(List<Shape> inputs) {
    int channels = inputs.getFirst().size(0);
    int taps = window.kernelHeight() * window.kernelWidth();
    int meeting =
        Math.ceilDiv(window.kernelHeight(), window.strideHeight())
            * Math.ceilDiv(window.kernelWidth(), window.strideWidth());
    int fanIn = channels / groups * meeting;
    int fanOut = filters / groups * taps;
    Shape shape = Shape.of(channels, filters / groups, window.kernelHeight(), window.kernelWidth());
    return new Parameter("weight", shape, Parameter.Role.WEIGHT, fanIn, fanOut).and(bias, filters);
  }

  @Override
  public long multiplyAdds(List<Shape> inputs) {
    Conv2dGeometry g = geometry(inputs.getFirst());
    return (long) g.outputElements() * g.taps();
  }

  Step forward(Tensor x, Values weights, NodeContext workspace) {
    Conv2dGeometry g = geometry(x.shape());
    Conv2dKernel kernel = workspace.kernel(g, workspace.kernels()::transposedConv2d);
    float[] w = weights.of("weight");
    Tensor y = workspace.output(Shape.of(filters, g.height(), g.width()), x.count());
    kernel.backwardInput(y, x, w, workspace.resources());
    if (bias) {
      float[] b = weights.of("bias");
      workspace.workers().run(y.count(), (n, worker) -> addBias(y, b, n));
    }
    return Step.of(workspace, y, dy -> backward(dy, x, w, kernel, workspace));
  }

  private List<Tensor> backward(
      Tensor dy, Tensor x, float[] w, Conv2dKernel kernel, NodeContext workspace) {
    int channels = x.shape().size(0);
    if (!workspace.isFrozen()) {
      float[] dw = workspace.gradient("weight", w.length);
      float[] unused = workspace.floats("unused db", channels);
      kernel.backwardWeights(dw, unused, dy, x, workspace.resources());
      if (bias) {
        float[] sums = workspace.floats("sums", dy.count() * filters);
        workspace.workers().run(dy.count(), (n, worker) -> biasGradient(sums, dy, n));
        ImageSums.add(workspace.gradient("bias", filters), sums, dy.count(), filters);
      }
    }
    return workspace.inputGradient(
        x.shape(),
        x.count(),
        dx ->
            kernel.forward(
                dx, dy, w, workspace.floats("zero bias", channels), workspace.resources()));
  }

  private static void addBias(Tensor y, float[] b, int n) {
    int filters = y.shape().size(0);
    int yAt = Broadcast.at(y, n);
    int end = yAt + y.shape().elements();
    for (; yAt < end; yAt += filters) {
      for (int o = 0; o < filters; o++) {
        y.array()[yAt + o] += b[o];
      }
    }
  }

  /** One image's sums over its pixels. */
  private static void biasGradient(float[] sums, Tensor dy, int n) {
    int filters = dy.shape().size(0);
    int to = n * filters;
    int dyAt = Broadcast.at(dy, n);
    int end = dyAt + dy.shape().elements();
    Arrays.fill(sums, to, to + filters, 0);
    for (; dyAt < end; dyAt += filters) {
      for (int o = 0; o < filters; o++) {
        sums[to + o] += dy.array()[dyAt + o];
      }
    }
  }
}
