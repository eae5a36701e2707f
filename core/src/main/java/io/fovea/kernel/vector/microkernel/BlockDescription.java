package io.fovea.kernel.vector.microkernel;

import jdk.incubator.vector.FloatVector;

/**
 * What a micro-kernel computes: a block of {@code groups} x {@code rows} x {@code vectors} sums
 * that stay in registers.
 *
 * <pre>
 * s[g][r][v]  = first value
 * s[g][r][v] += a[g * group + (r * rowStep + t * tapStep) * position] * b[t * tap + v * vector]   over all loops and t &lt; taps
 * c[(g * rows + r) * row + v * L] = relu ? max(s[g][r][v], 0) : s[g][r][v]
 * </pre>
 *
 * <p>L is the number of floats in a vector. b, c and the first values are read and written a vector
 * at a time; a is a number that is broadcast, or a vector, see {@link Left}. A position of a that
 * several rows meet with different taps is loaded once. Each sum is one chain of fused
 * multiply-adds: outer loop, inner loop, terms, taps. So its bits depend on no other part of the
 * shape.
 *
 * <p>Equal descriptions are one kernel ({@link MicroKernels}). Sizes of a layer are therefore
 * arguments ({@link Strides}).
 *
 * @param groups of rows that begin at places of a of their own: kernel rows of a weight gradient
 * @param rows of a group
 * @param vectors of the block, side by side
 * @param taps multiply-adds of each sum in the innermost body
 * @param rowStep positions from a row to the next
 * @param tapStep positions from a tap to the next
 * @param left how a is read
 * @param loops loops around the taps, 0 to 2, that advance a and b by arguments
 * @param terms whether the innermost loop advances a by 1 and b by L
 * @param first what sums begin with
 * @param relu whether max(s, 0) is stored
 * @param channels whether all of it is repeated for the vectors of so many channels: a, b, c and
 *     first values advance by L, and the last vector ends with the last channel
 */
public record BlockDescription(
    int groups,
    int rows,
    int vectors,
    int taps,
    int rowStep,
    int tapStep,
    Left left,
    int loops,
    boolean terms,
    First first,
    boolean relu,
    boolean channels) {

  /** How a is read. */
  public enum Left {
    /** One float, the same for all lanes: matrix products and convolutions. */
    BROADCAST,
    /** L floats beside each other: depthwise convolutions, whose lanes are channels. */
    VECTOR
  }

  /** What sums begin with. */
  public enum First {
    /** 0. */
    ZERO,
    /** The same for all rows: a bias. */
    BIAS,
    /** What c holds: the sum so far. */
    TARGET
  }

  /** The most loops around the taps. */
  static final int MOST_LOOPS = 2;

  public BlockDescription {
    if (groups < 1 || rows < 1 || vectors < 1 || taps < 1 || rowStep < 0 || tapStep < 0) {
      throw new IllegalArgumentException(
          "micro-kernel: got %d groups, %d rows, %d vectors, %d taps, row step %d, tap step %d; expected at least one of each and steps of at least 0"
              .formatted(groups, rows, vectors, taps, rowStep, tapStep));
    }
    if (loops < 0 || loops > MOST_LOOPS) {
      throw new IllegalArgumentException(
          "micro-kernel: got %d loops around the taps, expected 0 to %d"
              .formatted(loops, MOST_LOOPS));
    }
    if (channels && vectors > 1) {
      throw new IllegalArgumentException(
          "micro-kernel: got %d vectors beside each other, expected 1 where all is repeated for channels"
              .formatted(vectors));
    }
    int registers = registers(groups * rows, vectors, taps);
    if (registers > available()) {
      throw new IllegalArgumentException(
          "micro-kernel: %d x %d rows x %d vectors with %d taps takes %d registers, expected at most %d; take fewer rows"
              .formatted(groups, rows, vectors, taps, registers, available()));
    }
  }

  /** A block of so many rows, one vector wide, that adds one product to 0. */
  public static BlockDescription ofRows(int rows) {
    return new BlockDescription(
        1, rows, 1, 1, 1, 0, Left.BROADCAST, 0, false, First.ZERO, false, false);
  }

  /** The same for so many groups of rows. */
  public BlockDescription groups(int count) {
    return new BlockDescription(
        count, rows, vectors, taps, rowStep, tapStep, left, loops, terms, first, relu, channels);
  }

  /** The same with positions and taps that lie so far apart. */
  public BlockDescription taps(int count, int fromRowToRow, int fromTapToTap) {
    return new BlockDescription(
        groups,
        rows,
        vectors,
        count,
        fromRowToRow,
        fromTapToTap,
        left,
        loops,
        terms,
        first,
        relu,
        channels);
  }

  /** The same with so many loops around the taps. */
  public BlockDescription loops(int count) {
    return new BlockDescription(
        groups, rows, vectors, taps, rowStep, tapStep, left, count, terms, first, relu, channels);
  }

  /** The same with other first values, and a ReLU or none. */
  public BlockDescription values(First begin, boolean rectified) {
    return new BlockDescription(
        groups, rows, vectors, taps, rowStep, tapStep, left, loops, terms, begin, rectified,
        channels);
  }

  /**
   * The same, channel for channel: a is vectors, and all is repeated for each vector of channels.
   */
  public BlockDescription byChannel() {
    return new BlockDescription(
        groups,
        rows,
        vectors,
        taps,
        rowStep,
        tapStep,
        Left.VECTOR,
        loops,
        terms,
        first,
        relu,
        true);
  }

  /** Vector registers that a block takes: its sums, the taps of b, and one of a. */
  static int registers(int rows, int vectors, int taps) {
    return rows * vectors + taps * vectors + 1;
  }

  /** The vector registers of this machine: 32 with AVX-512 and on ARM, else 16. */
  public static int available() {
    boolean wide = FloatVector.SPECIES_PREFERRED.length() >= 16;
    return wide || System.getProperty("os.arch", "").equals("aarch64") ? 32 : 16;
  }

  /** A name that tells what is in it, for stack traces and profilers. */
  String name() {
    StringBuilder name = new StringBuilder(left == Left.VECTOR ? "Vectors" : "Block");
    if (groups > 1) {
      name.append(groups).append('x');
    }
    name.append(rows).append('x').append(vectors);
    name.append("_taps").append(taps).append("_step").append(rowStep).append('_').append(tapStep);
    name.append("_loops").append(loops);
    if (terms) {
      name.append("_terms");
    }
    name.append('_').append(first.name().toLowerCase(java.util.Locale.ROOT));
    if (relu) {
      name.append("_relu");
    }
    if (channels) {
      name.append("_channels");
    }
    return name.toString();
  }
}
