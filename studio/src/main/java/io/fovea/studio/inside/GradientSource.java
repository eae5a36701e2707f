package io.fovea.studio.inside;

import io.fovea.studio.runs.TrainedLoss;
import java.util.List;

/**
 * The gradient that one reader of a number passes to it: products of the gradients of its outputs,
 * dy, with the number's factor in the forward pass. Gradients and factors are the model's floats;
 * products and sums are computed in double.
 */
public sealed interface GradientSource {
  /** The node that reads the number, or whose weight it is. */
  String output();

  double sum();

  /** One product: the gradient at an output, and its factor. */
  record Term(int channel, int i, int j, float dy, double factor, double product) {}

  /**
   * dx = sum over o,u,v of dy[o,i,j] * w[o,c,u,v], where the window at (i, j) has its weight (u, v)
   * on the number.
   *
   * @param place the outputs whose windows cover the number; of height 0 if there are none
   * @param filters for each filter dy (as x) and w, in the kernel's order
   * @param inside whether the kernel's weight is multiplied with the number
   */
  record Filters(
      String output,
      Calculation.WindowPosition place,
      List<Calculation.Taps> filters,
      List<Boolean> inside,
      double sum)
      implements GradientSource {}

  /**
   * A sum of products, the strongest first.
   *
   * @param factor the factor of dy, in the book's letters
   * @param others the number of products not listed
   * @param rest their sum
   */
  record Terms(
      String output, String factor, List<Term> strongest, int others, double rest, double sum)
      implements GradientSource {}

  /** dz = factor * (score - target), the start of the backward pass: see {@link TrainedLoss}. */
  record Loss(String output, double factor, double score, double target, double sum)
      implements GradientSource {}

  /** A layer without a shown calculation. */
  record UnshownGradient(String output, String layer, double sum) implements GradientSource {}
}
