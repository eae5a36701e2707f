package io.fovea.kernel.vector.microkernel;

/** Code made of a {@link LaneProgram}. It allocates nothing. */
public interface LaneKernel {
  /**
   * Computes so many rounds, or floats where all operands advance by a vector.
   *
   * @param t where the first output of the first round begins
   * @param d floats from an output to the next
   * @param toStep floats from a round to the next
   * @param f where the first input begins
   * @param s floats from an input to the next
   * @param fromStep floats from a round to the next
   * @param bias added to all outputs, a vector from {@code biasAt} on, where the program has a bias
   * @param least no output with a bias stays below
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
      float least);

  /** Rounds that advance by arguments, without a bias. */
  default void compute(
      float[] to, int t, int d, int toStep, float[] from, int f, int s, int fromStep, int rounds) {
    compute(to, t, d, toStep, from, f, s, fromStep, rounds, from, 0, 0);
  }

  /** So many floats, where all operands advance by a vector, without a bias. */
  default void compute(float[] to, int t, int d, float[] from, int f, int s, int length) {
    compute(to, t, d, 0, from, f, s, 0, length, from, 0, 0);
  }
}
