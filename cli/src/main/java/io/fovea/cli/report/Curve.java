package io.fovea.cli.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * The points of a line, from left to right.
 *
 * @param points by ascending x, all finite
 */
record Curve(List<Point> points) {
  /** A running mean reaches over this fraction of the curve on each side. */
  private static final int SMOOTH_FROM = 60;

  /**
   * One point.
   *
   * @param x across, such as a step
   * @param y up, such as a loss
   */
  record Point(double x, double y) {}

  Curve {
    points = List.copyOf(points);
  }

  /** One value of every step; NaNs are left out. */
  static Curve of(List<StepPoint> steps, ToDoubleFunction<StepPoint> value) {
    return new Curve(
        steps.stream()
            .sorted(Comparator.comparingLong(StepPoint::step))
            .map(step -> new Point(step.step(), value.applyAsDouble(step)))
            .filter(point -> Double.isFinite(point.y()))
            .toList());
  }

  boolean isEmpty() {
    return points.isEmpty();
  }

  double least() {
    return points.stream().mapToDouble(Point::y).min().orElse(0);
  }

  double greatest() {
    return points.stream().mapToDouble(Point::y).max().orElse(0);
  }

  /** True if there are too few points for {@link #smoothed()} to change anything. */
  boolean isShort() {
    return points.size() < SMOOTH_FROM;
  }

  /** The running mean for a curve of this length. */
  Curve smoothed() {
    return smoothed(points.size() / SMOOTH_FROM);
  }

  /**
   * The mean of each point and of up to {@code radius} points on each side. Near the left end both
   * sides have the same number of points, so that the steep first steps are not shifted.
   */
  Curve smoothed(int radius) {
    double[] sums = new double[points.size() + 1];
    for (int i = 0; i < points.size(); i++) {
      sums[i + 1] = sums[i] + points.get(i).y();
    }
    List<Point> smooth = new ArrayList<>();
    for (int i = 0; i < points.size(); i++) {
      int left = Math.min(i, radius);
      int right = Math.min(left, points.size() - 1 - i);
      double mean = (sums[i + right + 1] - sums[i - left]) / (left + right + 1);
      smooth.add(new Point(points.get(i).x(), mean));
    }
    return new Curve(smooth);
  }

  /**
   * At most {@code most} points (4 or more) with the same appearance: the first, the last, and the
   * lowest and highest of each section between, so that no spike is lost.
   */
  Curve thinned(int most) {
    if (points.size() <= most) {
      return this;
    }
    int inner = points.size() - 2;
    int stretches = (most - 2) / 2;
    List<Point> kept = new ArrayList<>();
    kept.add(points.getFirst());
    for (int s = 0; s < stretches; s++) {
      int from = 1 + (int) ((long) s * inner / stretches);
      int to = 1 + (int) ((long) (s + 1) * inner / stretches);
      Comparator<Integer> byY = Comparator.comparingDouble(i -> points.get(i).y());
      List<Integer> stretch = new ArrayList<>();
      for (int i = from; i < to; i++) {
        stretch.add(i);
      }
      int low = stretch.stream().min(byY).orElseThrow();
      int high = stretch.stream().max(byY).orElseThrow();
      kept.add(points.get(Math.min(low, high)));
      if (low != high) {
        kept.add(points.get(Math.max(low, high)));
      }
    }
    kept.add(points.getLast());
    return new Curve(kept);
  }
}
