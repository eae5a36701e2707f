package io.fovea.kernel.vector.microkernel;

import io.fovea.kernel.vector.machine.Lanes;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * The description of a micro-kernel: a block of {@code groups} x {@code rows} x {@code vectors}
 * sums that stay in registers.
 *
 * <pre>
 * s[g][r][v]  = first value
 * s[g][r][v] += a[g * group + (r * rowStep + t * tapStep) * position]
 *              * b[t * tap + v / panel * vector + v % panel * L]       over all loops and t &lt; taps
 * c[(g * rows + r) * row + v * column] = clamp ? min(max(s[g][r][v], low), high) : s[g][r][v]
 * </pre>
 *
 * <p>L is the number of floats in a vector. b, c and the first values are read and written a vector
 * at a time; a is a number that is broadcast, or a vector, see {@link Left}. A position of a that
 * several rows use with different taps is loaded once. Each sum is one chain of fused
 * multiply-adds: outer loop, inner loop, terms, taps. So its bits depend on no other part of the
 * shape.
 *
 * <p>Equal descriptions share one kernel ({@link MicroKernels}). Sizes of a layer are therefore
 * arguments ({@link Strides}); a size that is the same for all layers may be a constant here.
 *
 * @param groups of rows with different offsets in a: kernel rows of a weight gradient
 * @param rows of a group
 * @param vectors of the block
 * @param taps multiply-adds of each sum in the innermost body
 * @param rowStep positions from a row to the next
 * @param tapStep positions from a tap to the next
 * @param left how a is read
 * @param width how much of a vector is computed, and in how many parts
 * @param loops loops around the terms, 0 to 2, that advance a and b by arguments
 * @param terms the innermost loop
 * @param first the initial values of sums
 * @param clamp whether sums are stored within bounds, which are arguments
 * @param repeat the loop around the complete block
 * @param position floats from a position of a to the next, or {@link Extent#ARGUMENT}
 * @param vector floats from a panel of b to the next, or {@link Extent#ARGUMENT}
 * @param panel vectors of a panel of b, L apart
 * @param row floats from a row of c to the next, or {@link Extent#ARGUMENT}
 * @param column floats from a vector of c to the next, or {@link Extent#ARGUMENT}
 */
public record BlockDescription(
    int groups,
    int rows,
    int vectors,
    int taps,
    int rowStep,
    int tapStep,
    Left left,
    Width width,
    int loops,
    Terms terms,
    First first,
    boolean clamp,
    Repeat repeat,
    Extent position,
    Extent vector,
    int panel,
    Extent row,
    Extent column) {

  /** How a is read. */
  public enum Left {
    /** One float, the same for all lanes: matrix products and convolutions. */
    BROADCAST,
    /** L adjacent floats: depthwise convolutions, whose lanes are channels. */
    VECTOR
  }

  /** How much of each vector is computed. Parts exist only where L is 16. */
  public enum Width {
    /** Full vectors. */
    WHOLE,
    /** Full vectors in two halves, which share a broadcast of half a vector (decision 28). */
    HALVES,
    /** The first half; {@link Strides#lanes} of it are stored. */
    HALF,
    /** The first quarter; {@link Strides#lanes} of it are stored. */
    QUARTER
  }

  /** The initial values of sums. */
  public enum First {
    /** 0. */
    ZERO,
    /** A bias, the same for all rows. */
    BIAS,
    /**
     * The same, loaded for each row, in a way that C2 does not see to be the same: with 16
     * registers it keeps copies of one value on the stack while an outer loop runs (decision 3).
     */
    BIAS_EACH,
    /** The sums so far, from c. */
    TARGET
  }

  /** The loop around the complete block. */
  public enum Repeat {
    /** No loop. */
    ONCE,
    /**
     * Over the vectors of a number of channels: a, b, c and first values advance by L, and the last
     * vector ends with the last channel.
     */
    CHANNELS,
    /** Over blocks of rows, or points of a Winograd transform: operands advance by arguments. */
    BLOCKS
  }

  /**
   * The innermost loop.
   *
   * @param count terms, or {@link Extent#ARGUMENT}
   * @param a floats that a advances by, or {@link Extent#ARGUMENT}
   * @param b floats that b advances by, or {@link Extent#ARGUMENT}
   * @param walk how indices are computed
   * @param panels whether the terms, whose number is an argument, are in panels of {@code count}
   *     terms, outerA and outerB apart, the last one shorter
   */
  public record Terms(Extent count, Extent a, Extent b, Walk walk, boolean panels) {
    /** A single iteration. */
    public static final Terms ONE =
        new Terms(Extent.floats(1), Extent.floats(0), Extent.floats(0), Walk.RUNNING, false);

    /** A loop that advances a and b by these floats. */
    public static Terms of(Extent a, Extent b) {
      return new Terms(Extent.ARGUMENT, a, b, Walk.COUNTED, false);
    }

    /** The same with a constant number of iterations. */
    public Terms times(Extent number) {
      return new Terms(number, a, b, walk, panels);
    }

    public Terms inPanels(Extent length) {
      return new Terms(length, a, b, walk, true);
    }

    /** The same with running indices. */
    public Terms running() {
      return new Terms(count, a, b, Walk.RUNNING, panels);
    }

    boolean isLoop() {
      return !equals(ONE);
    }
  }

  /** How the innermost loop computes its indices. */
  public enum Walk {
    /** Counter times step plus a loop-invariant value: C2 removes the bounds checks. */
    COUNTED,
    /** Running sums: C2 does not unroll the loop, for which 16 registers would be too few. */
    RUNNING
  }

  /** The most loops around the terms. */
  static final int MOST_LOOPS = 2;

  public BlockDescription {
    if (Math.min(Math.min(groups, rows), Math.min(Math.min(vectors, panel), taps)) < 1
        || Math.min(rowStep, tapStep) < 0) {
      throw new IllegalArgumentException(
          "micro-kernel: got %d groups, %d rows, %d vectors, %d taps, row step %d, tap step %d; expected at least one of each and steps of at least 0"
              .formatted(groups, rows, vectors, taps, rowStep, tapStep));
    }
    if (loops < 0 || loops > MOST_LOOPS || (loops > 0 && terms.panels)) {
      throw new IllegalArgumentException(
          "micro-kernel: got %d loops around the terms, expected 0 to %d, and 0 around panels"
              .formatted(loops, MOST_LOOPS));
    }
    if (repeat == Repeat.CHANNELS && vectors > 1) {
      throw new IllegalArgumentException(
          "micro-kernel: got %d vectors beside each other, expected 1 where the block is repeated for channels"
              .formatted(vectors));
    }
    if (width != Width.WHOLE && (vectors > 1 || left == Left.VECTOR)) {
      throw new IllegalArgumentException(
          "micro-kernel: got %s of %d vectors; expected 1 broadcast vector, or full vectors"
              .formatted(width, vectors));
    }
  }

  /**
   * A builder for a block of rows by vectors that adds one product to 0; all sizes are arguments
   * except L.
   */
  public static Builder of(int rows, int vectors) {
    return new Builder(rows, vectors);
  }

  /**
   * Checks that this machine can compute the block.
   *
   * @throws IllegalArgumentException if the block needs more registers, or parts of vectors that do
   *     not exist here
   */
  void requireFit() {
    if (registers() > Lanes.REGISTERS) {
      throw new IllegalArgumentException(
          "micro-kernel: %d x %d rows x %d vectors with %d taps takes %d registers, expected at most %d; take fewer rows"
              .formatted(groups, rows, parts() * vectors, taps, registers(), Lanes.REGISTERS));
    }
    if (width != Width.WHOLE && !Lanes.HAVE_PARTS) {
      throw new IllegalArgumentException(
          "micro-kernel: got %s of a vector of %d floats; expected a vector of %d, or full vectors"
              .formatted(width, lanes(), Lanes.WIDEST));
    }
  }

  /** Floats of a vector of this machine. */
  static int lanes() {
    return Lanes.COUNT;
  }

  /** Vector registers of a block: its sums, the taps of b, and one of a. */
  int registers() {
    return (groups * rows + taps) * vectors * parts() + 1;
  }

  /** The number of parts of each vector. */
  int parts() {
    return width == Width.HALVES ? 2 : 1;
  }

  /** The position of a, in its group, for a row and a tap. */
  int position(int row, int tap) {
    return row * rowStep + tap * tapStep;
  }

  /** The positions of a that a group reads, ascending. */
  int[] positions() {
    return IntStream.range(0, rows * taps)
        .map(i -> position(i / taps, i % taps))
        .distinct()
        .sorted()
        .toArray();
  }

  /** A name that contains all components, for stack traces and profilers. */
  String name() {
    StringBuilder name = new StringBuilder(left == Left.VECTOR ? "Vectors" : "Block");
    if (groups > 1) {
      name.append(groups).append('x');
    }
    name.append(rows).append('x').append(vectors);
    if (width != Width.WHOLE) {
      name.append('_').append(word(width));
    }
    name.append("_taps").append(taps).append("_step").append(rowStep).append('_').append(tapStep);
    name.append("_loops").append(loops);
    if (terms.isLoop()) {
      name.append("_terms").append(terms.count.title());
      name.append("_a").append(terms.a.title()).append("_b").append(terms.b.title());
      name.append(terms.walk == Walk.RUNNING ? "_running" : "");
      name.append(terms.panels ? "_panels" : "");
    }
    name.append('_').append(word(first)).append(clamp ? "_clamp" : "");
    name.append(repeat == Repeat.ONCE ? "" : "_" + word(repeat));
    name.append("_strides").append(position.title()).append('_').append(vector.title());
    name.append(panel == 1 ? "" : "x" + panel);
    name.append('_').append(row.title()).append('_').append(column.title());
    return name.toString();
  }

  private static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  /** Builds a description. */
  public static final class Builder {
    private final int rows;
    private final int vectors;
    private int groups = 1;
    private int taps = 1;
    private int rowStep = 1;
    private int tapStep;
    private Left left = Left.BROADCAST;
    private Width width = Width.WHOLE;
    private int loops;
    private Terms terms = Terms.ONE;
    private First first = First.ZERO;
    private boolean clamp;
    private Repeat repeat = Repeat.ONCE;
    private Extent position = Extent.ARGUMENT;
    private Extent vector = Extent.ARGUMENT;
    private int panel = 1;
    private Extent row = Extent.ARGUMENT;
    private Extent column = Extent.vectors(1);

    private Builder(int rows, int vectors) {
      this.rows = rows;
      this.vectors = vectors;
    }

    /** Sets the groups of rows. */
    public Builder groups(int count) {
      groups = count;
      return this;
    }

    /** Sets the taps, and the positions from row to row and from tap to tap. */
    public Builder taps(int count, int fromRowToRow, int fromTapToTap) {
      taps = count;
      rowStep = fromRowToRow;
      tapStep = fromTapToTap;
      return this;
    }

    /** Sets the number of loops around the terms. */
    public Builder loops(int count) {
      loops = count;
      return this;
    }

    /** The innermost loop. */
    public Builder terms(Terms loop) {
      terms = loop;
      return this;
    }

    /** The initial values of sums. */
    public Builder first(First values) {
      first = values;
      return this;
    }

    /** Whether sums are stored within bounds. */
    public Builder clamp(boolean bounded) {
      clamp = bounded;
      return this;
    }

    /** How much of a vector is computed. */
    public Builder width(Width part) {
      width = part;
      return this;
    }

    /**
     * Makes the block depthwise: a is read as vectors, and the block is repeated for each vector of
     * channels.
     */
    public Builder byChannel() {
      left = Left.VECTOR;
      repeat = Repeat.CHANNELS;
      return this;
    }

    public Builder byBlock() {
      repeat = Repeat.BLOCKS;
      return this;
    }

    /**
     * Sets the strides of positions of a and of vectors of b: constants, or {@link
     * Extent#ARGUMENT}.
     */
    public Builder operands(Extent fromPosition, Extent fromVector) {
      position = fromPosition;
      vector = fromVector;
      return this;
    }

    /** Sets the vectors of a panel of b, L apart. */
    public Builder panel(int count) {
      panel = count;
      return this;
    }

    /** Sets the strides of rows and of vectors of c: constants, or {@link Extent#ARGUMENT}. */
    public Builder output(Extent fromRow, Extent fromVector) {
      row = fromRow;
      column = fromVector;
      return this;
    }

    public BlockDescription build() {
      return new BlockDescription(
          groups, rows, vectors, taps, rowStep, tapStep, left, width, loops, terms, first, clamp,
          repeat, position, vector, panel, row, column);
    }
  }
}
