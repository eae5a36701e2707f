package io.fovea.kernel.vector.conv.winograd;

import static io.fovea.kernel.vector.gemm.MacroKernel.FEW_ROWS;
import static io.fovea.kernel.vector.microkernel.Extent.ARGUMENT;

import io.fovea.kernel.vector.machine.Lanes;
import io.fovea.kernel.vector.microkernel.BlockDescription;
import io.fovea.kernel.vector.microkernel.BlockDescription.First;
import io.fovea.kernel.vector.microkernel.BlockDescription.Terms;
import io.fovea.kernel.vector.microkernel.BlockDescription.Width;
import io.fovea.kernel.vector.microkernel.Extent;
import io.fovea.kernel.vector.microkernel.KernelTable;
import io.fovea.kernel.vector.microkernel.Strides;
import java.util.List;

/**
 * Many small matrix products of one size, one for each point of a Winograd transform:
 *
 * <pre>
 * c[p][r][v] = sum over k of a[p][r][k] * b[p][k][v]
 * </pre>
 *
 * All three are stored in panels a vector wide, [point][column / L][row][L], rows of a panel L
 * floats apart: then every index in the inner loop is k times a constant plus a loop-invariant
 * value, and C2 removes the bounds checks. a is read one number at a time and broadcast; b and c
 * are read and written a vector at a time. The rows of c are a's rows, or a's columns. The loop
 * over the points is inside the block, since a product of 7 x 16 by 16 x 32 takes less time than a
 * few calls.
 *
 * <p>Each element is one chain of fused multiply-adds over k, in any block. Blocks depend on the
 * number of registers: 5 rows by 2 where there are 16, in blocks of nearly equal height.
 *
 * <p>Terms of complete panels have inner loops of constant length, which need less preparation: 7 x
 * 16 by 16 x 32 reaches 103 GFLOP/s of 118 instead of 87 (L1 cache of a Zen 4). Blocks of 14 rows
 * have 16 loads for 28 multiply-adds where those of 7 have 18: 8 to 13 % faster on a core that is
 * bound by loads (decision 31).
 */
public final class WinogradGemm {
  private static final int L = Lanes.COUNT;

  /** Whether there are registers for 28 sums. */
  private static final boolean MANY = Lanes.REGISTERS == 32;

  private static final Extent VECTOR = Extent.vectors(1);

  /** The terms of a panel, a constant number. */
  private static final Terms WHOLE = Terms.of(Extent.floats(1), VECTOR).times(VECTOR);

  private static final KernelTable ROWS_OF_ONE_PANEL =
      new KernelTable((rows, vectors, width) -> rows(rows, vectors, WHOLE).width(width).build())
          .bundle(2, 14, 7, 8, 4)
          .bundle(List.of(Width.HALVES), 1, 7, 8);

  private static final KernelTable ROWS =
      new KernelTable(
              (rows, vectors, width) ->
                  rows(rows, vectors, Terms.of(Extent.floats(1), VECTOR).inPanels(VECTOR)).build())
          .bundle(2, FEW_ROWS, 4)
          .bundle(1, 8);

  private static final KernelTable ROWS_OF_PANELS =
      new KernelTable(
              (rows, vectors, width) -> rows(rows, vectors, WHOLE).loops(1).width(width).build())
          .bundle(2, 7, 8, 4)
          .bundle(List.of(Width.HALVES), 1, 7, 8);

  private static final KernelTable COLUMNS =
      new KernelTable((rows, vectors, width) -> columns(rows, vectors).width(width).build())
          .bundle(2, 8, 4)
          .bundle(List.of(Width.HALVES), 1, 8);

  private static final KernelTable ADDED_COLUMNS =
      new KernelTable(
              (rows, vectors, width) ->
                  columns(rows, vectors).width(width).first(First.TARGET).build())
          .bundle(2, 8, 4)
          .bundle(List.of(Width.HALVES), 1, 8);

  /** The tables of all kinds of products. */
  public static List<KernelTable> tables() {
    return List.of(ROWS_OF_ONE_PANEL, ROWS_OF_PANELS, ROWS, COLUMNS, ADDED_COLUMNS);
  }

  private static BlockDescription.Builder rows(int rows, int vectors, Terms terms) {
    return BlockDescription.of(rows, vectors)
        .terms(terms)
        .operands(VECTOR, ARGUMENT)
        .output(VECTOR, ARGUMENT)
        .byBlock();
  }

  private static BlockDescription.Builder columns(int rows, int vectors) {
    return BlockDescription.of(rows, vectors)
        .terms(Terms.of(VECTOR, VECTOR))
        .operands(Extent.floats(1), ARGUMENT)
        .output(VECTOR, ARGUMENT)
        .byBlock();
  }

  /** The number of rows that arrays need for {@code rows} computed rows. */
  static int room(int rows) {
    return (rows + 7) / 8 * 8;
  }

  private final boolean byColumn;

  private final Strides strides = new Strides();

  // a[aOffset + p * aPoint + column / L * aPanel + row * L + column % L]
  float[] a = {};
  int aOffset;
  int aPoint;
  int aPanel;

  // b[bOffset + p * bPoint + v * bPanel + k * L ...]
  float[] b = {};
  int bOffset;
  int bPoint;
  int bPanel;

  // c[cOffset + p * cPoint + v * cPanel + r * L ...]
  float[] c = {};
  int cOffset;
  int cPoint;
  int cPanel;

  /** Whether the sums of a's columns continue those in c, or start at zero. */
  boolean adds;

  /** Whether blocks one vector wide are computed in halves, see {@link Lanes#SPLIT}. */
  boolean splits = Lanes.SPLIT;

  int points;
  int terms;

  private WinogradGemm(boolean byColumn) {
    this.byColumn = byColumn;
  }

  /** Products whose rows are a's rows, and whose terms are a's columns. */
  static WinogradGemm byRows(int terms) {
    WinogradGemm products = new WinogradGemm(false);
    products.terms = terms;
    return products;
  }

  /** Products whose rows are a's columns, and whose terms are a's rows: a sum over tiles. */
  static WinogradGemm byColumns() {
    return new WinogradGemm(true);
  }

  /** Whether the terms are one panel, so that blocks have 14 rows. */
  static boolean isOnePanel(int terms) {
    return MANY && L == Lanes.WIDEST && terms == L;
  }

  /**
   * Computes {@code rows} rows of {@code vectors} vectors. Blocks may exceed the last row: a and c
   * have {@link #room} for that, and the values there are ignored.
   */
  void run(int rows, int vectors) {
    strides
        .right(0, bPanel)
        .output(L, cPanel)
        .terms(terms, L, L)
        .outer(terms / L, aPanel, L * L)
        .blocks(points, aPoint, bPoint, 0, cPoint);
    KernelTable kernels = kernels();
    for (int v = 0; v < vectors; v += 2) {
      run(rows, v, Math.min(2, vectors - v), kernels);
    }
  }

  private Width width(int vectors) {
    return splits && vectors == 1 && kernels() != ROWS ? Width.HALVES : Width.WHOLE;
  }

  private KernelTable kernels() {
    if (byColumn) {
      return adds ? ADDED_COLUMNS : COLUMNS;
    } else if (isOnePanel(terms)) {
      return ROWS_OF_ONE_PANEL;
    }
    return L == Lanes.WIDEST && terms % L == 0 ? ROWS_OF_PANELS : ROWS;
  }

  /** Computes all rows of vector v, or of two vectors from v on. */
  private void run(int rows, int v, int vectors, KernelTable kernels) {
    int height;
    for (int row = 0; row < rows; row += height) {
      height = height(rows, row, vectors, kernels);
      int column = byColumn ? row / L * aPanel + row % L : row * L;
      kernels
          .get(height, vectors, width(vectors))
          .compute(
              strides,
              a,
              aOffset + column,
              b,
              bOffset + v * bPanel,
              c,
              0,
              c,
              cOffset + v * cPanel + row * L);
    }
  }

  /** Rows of the next block; with 32 registers 14 or 7 where rows of tiles are 7, else 8 or 4. */
  private int height(int rows, int row, int vectors, KernelTable kernels) {
    if (byColumn) {
      boolean eight = L >= 8 && (vectors == 1 || (MANY && rows - row >= 8));
      return eight ? 8 : 4;
    }
    // 28 pixels are 7 tiles: blocks of 7 leave no rest there, blocks of 8 would.
    boolean sevens = rows % 7 == 0 && rows % 8 != 0;
    boolean fourteen = MANY && row + 14 <= rows;
    if (vectors == 1) {
      return !sevens ? 8 : fourteen && !splits ? 14 : 7;
    }
    if (kernels == ROWS_OF_ONE_PANEL && (sevens || rows % 14 == 0)) {
      return fourteen ? 14 : 7;
    }
    if (!MANY) {
      // Nearly equal heights: 6 rows are 3 + 3, not 5 + 1.
      int left = rows - row;
      return Math.ceilDiv(left, Math.ceilDiv(left, FEW_ROWS));
    } else if (sevens) {
      return 7;
    }
    return row + 8 <= rows ? 8 : 4;
  }
}
