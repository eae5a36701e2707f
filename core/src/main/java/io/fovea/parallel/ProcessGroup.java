package io.fovea.parallel;

/**
 * Workers, each a process or at least a thread of its own, that compute the same program on parts
 * of the same data and add up what they have found. All of them make the same calls with the same
 * lengths in the same order; a call returns when the sum is there. Called by one thread at a time.
 *
 * <p>The order in which numbers are added depends on the length and the number of workers alone, so
 * the same workers with the same numbers get the same bits, and all of them get the same.
 */
public interface ProcessGroup {
  /** Which of the workers this is, from 0 to size() - 1. */
  int rank();

  /** The number of workers. */
  int size();

  /**
   * The elements from (inclusive) to (exclusive) become the sums over all workers.
   *
   * @throws RuntimeException if a worker is lost, or makes another call than this one
   */
  void sum(float[] values, int from, int to);

  /**
   * All elements become the sums over all workers. For few numbers.
   *
   * @throws RuntimeException if a worker is lost, or makes another call than this one
   */
  void sum(double[] values);
}
