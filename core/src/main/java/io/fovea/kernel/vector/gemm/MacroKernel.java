package io.fovea.kernel.vector.gemm;

import static io.fovea.kernel.vector.microkernel.Extent.ARGUMENT;

import io.fovea.kernel.op.Clamp;
import io.fovea.kernel.vector.machine.Lanes;
import io.fovea.kernel.vector.microkernel.BlockDescription;
import io.fovea.kernel.vector.microkernel.BlockDescription.First;
import io.fovea.kernel.vector.microkernel.BlockDescription.Terms;
import io.fovea.kernel.vector.microkernel.BlockDescription.Width;
import io.fovea.kernel.vector.microkernel.Extent;
import io.fovea.kernel.vector.microkernel.KernelTable;
import io.fovea.kernel.vector.microkernel.Strides;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Computes some rows of a matrix product, one block of them in registers at a time (BLIS's
 * macro-kernel):
 *
 * <pre>
 * c[i][j] = first[j] + sum over k of a[i][k] * b[k][j]    or    c[i][j] += sum ...
 * </pre>
 *
 * a is read one number at a time and broadcast; b, first and c are read and written a vector at a
 * time. b is a panel, [k][2L] or [k][L]. a is stored in rows, columns or panels.
 *
 * <p>Each element is one chain of fused multiply-adds over k in order, in any block, and a sum that
 * is continued is the same chain. So results depend neither on the partition nor on the rows beside
 * them.
 *
 * <p>Blocks are 8 rows by 2 vectors where there are 32 registers, 5 by 2 where there are 16: 10
 * accumulators, 2 of b, and room for what C2 loads ahead (decision 3). A core that computes 512
 * bits at once is faster with two row-major panels at a time, in blocks of 5 or 4 rows by 4
 * vectors, and with blocks of three vectors where a is in panels (decision 28).
 */
public final class MacroKernel {
  private static final int L = Lanes.COUNT;

  /** Rows of a block where there are 32 registers: for what changes bits. */
  public static final int MOST_ROWS = 8;

  /** Rows of a block where there are 16 registers. */
  public static final int FEW_ROWS = 5;

  /** Rows of a block, R. */
  public static final int ROWS = Lanes.REGISTERS == 32 ? MOST_ROWS : FEW_ROWS;

  /** The most vectors of a block where a is in panels. */
  public static final int MOST_VECTORS = Lanes.REGISTERS == 32 ? 3 : 2;

  /** The kernels of one layout of a, by the first values of sums; row-major ones have parts. */
  private record Layout(
      KernelTable fromBias,
      KernelTable fromTarget,
      KernelTable fromBiasBounded,
      KernelTable fromTargetBounded,
      boolean isRowMajor) {
    static Layout of(boolean isRowMajor, Function<Shape, BlockDescription.Builder> blocks) {
      return new Layout(
          table(blocks, First.BIAS, false),
          table(blocks, First.TARGET, false),
          table(blocks, First.BIAS, true),
          table(blocks, First.TARGET, true),
          isRowMajor);
    }

    List<KernelTable> tables() {
      return List.of(fromBias, fromTarget, fromBiasBounded, fromTargetBounded);
    }

    KernelTable table(boolean continues, boolean isBounded) {
      if (isBounded) {
        return continues ? fromTargetBounded : fromBiasBounded;
      }
      return continues ? fromTarget : fromBias;
    }

    /** Adds these shapes within bounds, only for sums that start. */
    Layout bundleBounded(int vectors, int... rows) {
      fromBiasBounded.bundle(vectors, rows);
      return this;
    }

    /** Adds these shapes to those that the build writes. */
    Layout bundle(int vectors, int... rows) {
      fromBias.bundle(vectors, rows);
      return bundleContinued(vectors, rows);
    }

    /** The same, only for continued sums. */
    Layout bundleContinued(int vectors, int... rows) {
      fromTarget.bundle(vectors, rows);
      return this;
    }

    /** The same, only for sums that start. */
    Layout bundleFresh(List<Width> widths, int vectors, int... rows) {
      fromBias.bundle(widths, vectors, rows);
      return this;
    }

    private static KernelTable table(
        Function<Shape, BlockDescription.Builder> blocks, First first, boolean clamp) {
      return new KernelTable(
          (rows, vectors, width) ->
              blocks
                  .apply(new Shape(rows, vectors))
                  .width(width)
                  .first(first)
                  .clamp(clamp)
                  .byBlock()
                  .build());
    }
  }

  private record Shape(int rows, int vectors) {}

  private static final Layout ROW_MAJOR =
      Layout.of(
              true,
              s ->
                  BlockDescription.of(s.rows, s.vectors)
                      .terms(Terms.of(Extent.floats(1), rowMajorStep(s)))
                      .panel(2))
          .bundle(2, 8, FEW_ROWS, 4)
          .bundle(4, 5, 4)
          .bundleFresh(List.of(Width.WHOLE), 2, 1)
          .bundleFresh(List.of(Width.HALVES), 1, 8)
          .bundleBounded(2, 8, FEW_ROWS, 4)
          .bundleBounded(4, 5, 4);

  /** a in columns. Indices are running sums, which keeps C2 from unrolling the loop. */
  private static final Layout COLUMN_MAJOR =
      Layout.of(false, s -> columns(s, Terms.of(ARGUMENT, ARGUMENT).running()))
          .bundleContinued(2, 8, FEW_ROWS); // a step of training makes other kernels anyway

  private static final Layout PANELS_OF_8 =
      Layout.of(false, s -> columns(s, Terms.of(Extent.floats(8), ARGUMENT)))
          .bundle(3, 8)
          .bundle(2, 8)
          .bundleFresh(List.of(Width.WHOLE), 1, 8);

  /** a in panels, for 16 registers, with running indices for the same reason. */
  private static final Layout PANELS_OF_FEW =
      Layout.of(false, s -> columns(s, Terms.of(Extent.floats(FEW_ROWS), ARGUMENT).running()))
          .bundle(2, FEW_ROWS);

  /** The tables of all layouts. */
  public static List<KernelTable> tables() {
    return Stream.of(ROW_MAJOR, COLUMN_MAJOR, PANELS_OF_8, PANELS_OF_FEW)
        .flatMap(layout -> layout.tables().stream())
        .toList();
  }

  /**
   * From a term of b to the next: an argument in the block for 16 registers, whose bounds checks
   * then stay and divide the body. Without them C2 may load all of a first, more than there are
   * registers for, and keep sums on the stack (decision 3).
   */
  private static Extent rowMajorStep(Shape s) {
    return s.rows == FEW_ROWS && s.vectors == 2 ? ARGUMENT : Extent.vectors(Math.min(2, s.vectors));
  }

  private static BlockDescription.Builder columns(Shape s, Terms terms) {
    return BlockDescription.of(s.rows, s.vectors)
        .terms(terms)
        .operands(Extent.floats(1), ARGUMENT)
        .panel(s.vectors);
  }

  private final Layout layout;
  private final Strides strides = new Strides();

  /** Whether blocks one vector wide are computed in halves, see {@link Lanes#SPLIT}. */
  public boolean splits = Lanes.SPLIT;

  /** The lanes that are stored of a panel one vector wide, where a is row-major; or all L. */
  public int lanes = L;

  public float[] a = {};
  public int aOffset;
  public int aStride;

  // b[bOffset + k * (its stride) + v * L ...]
  public float[] b = {};
  public int bOffset;
  public int terms;

  /** Whether sums continue those in c, or start with first[firstOffset + v * L ...]. */
  public boolean continues;

  public float[] first = {};
  public int firstOffset;

  /** The bounds of what is stored. */
  public Clamp clamp = Clamp.NONE;

  // c[cOffset + i * cStride + v * L ...]
  public float[] c = {};
  public int cOffset;
  public int cStride;

  private MacroKernel(Layout layout) {
    this.layout = layout;
  }

  /** a[i][k] = a[aOffset + i*aStride + k]: for patches and images, which are not packed. */
  public static MacroKernel ofRows() {
    return new MacroKernel(ROW_MAJOR);
  }

  /** a[i][k] = a[aOffset + i + k*aStride]. */
  public static MacroKernel ofColumns() {
    return new MacroKernel(COLUMN_MAJOR);
  }

  /**
   * a in panels of R rows as {@link Panels} packs them: a[i][k] = a[aOffset + k*R + i]. The terms
   * of b may have any stride.
   */
  public static MacroKernel ofPanels() {
    return new MacroKernel(Lanes.REGISTERS == 32 ? PANELS_OF_8 : PANELS_OF_FEW);
  }

  /** Computes {@code rows} rows of one panel of 1 or 2 vectors; a lies in rows or columns. */
  public void run(int rows, int vectors) {
    run(rows, vectors, vectors * L);
  }

  /** The same with terms of b {@code bStride} apart, where a lies in columns. */
  public void run(int rows, int vectors, int bStride) {
    set(0, bStride);
    blocks(rows, ROWS, vectors);
  }

  /** Computes a panel of R rows, of {@link #ofPanels}, with terms of b {@code bStride} apart. */
  public void panel(int vectors, int bStride) {
    set(0, bStride);
    repeated(0, 1, ROWS, vectors);
  }

  /**
   * Computes row-major rows by two panels of two vectors, the first at bOffset, the other at {@code
   * second}.
   */
  public void pairOfPanels(int rows, int second) {
    set(second - bOffset, 2 * L);
    blocks(rows, FEW_ROWS, 4);
  }

  /**
   * Blocks of {@code height} rows, then one of what is left. Blocks of 5 are followed by some of 4:
   * any number from 12 on is a sum of both.
   */
  private void blocks(int rows, int height, int vectors) {
    // 13 rows are 5 + 2 * 4: as many fours as the rows lack of a multiple of 5.
    int fours = height == FEW_ROWS ? Math.floorMod(-rows, height) : 0;
    // Below 12 some numbers are no such sum: fives, then one block of the rest.
    fours = fours * (height - 1) > rows ? 0 : fours;
    int tall = (rows - fours * (height - 1)) / height;
    int first = tall * height;
    int end = first + fours * (height - 1);
    repeated(0, tall, height, vectors);
    repeated(first, fours, height - 1, vectors);
    repeated(end, Math.min(1, rows - end), rows - end, vectors);
  }

  private void repeated(int row, int count, int height, int vectors) {
    if (count > 0) {
      int aRow = layout.isRowMajor ? aStride : 1;
      strides.blocks(count, height * aRow, 0, 0, height * cStride);
      layout
          .table(continues, !clamp.isNone())
          .get(height, vectors, width(vectors))
          .compute(
              strides,
              a,
              aOffset + row * aRow,
              b,
              bOffset,
              first,
              firstOffset,
              c,
              cOffset + row * cStride);
    }
  }

  private Width width(int vectors) {
    return vectors == 1 && layout.isRowMajor ? width(lanes, splits) : Width.WHOLE;
  }

  private void set(int panel, int bStride) {
    strides
        .left(0, aStride)
        .right(0, panel)
        .output(cStride, L)
        .terms(terms, aStride, bStride)
        .clamp(clamp.low(), clamp.high())
        .lanes(lanes);
  }

  /**
   * The fastest width for a block of one vector with {@code lanes} lanes used: there each broadcast
   * is used for one multiply-add.
   */
  public static Width width(int lanes, boolean splits) {
    if (!Lanes.HAVE_PARTS) {
      return Width.WHOLE;
    } else if (lanes <= L / 4) {
      return Width.QUARTER;
    } else if (lanes <= L / 2) {
      return Width.HALF;
    }
    return splits ? Width.HALVES : Width.WHOLE;
  }

  /** Whether a row-major block with so few lanes writes only those. */
  public static boolean writesNoMore(int lanes) {
    return Lanes.HAVE_PARTS && lanes <= L / 2;
  }

  /** The smallest multiple of R that is at least n. */
  public static int roundUpRows(int n) {
    return (n + ROWS - 1) / ROWS * ROWS;
  }
}
