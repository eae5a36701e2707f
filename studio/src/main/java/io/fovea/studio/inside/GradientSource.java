package io.fovea.studio.inside;

import java.util.List;

/**
 * What one reader of a number hands back to it in the backward pass: products of the gradients of
 * its outputs, dy, with the factor that stood beside the number in the forward pass. Gradients and
 * factors are the model's own floats, products and sums are worked out in double.
 */
public sealed interface GradientSource {
  /** The node that reads the number, or whose weight it is. */
  String output();

  /** The sum of all products. */
  double sum();

  /** One product: the gradient at an output's place, and what it is multiplied with. */
  record Term(int channel, int i, int j, float dy, double factor, double product) {}

  /**
   * dx = sum over o,u,v of dy[o,i,j] * w[o,c,u,v], where the window at (i, j) has its weight (u, v)
   * on the number.
   *
   * @param place the outputs whose windows cover the number; of height 0 where none does
   * @param filters for each filter dy (as x) and w, in the kernel's order
   * @param inside whether the kernel's weight meets the number at all
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
   * @param layer the kind of layer
   * @param factor what dy is multiplied with, in the book's letters
   * @param others how many products are not listed
   * @param rest their sum
   */
  record Terms(
      String output,
      String layer,
      String factor,
      List<Term> strongest,
      int others,
      double rest,
      double sum)
      implements GradientSource {}

  /**
   * dz = p - [target]: where the backward pass begins.
   *
   * @param target 1 for the class that is wanted, else 0
   */
  record Loss(String output, double probability, int target, double sum)
      implements GradientSource {}

  /** A layer whose working is not shown. */
  record Unshown(String output, String layer, double sum) implements GradientSource {}
}
