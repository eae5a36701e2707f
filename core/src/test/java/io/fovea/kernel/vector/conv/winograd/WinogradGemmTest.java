package io.fovea.kernel.vector.conv.winograd;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.kernel.op.Draw;
import io.fovea.kernel.op.EveryWidth;
import io.fovea.kernel.vector.machine.Lanes;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The small products of all points against a plain loop, over all ways to cut rows and vectors into
 * register blocks. Arrays are no longer than they must be, so reading past {@link
 * WinogradGemm#room} fails too.
 */
@EveryWidth
class WinogradGemmTest {
  private static final long SEED = 20260125;
  private static final int L = Lanes.COUNT;
  private static final int MOST_VECTORS = 5;
  private static final float MARK = 1234567.5f;

  /** Rows from 1 to 30, where every rest of 4, 7 and 8 occurs, and some more multiples of 7. */
  static IntStream rows() {
    return IntStream.concat(IntStream.rangeClosed(1, 30), IntStream.of(35, 49, 56));
  }

  /** One product: sizes, places and numbers. */
  private static final class Case {
    final String text;
    final int rows;
    final int vectors;
    final boolean adds;
    final WinogradGemm products;
    final boolean byColumn;

    /** a's rows are c's rows, or a's columns are, whose sums may be continued. */
    Case(int rows, int vectors, Draw draw, boolean byColumn, boolean adds) {
      this.rows = rows;
      this.vectors = vectors;
      this.adds = adds;
      this.byColumn = byColumn;
      // One and two whole panels of terms have products of their own.
      int terms = draw.oneOf(draw.between(1, 40), L, 2 * L);
      this.products = byColumn ? WinogradGemm.byColumns() : WinogradGemm.byRows(terms);
      products.splits = L == 16 && draw.percent(50);
      products.adds = adds;
      int room = WinogradGemm.room(rows);
      WinogradGemm p = products;
      p.points = draw.between(1, 5);
      p.terms = terms;
      int aRows = byColumn ? p.terms : room;
      int aColumns = Lanes.roundUp(byColumn ? room : p.terms);
      p.aPanel = aRows * L + draw.oneOf(0, L, 3);
      p.aPoint = aColumns / L * p.aPanel + draw.between(0, 9);
      p.bPanel = p.terms * L + draw.oneOf(0, L, 3);
      p.bPoint = vectors * p.bPanel + draw.between(0, 9);
      p.cPanel = room * L + draw.oneOf(0, L, 3);
      p.cPoint = vectors * p.cPanel + draw.between(0, 9);
      p.aOffset = draw.between(0, 9);
      p.bOffset = draw.between(0, 9);
      p.cOffset = draw.between(0, 9);
      int as = p.aOffset + p.points * p.aPoint;
      int bs = p.bOffset + p.points * p.bPoint;
      int cs = p.cOffset + p.points * p.cPoint;
      p.a = draw.reals(as);
      p.b = draw.reals(bs);
      p.c = adds ? draw.reals(cs) : new float[cs];
      if (!adds) {
        Arrays.fill(p.c, MARK);
      }
      this.text =
          "seed %d, %d lanes, %d rows %s, %d vectors, %d terms, %d points%s%s"
              .formatted(
                  SEED,
                  L,
                  rows,
                  byColumn ? "by column" : "by row",
                  vectors,
                  p.terms,
                  p.points,
                  adds ? ", added" : "",
                  products.splits ? ", in halves" : "");
    }

    /** Where a's number for a row of c and a term lies. */
    int a(int point, int row, int k) {
      int line = byColumn ? k : row;
      int column = byColumn ? row : k;
      WinogradGemm p = products;
      return p.aOffset + point * p.aPoint + column / L * p.aPanel + line * L + column % L;
    }

    /** The element of c, a chain of fused multiply-adds that begins with {@code first}. */
    float chain(int point, int row, int column, float first) {
      WinogradGemm p = products;
      float sum = first;
      for (int k = 0; k < p.terms; k++) {
        int b = p.bOffset + point * p.bPoint + column / L * p.bPanel + k * L + column % L;
        sum = Math.fma(p.a[a(point, row, k)], p.b[b], sum);
      }
      return sum;
    }

    /**
     * Runs it; compares c with the chains on what it held before, where nothing else may change.
     */
    void check() {
      WinogradGemm p = products;
      float[] before = p.c.clone();
      p.run(rows, vectors);
      float[] expected = before.clone();
      int room = WinogradGemm.room(rows);
      for (int point = 0; point < p.points; point++) {
        for (int row = 0; row < room; row++) {
          for (int column = 0; column < vectors * L; column++) {
            int at = p.cOffset + point * p.cPoint + column / L * p.cPanel + row * L + column % L;
            expected[at] = row < rows ? chain(point, row, column, adds ? before[at] : 0) : p.c[at];
          }
        }
      }
      if (!Arrays.equals(p.c, expected)) {
        assertThat(p.c).as(text).isEqualTo(expected);
      }
    }
  }

  /** So an element has the same bits whichever block it falls into, and so at any batch size. */
  @ParameterizedTest
  @MethodSource("rows")
  void run_fractions_areOneChainInOrder(int rows) {
    for (int vectors = 1; vectors <= MOST_VECTORS; vectors++) {
      Draw draw = new Draw(SEED + 10L * rows + vectors);
      new Case(rows, vectors, draw, false, false).check();
      new Case(rows, vectors, draw, true, false).check();
      new Case(rows, vectors, draw, true, true).check();
    }
  }
}
