package io.fovea.source.template;

import static io.fovea.source.template.Samples.*;

/**
 * Activations: the expression of a float x that each returns stands for {@code $value} in the loop
 * of {@code function}.
 */
@SuppressWarnings({
  "FloatingPointLiteralPrecision", // of Cephes
  "OperatorPrecedence",
  "UnusedVariable" // the x of a value
})
class Functions {
  // ## functions

  /** A function of each of the first values of a row, in place. */
  protected interface Activation {
    void apply(float[] y, int count);
  }

  // ## function
  protected static final Activation $name =
      (y, count) -> {
        for (int k = 0; k < count; k++) {
          float x = y[k];
          y[k] = $value;
        }
      };

  // ## clip
  static float clip(float x) {
    return Math.min(Math.max(x, $min), $max);
  }

  // ## elu
  static float elu(float x) {
    return x > 0 ? x : (float) ($alpha * Math.expm1(x));
  }

  // ## gelu
  static float gelu(float x) {
    return (float) (x * normal(x));
  }

  // ## gelu_by_tanh
  static float geluByTanh(float x) {
    return x / (1 + exp(-1.5957691f * (x + 0.044715f * x * x * x)));
  }

  // ## hard_sigmoid
  static float hardSigmoid(float x) {
    return Math.min(Math.max($alpha * x + $beta, 0), 1);
  }

  // ## hard_swish
  static float hardSwish(float x) {
    return x * Math.min(Math.max(x + 3, 0), 6) / 6;
  }

  // ## leaky_relu
  static float leakyRelu(float x) {
    return x > 0 ? x : $slope * x;
  }

  // ## mish
  static float mish(float x) {
    return (float) (x * Math.tanh(Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))));
  }

  // ## relu
  static float relu(float x) {
    return Math.max(x, 0);
  }

  // ## selu
  static float selu(float x) {
    return $gamma * (x > 0 ? x : (float) ($alpha * Math.expm1(x)));
  }

  // ## sigmoid
  static float sigmoid(float x) {
    return 1 / (1 + exp(-x));
  }

  // ## silu
  static float silu(float x) {
    return x / (1 + exp(-x));
  }

  // ## softplus
  static float softplus(float x) {
    return (float) (Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))));
  }

  // ## tanh
  static float tanh(float x) {
    return (float) Math.tanh(x);
  }

  // ## exp

  /** e^x in float: 2^n * e^r with |r| <= ln(2) / 2, and a polynomial for e^r (Cephes). */
  private static float exp(float x) {
    float bounded = Math.max(-87f, Math.min(88f, x));
    int n = (int) (bounded * 1.44269504f + (bounded < 0 ? -0.5f : 0.5f));
    float r = bounded - n * 0.693359375f + n * 2.12194440e-4f;
    float p = 1.9875691500e-4f * r + 1.3981999507e-3f;
    p = p * r + 8.3334519073e-3f;
    p = p * r + 4.1665795894e-2f;
    p = p * r + 1.6666665459e-1f;
    p = p * r + 5.0000001201e-1f;
    return (p * r * r + r + 1) * Float.intBitsToFloat(n + 127 << 23);
  }

  // ## normal

  /** The share of a normal distribution below x (Abramowitz and Stegun, 7.1.26): within 1e-7. */
  private static double normal(double x) {
    double z = Math.abs(x) / Math.sqrt(2);
    double t = 1 / (1 + 0.3275911 * z);
    double polynomial = -1.453152027 + t * 1.061405429;
    polynomial = t * (-0.284496736 + t * (1.421413741 + t * polynomial));
    polynomial = t * (0.254829592 + polynomial);
    double tail = polynomial * Math.exp(-z * z) / 2;
    return x < 0 ? tail : 1 - tail;
  }
  // ##
}
