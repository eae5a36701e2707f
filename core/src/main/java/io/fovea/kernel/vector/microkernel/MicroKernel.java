package io.fovea.kernel.vector.microkernel;

/** Code that computes one block; see {@link BlockDescription}. It allocates nothing. */
public interface MicroKernel {
  /**
   * Computes the block with operands at these offsets.
   *
   * @param strides the sizes that are arguments
   * @param first first values, used for {@link BlockDescription.First#BIAS} only
   * @throws IndexOutOfBoundsException if an operand ends before the block does
   */
  void compute(
      Strides strides,
      float[] a,
      int aOffset,
      float[] b,
      int bOffset,
      float[] first,
      int firstOffset,
      float[] c,
      int cOffset);
}
