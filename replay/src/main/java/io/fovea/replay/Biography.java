package io.fovea.replay;

import java.util.List;

/**
 * Where the change of one weight came from:
 *
 * <pre>
 * after - before = sum of the images' shares + decay + velocity + rounding
 * </pre>
 *
 * <p>With SGD, momentum and Nesterov's form, a weight is linear in all gradients of the run, so
 * each image's share is exact: the sum over its steps of -c * g, where g is its part of the step's
 * gradient and c counts the rates of this step and, by momentum, of all later ones. With another
 * optimiser there is no such sum: a step's change is divided by what came from other steps. The
 * shares are then -g, summed over the steps.
 *
 * <p>In a run that averages weights, this is the weight before averaging.
 *
 * @param weight the parameter and the element
 * @param before its value at the start
 * @param after its value at the end
 * @param steps the steps between
 * @param isExact whether the shares add up to the change
 * @param shares one an image, from the largest to the smallest
 * @param decay the share of L2 and weight decay; 0 unless exact
 * @param velocity the share of a velocity that the run started with; 0 unless exact
 * @param rounding what float32 rounded away in all steps; 0 unless exact
 */
public record Biography(
    String weight,
    double before,
    double after,
    long steps,
    boolean isExact,
    List<Share> shares,
    double decay,
    double velocity,
    double rounding) {
  /**
   * One image's share.
   *
   * @param index its index in the training images
   * @param amount what it added to the weight
   */
  public record Share(int index, double amount) {}
}
