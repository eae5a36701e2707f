package io.fovea.layer;

import io.fovea.kernel.geometry.DenseGeometry;
import io.fovea.kernel.op.DenseKernel;
import io.fovea.kernel.op.GradientSink;
import io.fovea.layer.context.NodeContext;
import io.fovea.range.Ranges;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import java.util.List;

/**
 * The fully connected layer, with x (N, in), w (out, in), b (out) (Rumelhart, Hinton and Williams,
 * "Learning representations by back-propagating errors", Nature 323, 1986, equation 1):
 *
 * <pre>
 * y[n,o] = b[o] + sum over f of x[n,f] * w[o,f]
 * dx = dy . w      dw = dy^T . x      db = sum over n of dy
 * </pre>
 *
 * Columns of w are in logical order: for an input flattened from (C, H, W), column (c*H + h)*W + w.
 *
 * @param outputs output features
 * @param bias false leaves b out
 */
public record Dense(int outputs, boolean bias) implements Layer {

  /** Throws IllegalArgumentException if outputs is below 1. */
  public Dense {
    Ranges.atLeastOne("dense: outputs", outputs);
  }

  @Override
  public Shape output(List<Shape> inputs) {
    Shape input = Inputs.one(type(), inputs);
    if (input.rank() != 1) {
      throw new IllegalArgumentException(
          "dense expects a row of features, got feature maps " + input + "; put flatten before it");
    }
    return Shape.of(outputs);
  }

  DenseGeometry geometry(Shape input) {
    return new DenseGeometry(input, outputs);
  }

  @Override
  public List<Parameter> parameters(List<Shape> inputs) {
    int in = inputs.getFirst().elements();
    return new Parameter("weight", Shape.of(outputs, in), Parameter.Role.WEIGHT, in, outputs)
        .and(bias, outputs);
  }

  @Override
  public long multiplyAdds(List<Shape> inputs) {
    return (long) outputs * inputs.getFirst().elements();
  }

  Step forward(Tensor x, Values weights, NodeContext workspace) {
    DenseKernel kernel = workspace.kernel(geometry(x.shape()), workspace.kernels()::dense);
    float[] w = weights.of("weight");
    float[] b = bias ? weights.of("bias") : workspace.floats("zero bias", outputs);
    Tensor y = workspace.output(Shape.of(outputs), x.count());
    kernel.forward(y, x, w, b, workspace.resources());
    return Step.of(workspace, y, dy -> backward(dy, x, w, kernel, workspace));
  }

  private List<Tensor> backward(
      Tensor dy, Tensor x, float[] w, DenseKernel kernel, NodeContext workspace) {
    Tensor dx = workspace.needsInputGradient() ? inputGradient(x, workspace) : null;
    GradientSink sink = workspace.isFrozen() ? null : workspace.sink("weight");
    if (sink != null) {
      float[] db = workspace.biasGradient(bias, outputs);
      kernel.backward(dx, sink, db, x, dy, w, workspace.resources());
    } else {
      if (!workspace.isFrozen()) {
        float[] dw = workspace.gradient("weight", w.length);
        float[] db = workspace.biasGradient(bias, outputs);
        kernel.backwardWeights(dw, db, x, dy, workspace.resources());
      }
      if (dx != null) {
        kernel.backwardInput(dx, dy, w, workspace.resources());
      }
    }
    return dx == null ? List.of() : List.of(dx);
  }

  /**
   * The tensor for dx: x itself where no other node reads it any more, since it is in the cache.
   */
  private static Tensor inputGradient(Tensor x, NodeContext workspace) {
    return workspace.ownsInput() ? x : workspace.inputGradient(0, x.shape(), x.count());
  }
}
