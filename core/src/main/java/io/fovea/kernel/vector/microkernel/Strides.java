package io.fovea.kernel.vector.microkernel;

/**
 * The sizes of a layer that a micro-kernel takes as arguments; see {@link BlockDescription}. Those
 * that a description has no use for, or as constants, are not looked at.
 *
 * @param group floats from a group of rows to the next, in a
 * @param position floats from a position of a to the next
 * @param tap floats from a tap of b to the next
 * @param vector floats from a vector of b to the next beside it
 * @param row floats from a row of c to the next
 * @param channels for which all is repeated, L at least
 * @param terms rounds of the innermost loop
 * @param outer the outer loop
 * @param inner the inner loop
 */
public record Strides(
    int group,
    int position,
    int tap,
    int vector,
    int row,
    int channels,
    int terms,
    Loop outer,
    Loop inner) {
  /** No rounds. */
  public static final Loop NONE = new Loop(0, 0, 0);

  /**
   * A loop around the taps.
   *
   * @param count rounds
   * @param a floats that a advances
   * @param b floats that b advances
   */
  public record Loop(int count, int a, int b) {}
}
