package io.fovea.kernel.vector;

/**
 * A few rows of a matrix product, kept in registers while the terms go by.
 *
 * <pre>
 * c[r][v] = init[r][v] + sum over k of a[r][k] * b[k][v]
 * </pre>
 *
 * a is read one number at a time and broadcast; b, init and c are read and written a vector at a
 * time. b is a panel, [k][2L] or [k][L]. How a lies is what the kinds differ in.
 *
 * <p>Each element is one chain of fused multiply-adds over k in order, whatever block it falls
 * into, and a sum that is continued (init = c) is the same chain. So results depend neither on the
 * partition nor on the rows beside them.
 *
 * <p>Blocks are 8 rows by 2 vectors, 20 of 32 registers, where vectors have 512 bits; narrower ones
 * come with 16 registers, so 6 rows by 2: 12 accumulators, 2 of b, and 1 of a at a time. Share of
 * the peak with operands in the first cache (Zen 4): row-major 94 % (wide), 98 % (narrow);
 * column-major 98 % both; a single vector 72 %, bound by the broadcasts, and in halves 89 % ({@link
 * Lanes#SPLIT}). One k an iteration, and blocks are written out, for the reasons that stand in
 * {@link WindowProduct}; blocks of 8 rows by 2 spill where there are 16 registers (32 %).
 */
abstract sealed class BlockProduct permits RowMajorProduct, ColumnMajorProduct, PanelProduct {
  static final int L = Lanes.COUNT;

  static final boolean WIDE = L >= 16;

  /** Whether blocks one vector wide compute it in halves, see {@link Lanes#SPLIT}. */
  boolean splits = Lanes.SPLIT;

  /** Rows of a block, R. */
  static final int ROWS = WIDE ? 8 : 6;

  // a[r][k]; the next block of rows lies aBlock further
  float[] a = {};
  int aAt;
  int aStep;
  int aBlock;

  // b[bAt + k * bStep + v * L ...], bStep = vectors * L but where run is told another
  float[] b = {};
  int bAt;
  int bStep;
  int terms;

  // init[initAt + r * initRow + v * L ...]
  float[] init = {};
  int initAt;
  int initRow;

  // c[cAt + r * cRow + v * L ...]
  float[] c = {};
  int cAt;
  int cRow;

  /** Computes so many blocks of rows, one panel of 1 or 2 vectors wide. */
  final void run(int blocks, int vectors) {
    run(blocks, vectors, vectors * L);
  }

  /** The same where the terms of b lie {@code step} apart; for {@link PanelProduct} alone. */
  final void run(int blocks, int vectors, int step) {
    bStep = step;
    for (int block = 0; block < blocks; block++) {
      int from = aAt + block * aBlock;
      int start = initAt + block * ROWS * initRow;
      int end = cAt + block * ROWS * cRow;
      block(vectors, from, start, end);
    }
  }

  /** One block of ROWS rows by so many vectors. */
  void block(int vectors, int from, int start, int end) {
    if (vectors == 2) {
      pair(from, start, end);
    } else {
      single(from, start, end);
    }
  }

  /** One block of ROWS x 2: a from {@code from}, init from {@code start}, c from {@code end} on. */
  abstract void pair(int from, int start, int end);

  /** One block of ROWS x 1. */
  abstract void single(int from, int start, int end);

  /** The smallest multiple of R that is at least n. */
  static int roundUpRows(int n) {
    return (n + ROWS - 1) / ROWS * ROWS;
  }
}
