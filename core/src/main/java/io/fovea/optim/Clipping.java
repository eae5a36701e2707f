package io.fovea.optim;

import io.fovea.range.Ranges;

/**
 * Gradient clipping: a limit on the size of gradients. It applies to the gradient of the loss over
 * the images; the optimiser adds L2 and weight decay afterwards.
 */
public sealed interface Clipping {
  /** The name and limit, for messages and files. */
  default String name() {
    return switch (this) {
      case None _ -> "none";
      case Norm norm -> "norm " + norm.most;
      case Value value -> "value " + value.most;
    };
  }

  static Clipping none() {
    return new None();
  }

  /**
   * Scales all gradients down to a common norm (Pascanu et al., arXiv 1211.5063, algorithm 1), as
   * PyTorch's clip_grad_norm_ does:
   *
   * <pre>
   * norm = sqrt(sum over all parameters of g^2)
   * g = g * min(1, most / (norm + 1e-6))
   * </pre>
   *
   * @throws IllegalArgumentException if {@code most} is no number above 0
   */
  static Clipping norm(double most) {
    return new Norm(most);
  }

  /**
   * Limits every element of a gradient to -most to most.
   *
   * @throws IllegalArgumentException if {@code most} is no number above 0
   */
  static Clipping value(float most) {
    return new Value(most);
  }

  record None() implements Clipping {}

  record Norm(double most) implements Clipping {
    public Norm {
      Ranges.positive("clipping: the norm", most);
    }

    /** The factor for gradients of this norm. */
    public double factor(double norm) {
      return Math.min(1, most / (norm + 1e-6));
    }
  }

  record Value(float most) implements Clipping {
    public Value {
      Ranges.positive("clipping: the value", most);
    }
  }
}
