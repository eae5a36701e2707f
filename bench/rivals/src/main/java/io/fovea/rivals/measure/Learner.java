package io.fovea.rivals.measure;

/** One training step of a library that leaves the loop to its user. */
@FunctionalInterface
public interface Learner {
  /**
   * Bytes to floats, forward, loss, backward, update, for the images order[from] to order[from +
   * count - 1].
   *
   * @return their mean loss before the update
   */
  double step(int[] order, int from, int count);
}
