package io.fovea.loss;

import io.fovea.dataset.Dataset;
import io.fovea.range.Ranges;
import java.util.List;
import java.util.stream.LongStream;

/** The weights of the classes in a loss: one number a class; an empty list means equal weights. */
public final class ClassWeights {
  private ClassWeights() {}

  /**
   * Weights that give every class the same total weight, however many images it has:
   *
   * <pre>
   * weight[k] = N / (K * images of class k)
   * </pre>
   *
   * for N images of K classes, so that the mean over the images is 1; scikit-learn calls them
   * "balanced" (King and Zeng, Logistic Regression in Rare Events Data, 2001). A class without
   * images gets 0.
   */
  public static List<Double> balanced(Dataset data) {
    long[] images = new long[data.classes().size()];
    for (int i = 0; i < data.size(); i++) {
      images[data.label(i)]++;
    }
    return LongStream.of(images)
        .mapToDouble(n -> n == 0 ? 0 : (double) data.size() / ((double) images.length * n))
        .boxed()
        .toList();
  }

  static List<Double> checked(String loss, List<Double> weights) {
    weights.forEach(weight -> Ranges.notNegative(loss + ": a class's weight", weight));
    return List.copyOf(weights);
  }

  /** One weight a class: those given, or as many ones. */
  static double[] forClasses(String loss, List<Double> weights, int classes) {
    double[] all = new double[classes];
    if (weights.isEmpty()) {
      java.util.Arrays.fill(all, 1);
      return all;
    }
    if (weights.size() != classes) {
      throw new IllegalArgumentException(
          "%s: has %d class weights, the network has %d outputs; give one weight a class"
              .formatted(loss, weights.size(), classes));
    }
    java.util.Arrays.setAll(all, weights::get);
    return all;
  }
}
