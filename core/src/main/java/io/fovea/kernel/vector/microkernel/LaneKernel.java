package io.fovea.kernel.vector.microkernel;

/** The code of a {@link LaneProgram}. It allocates nothing. */
public interface LaneKernel {
  /**
   * Runs {@code rounds} iterations, or over {@code rounds} floats where all operands advance by a
   * vector.
   *
   * @param t the index of the first output of the first iteration
   * @param d floats from an output to the next
   * @param toStep floats from an iteration to the next
   * @param f the index of the first input
   * @param s floats from an input to the next
   * @param fromStep floats from an iteration to the next
   * @param bias added to all outputs, a vector from {@code biasAt} on, where the program has a bias
   * @param low the least output, where the program has a bias
   * @param high the largest output, where the program has a bias
   * @throws IndexOutOfBoundsException if an operand ends too early
   */
  void compute(
      float[] to,
      int t,
      int d,
      int toStep,
      float[] from,
      int f,
      int s,
      int fromStep,
      int rounds,
      float[] bias,
      int biasAt,
      float low,
      float high);

  /** Iterations that advance by arguments, without a bias. */
  default void compute(
      float[] to, int t, int d, int toStep, float[] from, int f, int s, int fromStep, int rounds) {
    compute(to, t, d, toStep, from, f, s, fromStep, rounds, from, 0, 0, 0);
  }

  /** Runs over {@code length} floats, where all operands advance by a vector, without a bias. */
  default void compute(float[] to, int t, int d, float[] from, int f, int s, int length) {
    compute(to, t, d, 0, from, f, s, 0, length, from, 0, 0, 0);
  }
}
