package io.fovea.kernel.vector;

/**
 * Many small matrix products of one size, one for each point of a Winograd transform:
 *
 * <pre>
 * c[p][r][v] = sum over k of a[p][r][k] * b[p][k][v]
 * </pre>
 *
 * All three are stored in panels a vector wide, [point][column / L][row][L], rows of a panel L
 * floats apart: then every index in the inner loop is k times a constant and something that stays,
 * and C2 takes the bounds checks out of it (see {@link PanelProduct} for what they cost). a is read
 * one number at a time and broadcast; b and c are read and written a vector at a time. Whether a's
 * rows or its columns are the rows of c is what the two kinds differ in. The loop over the points
 * lies inside the block, since a product of 7 x 16 by 16 x 32 takes less time than some calls
 * would.
 *
 * <p>Each element is one chain of fused multiply-adds over k, whatever block it falls into. Blocks
 * follow the registers; narrower vectors than 512 bits come with 16 registers, so 4 rows by 2.
 * Blocks are written out because a vector must never cross a method of ours: past an inlining limit
 * it would be boxed.
 */
abstract sealed class TileProducts
    permits TileRowProducts, OnePanelProducts, TwoPanelVector, TileColumnProducts {
  static final int L = Lanes.COUNT;

  static final int H = L / 2;

  static final boolean WIDE = L >= 16;

  /** Rows that arrays must have room for where {@code rows} are computed. */
  static int room(int rows) {
    return (rows + 7) / 8 * 8;
  }

  /**
   * Products of a's rows, so many terms and so many vectors. All kinds give the same bits; short
   * sums have kinds whose loops are of constant length.
   */
  static TileProducts byRows(int terms, int vectors) {
    TileProducts products;
    if (OnePanelProducts.fit(terms)) {
      products = new OnePanelProducts();
    } else if (WIDE && terms == 2 * L && vectors == 1) {
      products = new TwoPanelVector();
    } else {
      products = new TileRowProducts();
    }
    products.terms = terms;
    return products;
  }

  // a[aAt + p * aPoint + column / L * aPanel + row * L + column % L]
  float[] a = {};
  int aAt;
  int aPoint;
  int aPanel;

  // b[bAt + p * bPoint + v * bPanel + k * L ...]
  float[] b = {};
  int bAt;
  int bPoint;
  int bPanel;

  // c[cAt + p * cPoint + v * cPanel + r * L ...]
  float[] c = {};
  int cAt;
  int cPoint;
  int cPanel;

  /** Whether blocks one vector wide compute it in halves, see {@link Lanes#SPLIT}. */
  boolean splits = Lanes.SPLIT;

  int points;
  int terms;

  /**
   * Computes {@code rows} rows of {@code vectors} vectors. Blocks may reach over the last row: a
   * and c have {@link #room} for that, and what lies there is of no account.
   */
  final void run(int rows, int vectors) {
    for (int v = 0; v + 2 <= vectors; v += 2) {
      pairs(rows, v);
    }
    if (vectors % 2 == 1) {
      singles(rows, vectors - 1);
    }
  }

  /** All rows of the vectors v and v + 1. */
  abstract void pairs(int rows, int v);

  /** All rows of the vector v. */
  abstract void singles(int rows, int v);
}
