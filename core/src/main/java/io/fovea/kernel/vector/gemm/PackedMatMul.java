package io.fovea.kernel.vector.gemm;

import static io.fovea.kernel.CacheLines.FIRST;

import io.fovea.kernel.MatMulKernel;
import io.fovea.kernel.Matrix;
import io.fovea.kernel.Resources;
import io.fovea.kernel.vector.machine.Lanes;
import java.util.Arrays;

/**
 * Matrix multiplication over packed panels (Goto and van de Geijn, "Anatomy of high-performance
 * matrix multiplication", 2008).
 *
 * <p>The sum over k is divided into slices. For a slice, a is copied into panels [k][R] and b into
 * panels [k][3L] (2L where registers are few), padded with zeros; then each block of R rows by as
 * many vectors of c is computed in registers by {@link MacroKernel}. Blocks that exceed c are
 * computed in a temporary tile, so no size needs a separate loop; a single row costs as much as R.
 *
 * <p>Packing is parallel over panels, multiplying over pieces of c, both divided by sizes only. An
 * element of c is one chain over k in order, in any slice or piece: its bits depend only on its row
 * of a and its column of b.
 *
 * <p>1024 x 1024 x 1024 on one thread: 83 % of the peak of a Zen 4; 66 % on an Intel core in blocks
 * of 2 vectors, where it is bound by loads, and 71 to 75 % in blocks of 3 (docs/decisions/0028).
 */
public final class PackedMatMul implements MatMulKernel {
  private static final int L = Lanes.COUNT;
  private static final int R = MacroKernel.ROWS;

  /** Columns of a full panel of b. */
  private static final int PANEL = MacroKernel.MOST_VECTORS * L;

  /**
   * Terms of a slice: few enough that a panel of a, 16 KB, stays in the L1 cache, and many enough
   * that reading and writing c between slices costs little. 128: 77 % of the peak, 256: 83, 512:
   * 86.
   */
  static final int TERMS = 512;

  /** Rows of a, and columns of b, that are packed at a time: 8 MB of each. */
  static final int MOST = 4096;

  /**
   * Blocks of rows and panels of columns in one piece of work; its part of a, 256 KB, stays in the
   * L2 cache.
   */
  private static final int BLOCKS = 16;

  private static final int PANELS = 16;

  @Override
  public String name() {
    return "packed";
  }

  @Override
  public void multiply(Matrix c, Matrix a, Matrix b, boolean accumulate, Resources resources) {
    assert a.rows() == c.rows() && b.columns() == c.columns() && a.columns() == b.rows();
    assert c.columnStep() == 1 : "c must be row-major";
    if (a.columns() == 0 && !accumulate) {
      for (int i = 0; i < c.rows(); i++) {
        Arrays.fill(c.array(), c.at(i, 0), c.at(i, 0) + c.columns(), 0);
      }
    }
    for (int row = 0; row < c.rows(); row += MOST) {
      for (int column = 0; column < c.columns(); column += MOST) {
        Part part = new Part(c, a, b, row, column, resources);
        for (int k = 0; k < a.columns(); k += TERMS) {
          part.addSlice(k, Math.min(TERMS, a.columns() - k), accumulate || k > 0);
        }
      }
    }
  }

  /** A part of c of at most MOST x MOST elements, from (row, column) on. */
  private static final class Part {
    private final Matrix c;
    private final Matrix a;
    private final Matrix b;
    private final int row;
    private final int column;
    private final int rows;
    private final int columns;
    private final Resources resources;
    private final float[] left; // panels of a's slice, [rows / R][k][R]
    private final float[]
        right; // panels of b's slice, [columns / PANEL][k][PANEL], the last one may be narrower

    Part(Matrix c, Matrix a, Matrix b, int row, int column, Resources resources) {
      this.c = c;
      this.a = a;
      this.b = b;
      this.row = row;
      this.column = column;
      this.rows = Math.min(MOST, c.rows() - row);
      this.columns = Math.min(MOST, c.columns() - column);
      this.resources = resources;
      int terms = Math.min(TERMS, a.columns());
      this.left = resources.scratch().shared(0, FIRST + MacroKernel.roundUpRows(rows) * terms);
      this.right = resources.scratch().shared(1, FIRST + Lanes.roundUp(columns) * terms);
    }

    /** Adds terms k to k + terms to c, or to zero if the sum is not {@code continued}. */
    void addSlice(int k, int terms, boolean continued) {
      int blocks = (rows + R - 1) / R;
      int panels = (columns + PANEL - 1) / PANEL;
      int bands = (blocks + BLOCKS - 1) / BLOCKS;
      resources.run(
          bands + panels,
          (chunk, worker) -> {
            if (chunk < bands) {
              packLeft(chunk * BLOCKS * R, k, terms);
            } else {
              packRight((chunk - bands) * PANEL, k, terms);
            }
          });
      int stripes = (panels + PANELS - 1) / PANELS;
      resources.run(
          bands * stripes,
          (chunk, worker) -> {
            int block = chunk % bands * BLOCKS;
            int panel = chunk / bands * PANELS;
            Tiles tiles = new Tiles(this, terms, continued, worker);
            for (int p = panel; p < Math.min(panels, panel + PANELS); p++) {
              tiles.multiply(block, Math.min(blocks, block + BLOCKS), p);
            }
          });
    }

    /** Packs BLOCKS panels of a. */
    private void packLeft(int first, int k, int terms) {
      int lines = Math.min(BLOCKS * R, rows - first);
      int from = a.at(row + first, k);
      Panels.pack(
          left,
          FIRST + first * terms,
          R,
          lines,
          terms,
          a.array(),
          from,
          a.rowStep(),
          a.columnStep());
    }

    /** Packs one panel of b, narrower where fewer columns are left. */
    private void packRight(int first, int k, int terms) {
      int lines = Math.min(PANEL, columns - first);
      int width = Lanes.roundUp(lines);
      int from = b.at(k, column + first);
      Panels.pack(
          right,
          FIRST + first * terms,
          width,
          lines,
          terms,
          b.array(),
          from,
          b.columnStep(),
          b.rowStep());
    }
  }

  /** Computes blocks of c from packed panels; for one worker. */
  private static final class Tiles {
    private final Part part;
    private final int terms;
    private final boolean continued;
    private final float[] tile;
    private final MacroKernel product = MacroKernel.ofPanels();

    Tiles(Part part, int terms, boolean continued, int worker) {
      this.part = part;
      this.terms = terms;
      this.continued = continued;
      this.tile = part.resources.scratch().of(worker, 0, R * PANEL);
      product.a = part.left;
      product.aBlock = R * terms;
      product.b = part.right;
      product.terms = terms;
    }

    /** Computes blocks of rows from (inclusive) to (exclusive), of one panel of columns. */
    void multiply(int from, int to, int panel) {
      int width = Math.min(PANEL, part.columns - panel * PANEL);
      int whole = width % L == 0 ? Math.clamp(part.rows / R, from, to) : from;
      product.bOffset = FIRST + panel * PANEL * terms;
      if (whole > from) {
        product.aOffset = FIRST + from * R * terms;
        inPlace(part.c.at(part.row + from * R, part.column + panel * PANEL));
        product.run(whole - from, width / L);
      }
      for (int block = whole; block < to; block++) {
        product.aOffset = FIRST + block * R * terms;
        int height = Math.min(R, part.rows - block * R);
        inTile(part.c.at(part.row + block * R, part.column + panel * PANEL), height, width);
      }
    }

    private void inPlace(int cAt) {
      product.c = part.c.array();
      product.cOffset = cAt;
      product.cStride = part.c.rowStep();
      product.continues = continued;
      if (!continued) {
        Arrays.fill(tile, 0, PANEL, 0);
        product.first = tile;
      }
    }

    /** Computes a block of which only height x width elements belong to c. */
    private void inTile(int cAt, int height, int width) {
      float[] c = part.c.array();
      int cRow = part.c.rowStep();
      Arrays.fill(tile, 0, R * PANEL, 0);
      for (int r = 0; continued && r < height; r++) {
        System.arraycopy(c, cAt + r * cRow, tile, r * PANEL, width);
      }
      product.continues = true;
      product.c = tile;
      product.cOffset = 0;
      product.cStride = PANEL;
      product.run(1, Lanes.roundUp(width) / L);
      for (int r = 0; r < height; r++) {
        System.arraycopy(tile, r * PANEL, c, cAt + r * cRow, width);
      }
    }
  }
}
