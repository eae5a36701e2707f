package io.fovea.kernel.vector;

/**
 * The left operand of a product in panels of R rows for {@link PanelProduct}, for any number of
 * rows: the last panel begins early enough to be full, so some rows are computed twice, to the same
 * bits, and nothing is written behind the last. Fewer rows than R make one panel filled up with
 * zeros; then c needs room for R rows.
 *
 * @param rows rows of a and c
 * @param terms terms of the sums
 */
record RowPanels(int rows, int terms) {
  private static final int R = BlockProduct.ROWS;
  private static final int WIDTH = PanelProduct.MOST_VECTORS;

  /** Rows that c must have room for. */
  int room() {
    return Math.max(R, rows);
  }

  /** Floats of all panels. */
  int length() {
    return BlockProduct.roundUpRows(rows) * terms;
  }

  private int panels() {
    return (rows + R - 1) / R;
  }

  private int first(int panel) {
    return Math.clamp(rows - R, 0, panel * R);
  }

  /** Packs a[r][k] = source[from + r*rowStep + k*termStep]; one of the steps is 1. */
  void pack(float[] target, float[] source, int from, int rowStep, int termStep) {
    for (int p = 0; p < panels(); p++) {
      int row = first(p);
      Panels.pack(
          target,
          p * R * terms,
          R,
          Math.min(R, rows - row),
          terms,
          source,
          from + row * rowStep,
          rowStep,
          termStep);
    }
  }

  /**
   * All rows times so many vectors of b, a block's width at a time: product.a holds these panels;
   * b, init, c and their places are set. The rows of b lie {@code bStep} apart.
   */
  void multiply(PanelProduct product, int vectors, int bStep) {
    int b = product.bAt;
    int c = product.cAt;
    product.terms = terms;
    for (int v = 0; v < vectors; v += WIDTH) {
      product.bAt = b + v * Lanes.COUNT;
      for (int p = 0; p < panels(); p++) {
        product.aAt = p * R * terms;
        product.cAt = c + v * Lanes.COUNT + first(p) * product.cRow;
        product.run(1, Math.min(WIDTH, vectors - v), bStep);
      }
    }
    product.bAt = b;
    product.cAt = c;
  }
}
