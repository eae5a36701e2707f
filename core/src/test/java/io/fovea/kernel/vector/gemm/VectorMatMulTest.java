package io.fovea.kernel.vector.gemm;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.kernel.Bound;
import io.fovea.kernel.Draw;
import io.fovea.kernel.EveryWidth;
import io.fovea.kernel.MatMulKernel;
import io.fovea.kernel.Matrix;
import io.fovea.kernel.Resources;
import io.fovea.kernel.reference.ReferenceMatMul;
import io.fovea.kernel.vector.VectorKernels;
import io.fovea.kernel.vector.machine.Lanes;
import io.fovea.parallel.Scratch;
import io.fovea.parallel.Workers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The fast matrix product against the reference, over sizes at which panels, slices and pieces end.
 */
@EveryWidth
class VectorMatMulTest {
  private static final long SEED = 20260131;
  private static final int L = Lanes.COUNT;
  private static final MatMulKernel PACKED = new VectorKernels().matMul();
  private static final Workers WORKERS = Workers.of(2);

  /** One for all cases, so that each finds the leftovers of the one before. */
  private static final Resources RESOURCES = new Resources(WORKERS, new Scratch(WORKERS.threads()));

  @AfterAll
  static void close() {
    WORKERS.close();
  }

  /**
   * The sizes of a product, which operands are transposed, whether c is added to, and columns that
   * are not c's.
   */
  record Case(int m, int n, int k, boolean turnA, boolean turnB, boolean accumulate, int gap) {}

  static List<Case> cases() {
    Draw draw = new Draw(SEED);
    int[] sizes = {1, 2, 5, 7, L - 1, L, L + 1, 2 * L - 1, 2 * L, 2 * L + 1, 2 * L + 3, 31, 53, 97};
    List<Case> cases = new ArrayList<>();
    for (int i = 0; i < 160; i++) {
      int k = draw.percent(10) ? 0 : draw.oneOf(sizes);
      int gap = draw.percent(50) ? 0 : draw.between(1, 5);
      boolean turnA = i % 2 == 1;
      boolean turnB = i / 2 % 2 == 1;
      boolean accumulate = i / 4 % 2 == 1;
      cases.add(new Case(draw.oneOf(sizes), draw.oneOf(sizes), k, turnA, turnB, accumulate, gap));
    }
    int long1 = PackedMatMul.TERMS;
    int rows = 16 * MacroKernel.ROWS;
    cases.add(new Case(3, L + 1, long1 + 1, false, true, false, 0));
    cases.add(new Case(9, 2 * L, 2 * long1, true, false, true, 2));
    cases.add(new Case(rows + 5, 32 * L + 3, 19, true, true, true, 1));
    cases.add(new Case(2 * rows, 64 * L, 7, false, false, false, 0));
    cases.add(new Case(2, PackedMatMul.MOST + L + 2, 3, false, true, true, 0));
    cases.add(new Case(PackedMatMul.MOST + 9, 3, 2, true, false, false, 3));
    cases.add(new Case(0, 5, 3, false, false, true, 0));
    cases.add(new Case(5, 0, 3, false, false, false, 0));
    return cases;
  }

  /** The operands of a case: NaN wherever nobody may read, marks wherever nobody may write. */
  private static final class Operands {
    private static final float MARK = 1234567.5f;
    private static final int BEFORE = 5;

    private final Case size;
    private final float[] a;
    private final float[] b;
    private final float[] c;

    private Operands(Case size, float[] a, float[] b, float[] c) {
      this.size = size;
      this.a = a;
      this.b = b;
      this.c = c;
    }

    static Operands integers(Case size) {
      Draw draw = new Draw(SEED + size.hashCode());
      return new Operands(
          size,
          draw.integers(size.m * size.k, 4),
          draw.integers(size.k * size.n, 4),
          draw.integers(size.m * size.n, 4));
    }

    static Operands reals(Case size) {
      Draw draw = new Draw(SEED + size.hashCode());
      return new Operands(
          size,
          draw.reals(size.m * size.k),
          draw.reals(size.k * size.n),
          draw.reals(size.m * size.n));
    }

    private Matrix place(float[] values, int rows, int columns, boolean turn, float outside) {
      int height = turn ? columns : rows;
      int width = turn ? rows : columns;
      int leading = width + size.gap;
      float[] array = new float[BEFORE + height * leading + 3];
      Arrays.fill(array, outside);
      Matrix stored = Matrix.on(array, BEFORE, height, width, leading);
      Matrix matrix = turn ? stored.transposed() : stored;
      for (int i = 0; i < rows; i++) {
        for (int j = 0; j < columns; j++) {
          array[matrix.at(i, j)] = values[i * columns + j];
        }
      }
      return matrix;
    }

    float[] product(Resources resources) {
      Matrix left = place(a, size.m, size.k, size.turnA, Float.NaN);
      Matrix right = place(b, size.k, size.n, size.turnB, Float.NaN);
      Matrix result = place(c, size.m, size.n, false, MARK);
      for (int i = 0; !size.accumulate && i < size.m; i++) {
        Arrays.fill(result.array(), result.at(i, 0), result.at(i, 0) + size.n, Float.NaN);
      }
      PACKED.multiply(result, left, right, size.accumulate, resources);
      float[] values = new float[size.m * size.n];
      for (int i = 0; i < size.m; i++) {
        for (int j = 0; j < size.n; j++) {
          values[i * size.n + j] = result.array()[result.at(i, j)];
          result.array()[result.at(i, j)] = MARK;
        }
      }
      for (float value : result.array()) {
        assertThat(value).as("written outside of c, %s", size).isEqualTo(MARK);
      }
      return values;
    }

    double[] expected() {
      return expected(Bound.widen(a), Bound.widen(b), Bound.widen(c));
    }

    double[] magnitudes() {
      return expected(
          Bound.absolute(Bound.widen(a)),
          Bound.absolute(Bound.widen(b)),
          Bound.absolute(Bound.widen(c)));
    }

    private double[] expected(double[] a, double[] b, double[] c) {
      double[] sums = size.accumulate ? c : new double[c.length];
      new ReferenceMatMul().multiplyAdd(sums, a, b, size.m, size.n, size.k);
      return sums;
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void multiply_wholeNumbers_equalsTheReferenceExactly(Case size) {
    Operands operands = Operands.integers(size);
    double[] expected = operands.expected();
    Bound.assertWithin(
        size.toString(), operands.product(RESOURCES), expected, new double[expected.length], 0);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void multiply_fractions_liesWithinTheBound(Case size) {
    Operands operands = Operands.reals(size);
    Bound.assertWithin(
        size.toString(),
        operands.product(RESOURCES),
        operands.expected(),
        operands.magnitudes(),
        size.k);
  }

  @Test
  void multiply_oneToFourThreads_givesTheSameBits() {
    Case size = new Case(40 * MacroKernel.ROWS + 3, 40 * L + 1, 600, false, true, true, 0);
    Operands operands = Operands.reals(size);
    float[] expected = operands.product(new Resources(Workers.of(1), new Scratch(1)));
    for (int threads = 2; threads <= 4; threads++) {
      try (Workers workers = Workers.of(threads)) {
        float[] actual = operands.product(new Resources(workers, new Scratch(threads)));
        Bound.assertSameBits(threads + " threads", actual, expected);
      }
    }
  }

  @Test
  void multiply_someOfTheRows_givesTheSameBitsAsAllOfThem() {
    int n = 2 * L + 3;
    int k = PackedMatMul.TERMS + 7;
    Draw draw = new Draw(SEED);
    Operands all =
        new Operands(size(29, n, k), draw.reals(29 * k), draw.reals(k * n), draw.reals(29 * n));
    float[] expected = all.product(RESOURCES);
    for (int rows = 1; rows < 29; rows += 5) {
      int from = 29 - rows;
      float[] a = Arrays.copyOfRange(all.a, from * k, 29 * k);
      float[] c = Arrays.copyOfRange(all.c, from * n, 29 * n);
      float[] actual = new Operands(size(rows, n, k), a, all.b, c).product(RESOURCES);
      Bound.assertSameBits(rows + " rows", actual, Arrays.copyOfRange(expected, from * n, 29 * n));
    }
  }

  private static Case size(int m, int n, int k) {
    return new Case(m, n, k, false, false, true, 0);
  }

  @Test
  void multiply_floatEntryOfTheReference_agreesWithTheDoubleEntry() {
    Case size = new Case(5, 4, 3, true, false, true, 2);
    Operands operands = Operands.integers(size);
    Matrix a = operands.place(operands.a, 5, 3, true, Float.NaN);
    Matrix b = operands.place(operands.b, 3, 4, false, Float.NaN);
    Matrix c = operands.place(operands.c, 5, 4, false, Operands.MARK);
    new ReferenceMatMul().multiply(c, a, b, true, RESOURCES);
    double[] expected = operands.expected();
    for (int i = 0; i < 5; i++) {
      for (int j = 0; j < 4; j++) {
        assertThat((double) c.array()[c.at(i, j)]).isEqualTo(expected[i * 4 + j]);
      }
    }
  }
}
