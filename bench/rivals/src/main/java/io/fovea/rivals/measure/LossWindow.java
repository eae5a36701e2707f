package io.fovea.rivals.measure;

/** The mean loss of the last hundred steps: what a side reports to show that it really trains. */
final class LossWindow {
  private final double[] losses = new double[100];
  private int steps;

  void add(double loss) {
    losses[steps++ % losses.length] = loss;
  }

  double mean() {
    int count = Math.min(steps, losses.length);
    double sum = 0;
    for (int i = 0; i < count; i++) {
      sum += losses[i];
    }
    return sum / count;
  }
}
