package io.fovea.layer;

import io.fovea.kernel.op.Activation;
import io.fovea.tensor.Shape;
import java.util.List;

/**
 * A layer that applies one function element by element: y = f(x), dx = dy * f'(x). The layer before
 * it may compute it in its own pass.
 */
public sealed interface ActivationLayer extends Layer
    permits Clip,
        Elu,
        Gelu,
        HardSigmoid,
        HardSwish,
        LeakyRelu,
        Mish,
        Relu,
        Selu,
        Sigmoid,
        Silu,
        Softplus,
        Tanh {
  @Override
  default String type() {
    return switch (this) {
      case Clip _ -> "clip";
      case Elu _ -> "elu";
      case Gelu _ -> "gelu";
      case HardSigmoid _ -> "hard_sigmoid";
      case HardSwish _ -> "hard_swish";
      case LeakyRelu _ -> "leaky_relu";
      case Mish _ -> "mish";
      case Relu _ -> "relu";
      case Selu _ -> "selu";
      case Sigmoid _ -> "sigmoid";
      case Silu _ -> "silu";
      case Softplus _ -> "softplus";
      case Tanh _ -> "tanh";
    };
  }

  /** f as kernels know it; its type is for this library only. */
  @SuppressWarnings("exports")
  default Activation function() {
    return Elementwise.function(this);
  }

  /** f(x), in double: the definition. */
  default double value(double x) {
    return function().value(x);
  }

  /** f'(x); at a kink, PyTorch's choice. */
  default double derivative(double x) {
    return function().derivative(x);
  }

  @Override
  default Shape output(List<Shape> inputs) {
    return Inputs.one(type(), inputs);
  }
}
