package io.fovea.optim;

/**
 * How large a gradient may be. The gradient is that of the loss over the images; L2 and weight
 * decay are added behind it, by the optimiser.
 */
public sealed interface Clipping {
  /** The name and limit, for messages and files. */
  String name();

  /** Gradients as they are. */
  static Clipping none() {
    return new None();
  }

  /**
   * All gradients together are scaled down to a norm (Pascanu et al., arXiv 1211.5063, algorithm
   * 1), as PyTorch's clip_grad_norm_ does:
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
   * Every number of a gradient is brought into -most to most.
   *
   * @throws IllegalArgumentException if {@code most} is no number above 0
   */
  static Clipping value(float most) {
    return new Value(most);
  }

  private static void check(String what, double most) {
    if (!(most > 0 && most < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "clipping: the " + what + " must be a number above 0, got " + most);
    }
  }

  /** See {@link Clipping#none}. */
  record None() implements Clipping {
    @Override
    public String name() {
      return "none";
    }
  }

  /** See {@link Clipping#norm}. */
  record Norm(double most) implements Clipping {
    /** Checks the limit. */
    public Norm {
      check("norm", most);
    }

    /** What gradients of this norm are multiplied with. */
    public double factor(double norm) {
      return Math.min(1, most / (norm + 1e-6));
    }

    @Override
    public String name() {
      return "norm " + most;
    }
  }

  /** See {@link Clipping#value}. */
  record Value(float most) implements Clipping {
    /** Checks the limit. */
    public Value {
      check("value", most);
    }

    @Override
    public String name() {
      return "value " + most;
    }
  }
}
