package io.fovea.kernel.vector;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.kernel.Draw;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The small products of all points against a plain loop, over all ways to cut rows and vectors into
 * register blocks. Arrays are no longer than they must be, so reading past {@link
 * TileProducts#room} fails too.
 */
@Tag("widths")
class TileProductsTest {
  private static final long SEED = 20260125;
  private static final int L = Lanes.COUNT;
  private static final int MOST_VECTORS = 5;
  private static final float MARK = 1234567.5f;

  /** Rows from 1 to 30, where every rest of 4, 7 and 8 occurs, and some more multiples of 7. */
  static IntStream rows() {
    return IntStream.concat(IntStream.rangeClosed(1, 30), IntStream.of(35, 49, 56));
  }

  /** One product: sizes, strides and numbers. */
  private static final class Case {
    final String text;
    final int rows;
    final int columns;
    final TileProducts products = new TileProducts();

    Case(int rows, int vectors, Draw draw, boolean whole) {
      this.rows = rows;
      this.columns = vectors * L;
      int room = TileProducts.room(rows);
      TileProducts p = products;
      p.points = draw.between(1, 5);
      p.terms = draw.between(1, 40);
      boolean across = draw.percent(50); // a stored by rows or by terms
      p.aRow = across ? 1 : p.terms + draw.between(0, 3);
      p.aStep = across ? room + draw.between(0, 3) : 1;
      p.aPoint = (room - 1) * p.aRow + (p.terms - 1) * p.aStep + 1 + draw.between(0, 9);
      p.bStep = columns + draw.oneOf(0, L, 3);
      p.bPoint = p.terms * p.bStep + draw.between(0, 9);
      p.cRow = columns + draw.oneOf(0, L, 3);
      p.cPoint = room * p.cRow + draw.between(0, 9);
      p.aAt = draw.between(0, 9);
      p.bAt = draw.between(0, 9);
      p.cAt = draw.between(0, 9);
      int as =
          p.aAt + (p.points - 1) * p.aPoint + (room - 1) * p.aRow + (p.terms - 1) * p.aStep + 1;
      int bs = p.bAt + (p.points - 1) * p.bPoint + (p.terms - 1) * p.bStep + columns;
      int cs = p.cAt + (p.points - 1) * p.cPoint + (room - 1) * p.cRow + columns;
      p.a = whole ? draw.integers(as, 20) : draw.reals(as);
      p.b = whole ? draw.integers(bs, 20) : draw.reals(bs);
      p.c = new float[cs];
      this.text =
          "seed %d, %d lanes, %d rows, %d vectors, %d terms, %d points"
              .formatted(SEED, L, rows, vectors, p.terms, p.points);
    }

    /** The element of c, a chain of fused multiply-adds that begins with {@code first}. */
    float chain(int point, int row, int column, float first) {
      TileProducts p = products;
      float sum = first;
      for (int k = 0; k < p.terms; k++) {
        float a = p.a[p.aAt + point * p.aPoint + row * p.aRow + k * p.aStep];
        sum = Math.fma(a, p.b[p.bAt + point * p.bPoint + k * p.bStep + column], sum);
      }
      return sum;
    }

    /** Compares c with the chains on what it held before; outside nothing may have changed. */
    void check(float[] before, boolean adds) {
      TileProducts p = products;
      float[] expected = before.clone();
      int room = TileProducts.room(rows);
      for (int point = 0; point < p.points; point++) {
        for (int row = 0; row < room; row++) {
          for (int column = 0; column < columns; column++) {
            int at = p.cAt + point * p.cPoint + row * p.cRow + column;
            expected[at] = row < rows ? chain(point, row, column, adds ? before[at] : 0) : p.c[at];
          }
        }
      }
      if (!Arrays.equals(p.c, expected)) {
        assertThat(p.c).as(text + (adds ? ", add" : ", run")).isEqualTo(expected);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("rows")
  void run_wholeNumbers_areTheProductsAndNothingElseIsWritten(int rows) {
    for (int vectors = 1; vectors <= MOST_VECTORS; vectors++) {
      Case c = new Case(rows, vectors, new Draw(SEED + 10L * rows + vectors), true);
      Arrays.fill(c.products.c, MARK);
      float[] before = c.products.c.clone();
      c.products.run(rows, vectors);
      c.check(before, false);
    }
  }

  @ParameterizedTest
  @MethodSource("rows")
  void add_wholeNumbers_areAddedAndNothingElseIsWritten(int rows) {
    for (int vectors = 1; vectors <= MOST_VECTORS; vectors++) {
      Draw draw = new Draw(SEED + 10L * rows + vectors);
      Case c = new Case(rows, vectors, draw, true);
      c.products.c = draw.integers(c.products.c.length, 1000);
      float[] before = c.products.c.clone();
      c.products.add(rows, vectors);
      c.check(before, true);
      float[] once = c.products.c.clone();
      c.products.run(rows, vectors);
      c.check(once, false);
    }
  }

  /** So an element has the same bits whichever block it falls into, and so at any batch size. */
  @ParameterizedTest
  @MethodSource("rows")
  void runAndAdd_fractions_areOneChainInOrder(int rows) {
    for (int vectors = 1; vectors <= MOST_VECTORS; vectors++) {
      Draw draw = new Draw(SEED + 10L * rows + vectors);
      Case c = new Case(rows, vectors, draw, false);
      float[] before = c.products.c.clone();
      c.products.run(rows, vectors);
      c.check(before, false);
      c.products.c = draw.reals(c.products.c.length);
      before = c.products.c.clone();
      c.products.add(rows, vectors);
      c.check(before, true);
    }
  }

  @ParameterizedTest
  @MethodSource("rows")
  void run_numbersOfNoAccount_doNotMatter(int rows) {
    for (int vectors = 1; vectors <= MOST_VECTORS; vectors++) {
      Case c = new Case(rows, vectors, new Draw(SEED + 10L * rows + vectors), true);
      TileProducts p = c.products;
      boolean[] used = new boolean[p.a.length];
      for (int point = 0; point < p.points; point++) {
        for (int row = 0; row < rows; row++) {
          for (int k = 0; k < p.terms; k++) {
            used[p.aAt + point * p.aPoint + row * p.aRow + k * p.aStep] = true;
          }
        }
      }
      for (int i = 0; i < used.length; i++) {
        p.a[i] = used[i] ? p.a[i] : Float.NaN;
      }
      Arrays.fill(p.c, Float.NaN);
      float[] before = p.c.clone();
      p.run(rows, vectors);
      c.check(before, false);
    }
  }

  @ParameterizedTest
  @MethodSource("rows")
  void room_anyRows_isTheNextMultipleOf8(int rows) {
    assertThat(TileProducts.room(rows)).isGreaterThanOrEqualTo(rows).isLessThan(rows + 8);
    assertThat(TileProducts.room(rows) % 8).isZero();
  }
}
