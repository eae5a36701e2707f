package io.fovea.studio.inside;

import io.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The contributions x * w of the inputs to one output of a dense layer.
 *
 * @param rowOffset the offset of the output's weights in w
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record DenseContributions(float[] x, float[] w, int rowOffset) {
  private double product(int f) {
    return (double) x[f] * w[rowOffset + f];
  }

  /**
   * The sum, with the given number of strongest products; {@code maps} is the node before
   * flattening.
   */
  Calculation weighted(
      float value, String input, String maps, Shape shape, float bias, int strongest) {
    List<Calculation.Contribution> first = strongest(strongest, shape);
    double positive = 0;
    double negative = 0;
    for (int f = 0; f < x.length; f++) {
      positive += Math.max(0, product(f));
      negative += Math.min(0, product(f));
    }
    double all = positive + negative;
    double listed = 0;
    for (Calculation.Contribution each : first) {
      listed += each.product();
    }
    int others = x.length - first.size();
    return new Calculation.Weighted(
        value, input, maps, first, positive, negative, all - listed, others, bias, all + bias);
  }

  /** The largest absolute value first; of equal ones the first in the vector. */
  private List<Calculation.Contribution> strongest(int count, Shape shape) {
    int width = shape.size(2);
    int area = shape.size(1) * width;
    List<Calculation.Contribution> contributions = new ArrayList<>();
    IntStream.range(0, x.length)
        .boxed()
        .sorted(Comparator.comparingDouble(f -> -Math.abs(product(f))))
        .limit(count)
        .forEach(
            f ->
                contributions.add(
                    new Calculation.Contribution(
                        f,
                        f / area,
                        f % area / width,
                        f % width,
                        x[f],
                        w[rowOffset + f],
                        product(f))));
    return List.copyOf(contributions);
  }
}
