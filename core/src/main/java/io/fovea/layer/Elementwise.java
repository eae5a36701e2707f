package io.fovea.layer;

import io.fovea.kernel.op.Activation;
import io.fovea.kernel.op.UnaryKernel;
import io.fovea.layer.context.NodeContext;
import io.fovea.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The pass that all activations share. The output has the input's shape as it is, so a flattened
 * value still remembers the maps that it came from.
 */
final class Elementwise {
  private Elementwise() {}

  static Activation function(ActivationLayer layer) {
    return switch (layer) {
      case Relu relu -> new Activation.Relu();
      case LeakyRelu leakyRelu -> new Activation.LeakyRelu(leakyRelu.slope());
      case Elu elu -> new Activation.Elu(elu.alpha());
      case Selu selu -> new Activation.Selu(selu.alpha(), selu.gamma());
      case Gelu gelu -> gelu.approximate() ? new Activation.GeluByTanh() : new Activation.Gelu();
      case Silu silu -> new Activation.Silu();
      case Mish mish -> new Activation.Mish();
      case Softplus softplus -> new Activation.Softplus();
      case Sigmoid sigmoid -> new Activation.Sigmoid();
      case HardSigmoid hardSigmoid ->
          new Activation.HardSigmoid(hardSigmoid.alpha(), hardSigmoid.beta());
      case HardSwish hardSwish -> new Activation.HardSwish();
      case Tanh tanh -> new Activation.Tanh();
      case Clip clip -> new Activation.Clip(clip.min(), clip.max());
    };
  }

  /** Accepts the offered fusion; returns its activation, or null for none. */
  static @Nullable Activation accepted(NodeContext node) {
    return node.accept(node.offered()).activation();
  }

  static Step forward(ActivationLayer layer, Tensor x, NodeContext workspace) {
    UnaryKernel kernel = workspace.kernel(function(layer), workspace.kernels()::activation);
    return forward(kernel, x, false, workspace);
  }

  /** The step of a kernel, whose backward pass reads y if it keeps the output, else x. */
  static Step forward(UnaryKernel kernel, Tensor x, boolean keepsOutput, NodeContext workspace) {
    Tensor y = workspace.output(x.shape(), x.count());
    kernel.forward(y, x, workspace.resources());
    return Step.of(workspace, y, dy -> backward(dy, keepsOutput ? y : x, kernel, workspace));
  }

  private static List<Tensor> backward(
      Tensor dy, Tensor kept, UnaryKernel kernel, NodeContext workspace) {
    if (!workspace.needsInputGradient()) {
      return List.of();
    }
    Tensor dx =
        workspace.ownsInput() ? kept : workspace.inputGradient(0, kept.shape(), kept.count());
    kernel.backward(dx, dy, kept, workspace.resources());
    return List.of(dx);
  }

  static void requireFinite(String type, String fact, float value, String usual) {
    if (!Float.isFinite(value)) {
      throw new IllegalArgumentException(
          "%s: %s must be a finite number (%s is usual), got %s"
              .formatted(type, fact, usual, value));
    }
  }
}
