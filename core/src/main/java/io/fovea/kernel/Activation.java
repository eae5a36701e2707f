package io.fovea.kernel;

/**
 * A function that is applied to each number by itself, y = f(x), and its derivative: dx = dy *
 * f'(x). This is the one place where the functions are written down; the reference computes with
 * these lines, and the fast kernels are measured by them.
 */
public sealed interface Activation {
  /** f(x). */
  double value(double x);

  /** f'(x); at a kink, PyTorch's choice. */
  double derivative(double x);

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

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }
}
