package io.fovea.transfer;

import java.util.Arrays;

/**
 * The mean of differences between two candidates on the same photos. What makes a photo hard for
 * both cancels, so its error is smaller than that of two separate means.
 *
 * @param mean above 0 where the first one is better
 * @param error the standard error of the mean; 0 for a single photo
 */
record PairedDifference(double mean, double error) {
  static PairedDifference of(double[] differences) {
    double mean = Arrays.stream(differences).average().orElse(0);
    double squares = Arrays.stream(differences).map(d -> (d - mean) * (d - mean)).sum();
    int n = differences.length;
    return new PairedDifference(mean, n < 2 ? 0 : Math.sqrt(squares / (n - 1.0) / n));
  }

  /** 1 or -1 where the mean is further from 0 than so many standard errors, else 0. */
  int clear(double errors) {
    return Math.abs(mean) > errors * error ? (int) Math.signum(mean) : 0;
  }
}
