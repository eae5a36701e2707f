package io.fovea.layer;

import io.fovea.kernel.geometry.BatchNorm2dGeometry;
import io.fovea.kernel.op.BatchNorm2dKernel;
import io.fovea.kernel.op.Epilogue;
import io.fovea.kernel.op.Moments;
import io.fovea.kernel.op.Normalization;
import io.fovea.layer.context.NodeContext;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/**
 * Scale and shift of each channel, for maps (C, H, W) or rows (C), with weight and bias (C), both
 * learned:
 *
 * <pre>
 * y = weight[c] * x + bias[c]
 * </pre>
 *
 * dx = weight[c] * dy; dweight[c] = the sum of dy * x, dbias[c] = the sum of dy, over images and
 * pixels. It is computed by the kernel of batch normalisation with mean 0 and variance 1. Networks
 * have it where a batch normalisation was folded (Caffe's Scale layer; in ONNX a Mul and an Add
 * with constants of (C, 1, 1)).
 *
 * @param bias false leaves the shift out
 */
public record ChannelAffine(boolean bias) implements Layer {
  @Override
  public Shape output(List<Shape> inputs) {
    return Inputs.channels(type(), inputs);
  }

  /** The same as a normalisation of maps; a row is one pixel. */
  static BatchNorm2dGeometry geometry(Shape input) {
    return new BatchNorm2dGeometry(input.size(0), input.elements() / input.size(0), 1, 0);
  }

  /** Mean 0 and variance 1. */
  static Moments standard(int channels) {
    Moments moments = new Moments(channels);
    Arrays.fill(moments.variance(), 1);
    return moments;
  }

  @Override
  public List<Parameter> parameters(List<Shape> inputs) {
    int channels = inputs.getFirst().size(0);
    return new Parameter("weight", Shape.of(channels), Parameter.Role.SCALE, 1, 1)
        .and(bias, channels);
  }

  Step forward(Tensor x, Values weights, NodeContext workspace) {
    BatchNorm2dKernel kernel =
        workspace.kernel(geometry(x.shape()), workspace.kernels()::batchNorm2d);
    float[] w = weights.of("weight");
    float[] b = bias ? weights.of("bias") : workspace.floats("zero bias", w.length);
    Normalization affine = new Normalization(standard(w.length), w, b);
    Tensor y = workspace.output(x.shape(), x.count());
    kernel.forward(y, x, affine, Epilogue.NONE, workspace.resources());
    return Step.of(
        workspace, y, dy -> BatchNorm2d.backward(dy, x, affine, bias, kernel, workspace));
  }
}
