package io.fovea.kernel.vector.gemm;

import io.fovea.kernel.vector.machine.Lanes;

/**
 * The left operand of a product in panels of R rows for {@link MacroKernel}, for any number of
 * rows. A sum may be computed in successive slices of its terms: it remains one chain.
 *
 * @param rows rows of a
 * @param terms terms of the sums
 * @param room rows of c: as many as a has, at least R, with a last panel that begins early enough
 *     to be full and so computes some rows twice, to the same bits; or a multiple of R, with a last
 *     panel padded with zeros, which sums in slices need
 */
public record RowPanels(int rows, int terms, int room) {
  private static final int R = MacroKernel.ROWS;
  private static final int WIDTH = MacroKernel.MOST_VECTORS;

  /** Panels for a c with exactly these rows, at least R. */
  public static RowPanels of(int rows, int terms) {
    return new RowPanels(rows, terms, Math.max(R, rows));
  }

  /** Panels for a c with room for full panels. */
  public static RowPanels padded(int rows, int terms) {
    return new RowPanels(rows, terms, MacroKernel.roundUpRows(rows));
  }

  /** Floats of all panels. */
  public int length() {
    return panels(rows) * R * terms;
  }

  private static int panels(int rows) {
    return (rows + R - 1) / R;
  }

  private int first(int panel) {
    return Math.min(room - R, panel * R);
  }

  /** Packs a[r][k] = source[from + r*rowStep + k*termStep]; one of the steps is 1. */
  public void pack(float[] target, float[] source, int from, int rowStep, int termStep) {
    for (int p = 0; p < panels(rows); p++) {
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
   * Multiplies rows from..to by {@code vectors} vectors of b, a block's width at a time: product.a
   * is these panels; b, first, c and their offsets are set. The rows of b are {@code bStep} apart.
   * Rows before {@code from} may be written too, to the same bits, but none after {@code to}, which
   * is the end or between two panels.
   */
  public void multiplyRows(MacroKernel product, int vectors, int bStep, int from, int to) {
    assert from % R == 0 && (to % R == 0 || to == rows);
    product.terms = terms;
    multiply(product, vectors, bStep, from / R, panels(to), 0);
  }

  /**
   * Multiplies all rows for the terms from..to: sums start with the first values where from is 0,
   * and continue those in c otherwise. b begins with term {@code from}. Panels must be padded where
   * sums are continued.
   */
  public void multiplyTerms(MacroKernel product, int vectors, int bStep, int from, int to) {
    product.terms = to - from;
    multiply(product, vectors, bStep, 0, panels(rows), from);
  }

  private void multiply(
      MacroKernel product, int vectors, int bStep, int firstPanel, int endPanel, int firstTerm) {
    product.continues = firstTerm > 0;
    int b = product.bOffset;
    int c = product.cOffset;
    for (int v = 0; v < vectors; v += WIDTH) {
      product.bOffset = b + v * Lanes.COUNT;
      for (int p = firstPanel; p < endPanel; p++) {
        product.aOffset = (p * terms + firstTerm) * R;
        product.cOffset = c + v * Lanes.COUNT + first(p) * product.cStride;
        product.panel(Math.min(WIDTH, vectors - v), bStep);
      }
    }
    product.bOffset = b;
    product.cOffset = c;
  }
}
