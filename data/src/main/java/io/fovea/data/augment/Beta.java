package io.fovea.data.augment;

import io.fovea.random.RandomKey;

/**
 * Numbers of the distribution Beta(alpha, alpha) by key: G1 / (G1 + G2) for two of the gamma
 * distribution, in logarithms, since for a small alpha both would underflow to 0.
 */
final class Beta {
  private Beta() {}

  static double draw(double alpha, RandomKey key) {
    double difference = logOfGamma(alpha, key.with(1)) - logOfGamma(alpha, key.with(0));
    return 1 / (1 + StrictMath.exp(difference));
  }

  /**
   * The logarithm of a number of Gamma(alpha, 1): Marsaglia and Tsang, "A simple method for
   * generating gamma variables", ACM TOMS 26, 2000, section 4; below 1 by Gamma(alpha + 1) * U^(1 /
   * alpha), section 6.
   */
  static double logOfGamma(double alpha, RandomKey key) {
    double boosted = alpha < 1 ? alpha + 1 : alpha;
    double d = boosted - 1.0 / 3;
    double c = 1 / StrictMath.sqrt(9 * d);
    RandomKey accepting = key.with("accept");
    for (int trial = 0; ; trial++) {
      double x = key.normal(trial);
      double v = (1 + c * x) * (1 + c * x) * (1 + c * x);
      double u = 1 - accepting.uniform(trial);
      if (v > 0 && StrictMath.log(u) < x * x / 2 + d * (1 - v + StrictMath.log(v))) {
        double log = StrictMath.log(d * v);
        return alpha < 1 ? log + StrictMath.log(1 - key.with("boost").uniform(0)) / alpha : log;
      }
    }
  }
}
