package io.fovea.layer;

import io.fovea.kernel.Activation;
import io.fovea.kernel.ActivationKernel;
import io.fovea.tensor.Tensor;
import java.util.List;

/**
 * The pass that all activations share. The output has the input's shape as it is, so a flattened
 * value still remembers the maps that it came from.
 */
final class Elementwise {
  private Elementwise() {}

  /** The function of an activation's elements. */
  static Activation function(Layer layer) {
    return switch (layer) {
      case LeakyRelu leaky -> leaky.function();
      case Elu elu -> elu.function();
      case Selu selu -> selu.function();
      case Gelu gelu -> gelu.function();
      case Silu silu -> silu.function();
      case Mish mish -> mish.function();
      case Softplus softplus -> softplus.function();
      case Sigmoid sigmoid -> sigmoid.function();
      case HardSigmoid hard -> hard.function();
      case HardSwish hard -> hard.function();
      case Tanh tanh -> tanh.function();
      case Clip clip -> clip.function();
      default -> throw new IllegalArgumentException("no activation: " + layer.type());
    };
  }

  static Step forward(Activation function, Tensor x, Workspace.Node workspace) {
    ActivationKernel kernel = workspace.kernel(function, workspace.kernels()::activation);
    Tensor y = workspace.output(x.shape(), x.count());
    kernel.forward(y, x, workspace.resources());
    return Step.of(workspace, y, dy -> backward(dy, x, kernel, workspace));
  }

  private static List<Tensor> backward(
      Tensor dy, Tensor x, ActivationKernel kernel, Workspace.Node workspace) {
    if (!workspace.needsInputGradient()) {
      return List.of();
    }
    Tensor dx = workspace.inputGradient(0, x.shape(), x.count());
    kernel.backward(dx, dy, x, workspace.resources());
    return List.of(dx);
  }

  /** A number that an activation is made with. */
  static void requireFinite(String type, String fact, float value, String usual) {
    if (!Float.isFinite(value)) {
      throw new IllegalArgumentException(
          "%s: %s must be a finite number (%s is usual), got %s"
              .formatted(type, fact, usual, value));
    }
  }
}
