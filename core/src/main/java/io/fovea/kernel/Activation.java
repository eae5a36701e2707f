package io.fovea.kernel;

/**
 * An element-wise function y = f(x) and its derivative: dx = dy * f'(x). These are the only
 * definitions of the functions; the reference kernels compute with them, and the fast kernels are
 * compared with them.
 */
public sealed interface Activation {
  /** f(x). */
  double value(double x);

  /** f'(x); at a kink, PyTorch's choice. */
  double derivative(double x);

  /**
   * max(x, 0) (Nair and Hinton, "Rectified linear units improve restricted Boltzmann machines",
   * ICML 2010); f'(0) = 0.
   */
  record Relu() implements Activation {
    @Override
    public double value(double x) {
      return Math.max(x, 0);
    }

    @Override
    public double derivative(double x) {
      return x > 0 ? 1 : 0;
    }
  }

  /**
   * x where x &gt; 0, slope * x elsewhere (Maas, Hannun and Ng, "Rectifier nonlinearities improve
   * neural network acoustic models", ICML 2013); f'(0) = slope.
   *
   * @param slope of the negative side
   */
  record LeakyRelu(double slope) implements Activation {
    @Override
    public double value(double x) {
      return x > 0 ? x : slope * x;
    }

    @Override
    public double derivative(double x) {
      return x > 0 ? 1 : slope;
    }
  }

  /**
   * x where x &gt; 0, alpha * (e^x - 1) elsewhere (Clevert, Unterthiner and Hochreiter, arXiv
   * 1511.07289, equation 15); f'(0) = alpha.
   *
   * @param alpha the negative side approaches -alpha
   */
  record Elu(double alpha) implements Activation {
    @Override
    public double value(double x) {
      return x > 0 ? x : alpha * Math.expm1(x);
    }

    @Override
    public double derivative(double x) {
      return x > 0 ? 1 : alpha * Math.exp(x);
    }
  }

  /**
   * min(max(x, low), high); f' is 1 between the bounds and on them, else 0. From 0 to 6 it is the
   * ReLU6 of Howard et al., arXiv 1704.04861.
   *
   * @param low the least value; may be minus infinity
   * @param high the largest value; may be infinity
   */
  record Clip(double low, double high) implements Activation {
    @Override
    public double value(double x) {
      return Math.min(Math.max(x, low), high);
    }

    @Override
    public double derivative(double x) {
      return x >= low && x <= high ? 1 : 0;
    }
  }

  /**
   * min(max(alpha * x + beta, 0), 1) (ONNX HardSigmoid); f' is alpha where the value is between 0
   * and 1, else 0.
   *
   * @param alpha the slope
   * @param beta the value at 0
   */
  record HardSigmoid(double alpha, double beta) implements Activation {
    @Override
    public double value(double x) {
      return Math.min(Math.max(alpha * x + beta, 0), 1);
    }

    @Override
    public double derivative(double x) {
      double line = alpha * x + beta;
      return line > 0 && line < 1 ? alpha : 0;
    }
  }

  /**
   * x * min(max(x + 3, 0), 6) / 6 (Howard et al., "Searching for MobileNetV3", arXiv 1905.02244,
   * section 5.2); f' is 0 up to -3, 1 from 3 on, x/3 + 1/2 between.
   */
  record HardSwish() implements Activation {
    @Override
    public double value(double x) {
      return x * Math.min(Math.max(x + 3, 0), 6) / 6;
    }

    @Override
    public double derivative(double x) {
      if (x <= -3) {
        return 0;
      }
      return x >= 3 ? 1 : x / 3 + 0.5;
    }
  }

  /**
   * gamma * x where x &gt; 0, gamma * alpha * (e^x - 1) elsewhere (Klambauer et al., arXiv
   * 1706.02515, equation 2); f'(0) = gamma * alpha.
   *
   * @param alpha the negative side approaches -gamma * alpha
   * @param gamma the scale
   */
  record Selu(double alpha, double gamma) implements Activation {
    @Override
    public double value(double x) {
      return gamma * (x > 0 ? x : alpha * Math.expm1(x));
    }

    @Override
    public double derivative(double x) {
      return gamma * (x > 0 ? 1 : alpha * Math.exp(x));
    }
  }

  /**
   * log(1 + e^x), a smooth rectifier (Dugas et al., "Incorporating second-order functional
   * knowledge for better option pricing", NIPS 2000); f'(x) = sigmoid(x).
   */
  record Softplus() implements Activation {
    @Override
    public double value(double x) {
      return softplus(x);
    }

    @Override
    public double derivative(double x) {
      return sigmoid(x);
    }
  }

  /**
   * x * w, w = tanh(log(1 + e^x)) (Misra, arXiv 1908.08681, equation 1); f'(x) = w + x * (1 - w^2)
   * * sigmoid(x).
   */
  record Mish() implements Activation {
    @Override
    public double value(double x) {
      return x * Math.tanh(softplus(x));
    }

    @Override
    public double derivative(double x) {
      double cosh = Math.cosh(softplus(x));
      double slope = sigmoid(x) / (cosh * cosh);
      return Math.tanh(softplus(x)) + (slope == 0 ? 0 : x * slope);
    }
  }

  /**
   * The Gaussian error linear unit by tanh: x * (1 + tanh(u)) / 2 = x * sigmoid(2u), u = sqrt(2/pi)
   * * (x + 0.044715 * x^3) (Hendrycks and Gimpel, arXiv 1606.08415, section 2). f'(x) = s * (1 + x
   * * (1 - s) * 2u'), s = sigmoid(2u).
   */
  record GeluByTanh() implements Activation {
    /**
     * Beyond this |x| the value is x or 0 to the last bit of a float; a limit also keeps x^3 from
     * overflowing.
     */
    static final double FAR = 20;

    @Override
    public double value(double x) {
      return x * sigmoid(bend(x));
    }

    @Override
    public double derivative(double x) {
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

  /**
   * x * Phi(x), with Phi(x) = (1 + erf(x / sqrt 2)) / 2, the share of a normal distribution below x
   * (Hendrycks and Gimpel, arXiv 1606.08415): the exact form, not the one with tanh. f'(x) = Phi(x)
   * + x * phi(x), phi(x) = e^(-x^2/2) / sqrt(2 pi).
   */
  record Gelu() implements Activation {
    @Override
    public double value(double x) {
      return x * phi(x);
    }

    @Override
    public double derivative(double x) {
      return phi(x) + x * Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
    }

    private static double phi(double x) {
      return (1 + ErrorFunction.erf(x / Math.sqrt(2))) / 2;
    }
  }

  /**
   * x * sigmoid(x) (Elfwing, Uchibe and Doya, arXiv 1702.03118, equation 4; as "swish" in
   * Ramachandran, Zoph and Le, arXiv 1710.05941). f'(x) = s * (1 + x * (1 - s)), s = sigmoid(x).
   */
  record Silu() implements Activation {
    @Override
    public double value(double x) {
      return x * sigmoid(x);
    }

    @Override
    public double derivative(double x) {
      return sigmoid(x) * (1 + x * sigmoid(-x));
    }
  }

  /** 1 / (1 + e^-x), from 0 to 1; f'(x) = f(x) * (1 - f(x)) = f(x) * f(-x). */
  record Sigmoid() implements Activation {
    @Override
    public double value(double x) {
      return sigmoid(x);
    }

    @Override
    public double derivative(double x) {
      return sigmoid(x) * sigmoid(-x);
    }
  }

  /** The hyperbolic tangent, from -1 to 1; f'(x) = 1 - f(x)^2 = 1 / cosh(x)^2. */
  record Tanh() implements Activation {
    @Override
    public double value(double x) {
      return Math.tanh(x);
    }

    @Override
    public double derivative(double x) {
      double cosh = Math.cosh(x);
      return 1 / (cosh * cosh);
    }
  }

  private static double softplus(double x) {
    return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }
}
