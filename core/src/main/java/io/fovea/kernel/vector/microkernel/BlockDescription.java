package io.fovea.kernel.vector.microkernel;

import java.util.Locale;
import java.util.stream.IntStream;
import jdk.incubator.vector.FloatVector;

/**
 * What a micro-kernel computes: a block of {@code groups} x {@code rows} x {@code vectors} sums
 * that stay in registers.
 *
 * <pre>
 * s[g][r][v]  = first value
 * s[g][r][v] += a[g * group + (r * rowStep + t * tapStep) * position]
 *              * b[t * tap + v / panel * vector + v % panel * L]       over all loops and t &lt; taps
 * c[(g * rows + r) * row + v * column] = relu ? max(s[g][r][v], 0) : s[g][r][v]
 * </pre>
 *
 * <p>L is the number of floats in a vector. b, c and the first values are read and written a vector
 * at a time; a is a number that is broadcast, or a vector, see {@link Left}. A position of a that
 * several rows meet with different taps is loaded once. Each sum is one chain of fused
 * multiply-adds: outer loop, inner loop, terms, taps. So its bits depend on no other part of the
 * shape.
 *
 * <p>Equal descriptions are one kernel ({@link MicroKernels}). Sizes of a layer are therefore
 * arguments ({@link Strides}); a size that is the same for all layers may be a constant here.
 *
 * @param groups of rows that begin at places of a of their own: kernel rows of a weight gradient
 * @param rows of a group
 * @param vectors of the block, side by side
 * @param taps multiply-adds of each sum in the innermost body
 * @param rowStep positions from a row to the next
 * @param tapStep positions from a tap to the next
 * @param left how a is read
 * @param width how much of a vector is computed, and in how many parts
 * @param loops loops around the terms, 0 to 2, that advance a and b by arguments
 * @param terms the innermost loop
 * @param first what sums begin with
 * @param relu whether max(s, 0) is stored
 * @param repeat for what all of it is repeated
 * @param position floats from a position of a to the next, or {@link Extent#ARGUMENT}
 * @param vector floats from a panel of b to the next beside it, or {@link Extent#ARGUMENT}
 * @param panel vectors of a panel of b, L apart
 * @param row floats from a row of c to the next, or {@link Extent#ARGUMENT}
 * @param column floats from a vector of c to the next beside it, or {@link Extent#ARGUMENT}
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
    boolean relu,
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
    /** L floats beside each other: depthwise convolutions, whose lanes are channels. */
    VECTOR
  }

  /** How much of each vector is computed. Less than whole ones exist where L is 16. */
  public enum Width {
    /** Whole vectors. */
    WHOLE,
    /** Whole vectors in two halves: a broadcast of half a vector serves both (decision 28). */
    HALVES,
    /** The first half; {@link Strides#lanes} of it are stored. */
    HALF,
    /** The first quarter; {@link Strides#lanes} of it are stored. */
    QUARTER
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

  /** What all of a block is repeated for. */
  public enum Repeat {
    /** Nothing. */
    ONCE,
    /**
     * The vectors of so many channels: a, b, c and first values advance by L, and the last vector
     * ends with the last channel.
     */
    CHANNELS,
    /** The points of a Winograd transform: operands advance by arguments. */
    POINTS
  }

  /**
   * The innermost loop.
   *
   * @param count terms, or {@link Extent#ARGUMENT}
   * @param a floats that a advances by, or {@link Extent#ARGUMENT}
   * @param b floats that b advances by, or {@link Extent#ARGUMENT}
   * @param walk how indices are made
   * @param panels whether terms, an argument, lie in panels of {@code count} that are outerA and
   *     outerB apart, the last one shorter
   */
  public record Terms(Extent count, Extent a, Extent b, Walk walk, boolean panels) {
    /** One round. */
    public static final Terms ONE =
        new Terms(Extent.floats(1), Extent.floats(0), Extent.floats(0), Walk.RUNNING, false);

    /** So many floats of a and b further in each round. */
    public static Terms of(Extent a, Extent b) {
      return new Terms(Extent.ARGUMENT, a, b, Walk.COUNTED, false);
    }

    /** The same, a constant number of times. */
    public Terms times(Extent number) {
      return new Terms(number, a, b, walk, panels);
    }

    /** The same in panels of so many terms. */
    public Terms inPanels(Extent length) {
      return new Terms(length, a, b, walk, true);
    }

    /** The same with indices that are summed up. */
    public Terms running() {
      return new Terms(count, a, b, Walk.RUNNING, panels);
    }

    boolean isLoop() {
      return !equals(ONE);
    }
  }

  /** How the innermost loop makes its indices. */
  public enum Walk {
    /** Counter times step, and something that stays: C2 takes the checks of bounds out. */
    COUNTED,
    /** Sums: C2 does not unroll the loop, for which 16 registers are too few. */
    RUNNING
  }

  /** The most loops around the terms. */
  static final int MOST_LOOPS = 2;

  /** Floats of a vector of 512 bits, which has parts. */
  private static final int WIDE = 16;

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
          "micro-kernel: got %d vectors beside each other, expected 1 where all is repeated for channels"
              .formatted(vectors));
    }
    if (width != Width.WHOLE && (vectors > 1 || left == Left.VECTOR)) {
      throw new IllegalArgumentException(
          "micro-kernel: got %s of %d vectors; expected 1 broadcast vector, or whole ones"
              .formatted(width, vectors));
    }
  }

  /** A block of rows by vectors that adds one product to 0; all sizes are arguments but L. */
  public static Builder of(int rows, int vectors) {
    return new Builder(rows, vectors);
  }

  /**
   * Refuses what this machine cannot compute.
   *
   * @throws IllegalArgumentException for a block that takes more than its registers, and for parts
   *     of vectors that have none
   */
  void requireFit() {
    if (registers() > available()) {
      throw new IllegalArgumentException(
          "micro-kernel: %d x %d rows x %d vectors with %d taps takes %d registers, expected at most %d; take fewer rows"
              .formatted(groups, rows, parts() * vectors, taps, registers(), available()));
    }
    if (width != Width.WHOLE && lanes() != WIDE) {
      throw new IllegalArgumentException(
          "micro-kernel: got %s of a vector of %d floats; expected a vector of %d, or whole ones"
              .formatted(width, lanes(), WIDE));
    }
  }

  /** Floats of a vector of this machine. */
  static int lanes() {
    return FloatVector.SPECIES_PREFERRED.length();
  }

  /** Vector registers that a block takes: its sums, the taps of b, and one of a. */
  int registers() {
    return (groups * rows + taps) * vectors * parts() + 1;
  }

  /** Parts that each vector is computed in. */
  int parts() {
    return width == Width.HALVES ? 2 : 1;
  }

  /** The position of a, in its group, that a row meets with a tap. */
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

  /** The vector registers of this machine: 32 with AVX-512 and on ARM, else 16. */
  public static int available() {
    boolean wide = lanes() >= WIDE;
    return wide || System.getProperty("os.arch", "").equals("aarch64") ? 32 : 16;
  }

  /** A name that tells all that is in it, for stack traces and profilers. */
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
    name.append('_').append(word(first)).append(relu ? "_relu" : "");
    name.append(repeat == Repeat.ONCE ? "" : "_" + word(repeat));
    name.append("_strides").append(position.title()).append('_').append(vector.title());
    name.append(panel == 1 ? "" : "x" + panel);
    name.append('_').append(row.title()).append('_').append(column.title());
    return name.toString();
  }

  private static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  /** Puts a description together. */
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
    private boolean relu;
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

    /** So many groups of rows. */
    public Builder groups(int count) {
      groups = count;
      return this;
    }

    /** Positions and taps that lie so far apart. */
    public Builder taps(int count, int fromRowToRow, int fromTapToTap) {
      taps = count;
      rowStep = fromRowToRow;
      tapStep = fromTapToTap;
      return this;
    }

    /** So many loops around the terms. */
    public Builder loops(int count) {
      loops = count;
      return this;
    }

    /** The innermost loop. */
    public Builder terms(Terms loop) {
      terms = loop;
      return this;
    }

    /** What sums begin with. */
    public Builder first(First values) {
      first = values;
      return this;
    }

    /** Whether max(s, 0) is stored. */
    public Builder relu(boolean rectified) {
      relu = rectified;
      return this;
    }

    /** How much of a vector is computed. */
    public Builder width(Width part) {
      width = part;
      return this;
    }

    /** Channel for channel: a is vectors, and all is repeated for each vector of channels. */
    public Builder byChannel() {
      left = Left.VECTOR;
      repeat = Repeat.CHANNELS;
      return this;
    }

    /** All is repeated for points. */
    public Builder byPoint() {
      repeat = Repeat.POINTS;
      return this;
    }

    /**
     * Constants, or {@link Extent#ARGUMENT}: from position to position, and vector to vector of b.
     */
    public Builder operands(Extent fromPosition, Extent fromVector) {
      position = fromPosition;
      vector = fromVector;
      return this;
    }

    /** So many vectors of b beside each other, L apart. */
    public Builder panel(int count) {
      panel = count;
      return this;
    }

    /** Constants, or {@link Extent#ARGUMENT}: from row to row of c, and vector to vector. */
    public Builder output(Extent fromRow, Extent fromVector) {
      row = fromRow;
      column = fromVector;
      return this;
    }

    /** The description. */
    public BlockDescription build() {
      return new BlockDescription(
          groups, rows, vectors, taps, rowStep, tapStep, left, width, loops, terms, first, relu,
          repeat, position, vector, panel, row, column);
    }
  }
}
