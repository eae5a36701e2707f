package io.fovea.kernel.op;

/**
 * An element-wise function y = f(x) and its derivative: dx = dy * f'(x). These are the only
 * definitions of the functions; the reference kernels compute with them, and the fast kernels are
 * compared with them. The layers of the same names say where the functions come from.
 */
public sealed interface Activation {
  /** f(x). */
  default double value(double x) {
    return switch (this) {
      case Relu _ -> Math.max(x, 0);
      case LeakyRelu f -> x > 0 ? x : f.slope * x;
      case Elu f -> x > 0 ? x : f.alpha * StrictMath.expm1(x);
      case Clip f -> Math.min(Math.max(x, f.low), f.high);
      case HardSigmoid f -> Math.min(Math.max(f.alpha * x + f.beta, 0), 1);
      case HardSwish _ -> x * Math.min(Math.max(x + 3, 0), 6) / 6;
      case Selu f -> f.gamma * (x > 0 ? x : f.alpha * StrictMath.expm1(x));
      case Softplus _ -> softplus(x);
      case Mish _ -> x * StrictMath.tanh(softplus(x));
      case GeluByTanh _ -> x * sigmoid(GeluByTanh.bend(x));
      case Gelu _ -> x * phi(x);
      case Silu _ -> x * sigmoid(x);
      case Sigmoid _ -> sigmoid(x);
      case Tanh _ -> StrictMath.tanh(x);
    };
  }

  /** f'(x); at a kink, PyTorch's choice. */
  default double derivative(double x) {
    return switch (this) {
      case Relu _ -> x > 0 ? 1 : 0;
      case LeakyRelu f -> x > 0 ? 1 : f.slope;
      case Elu f -> x > 0 ? 1 : f.alpha * StrictMath.exp(x);
      case Clip f -> x >= f.low && x <= f.high ? 1 : 0;
      case HardSigmoid f -> f.alpha * x + f.beta > 0 && f.alpha * x + f.beta < 1 ? f.alpha : 0;
      case HardSwish _ -> x <= -3 ? 0 : x >= 3 ? 1 : x / 3 + 0.5;
      case Selu f -> f.gamma * (x > 0 ? 1 : f.alpha * StrictMath.exp(x));
      case Softplus _ -> sigmoid(x);
      case Mish _ -> Mish.slope(x);
      case GeluByTanh _ -> GeluByTanh.slope(x);
      case Gelu _ -> phi(x) + x * StrictMath.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
      case Silu _ -> sigmoid(x) * (1 + x * sigmoid(-x));
      case Sigmoid _ -> sigmoid(x) * sigmoid(-x);
      case Tanh _ -> 1 / (StrictMath.cosh(x) * StrictMath.cosh(x));
    };
  }

  record Relu() implements Activation {}

  record LeakyRelu(double slope) implements Activation {}

  record Elu(double alpha) implements Activation {}

  record Clip(double low, double high) implements Activation {}

  record HardSigmoid(double alpha, double beta) implements Activation {}

  record HardSwish() implements Activation {}

  record Selu(double alpha, double gamma) implements Activation {}

  record Softplus() implements Activation {}

  /** f'(x) = w + x * (1 - w^2) * sigmoid(x), w = tanh(log(1 + e^x)). */
  record Mish() implements Activation {
    private static double slope(double x) {
      double cosh = StrictMath.cosh(softplus(x));
      double slope = sigmoid(x) / (cosh * cosh);
      return StrictMath.tanh(softplus(x)) + (slope == 0 ? 0 : x * slope);
    }
  }

  /** x * (1 + tanh(u)) / 2 = x * sigmoid(2u); f'(x) = s * (1 + x * (1 - s) * 2u'). */
  record GeluByTanh() implements Activation {
    /**
     * Beyond this |x| the value is x or 0 to the last bit of a float; a limit also keeps x^3 from
     * overflowing.
     */
    static final double FAR = 20;

    private static double slope(double x) {
      double near = Math.max(-FAR, Math.min(FAR, x));
      double slope = 2 * Math.sqrt(2 / Math.PI) * (1 + 3 * 0.044715 * near * near);
      return sigmoid(bend(near)) * (1 + near * sigmoid(-bend(near)) * slope);
    }

    /** The argument 2u of the sigmoid. */
    private static double bend(double x) {
      double near = Math.max(-FAR, Math.min(FAR, x));
      return 2 * Math.sqrt(2 / Math.PI) * (near + 0.044715 * near * near * near);
    }
  }

  record Gelu() implements Activation {}

  record Silu() implements Activation {}

  record Sigmoid() implements Activation {}

  record Tanh() implements Activation {}

  private static double softplus(double x) {
    return Math.max(x, 0) + StrictMath.log1p(StrictMath.exp(-Math.abs(x)));
  }

  private static double sigmoid(double x) {
    return 1 / (1 + StrictMath.exp(-x));
  }

  /** The share of a normal distribution below x. */
  private static double phi(double x) {
    return (1 + ErrorFunction.erf(x / Math.sqrt(2))) / 2;
  }
}
