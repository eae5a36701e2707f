package io.fovea.parallel;

/**
 * A group of workers, each a process or a thread, that run the same program on parts of the same
 * data and sum their results (all-reduce). All of them make the same calls with the same lengths in
 * the same order; a call returns when the sum is complete. Called by one thread at a time.
 *
 * <p>The order of additions depends only on the length and the number of workers, so the same
 * inputs give the same bits, on all workers.
 */
public interface ProcessGroup {
  /** The index of this worker, from 0 to size() - 1. */
  int rank();

  /** The number of workers. */
  int size();

  /**
   * Replaces the elements from (inclusive) to (exclusive) by their sums over all workers.
   *
   * @throws RuntimeException if a worker is lost, or makes another call than this one
   */
  void sum(float[] values, int from, int to);

  /**
   * Replaces all elements by their sums over all workers. For few numbers.
   *
   * @throws RuntimeException if a worker is lost, or makes another call than this one
   */
  void sum(double[] values);
}
