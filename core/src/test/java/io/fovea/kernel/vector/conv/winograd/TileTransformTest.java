package io.fovea.kernel.vector.conv.winograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.fovea.kernel.op.Bound;
import io.fovea.kernel.op.Draw;
import io.fovea.kernel.op.EveryWidth;
import io.fovea.kernel.vector.machine.Lanes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Each one-dimensional transform against its matrix, which {@link ToomCook} derives from the
 * points. All coefficients but the filter's are multiples of 1/8, so whole numbers give exact
 * answers.
 */
@EveryWidth
class TileTransformTest {
  private static final long SEED = 20260124;
  private static final int L = Lanes.COUNT;
  private static final int OUT = TileTransform.OUTPUTS;

  /** Where a transform begins in its array, so that offsets count. */
  private static final int BEFORE = 5;

  /** What all transforms but one look like. */
  @FunctionalInterface
  interface Method {
    void run(
        float[] to, int t, int d, int toLine, float[] from, int f, int s, int fromLine, int lines);
  }

  /** A transform down the columns. */
  @FunctionalInterface
  interface Run {
    void run(float[] to, int t, int d, float[] from, int f, int s, int length);

    default Method of(int length) {
      return (to, t, d, toLine, from, f, s, fromLine, lines) -> run(to, t, d, from, f, s, length);
    }
  }

  /** How lines and elements lie; the distances are in units of {@code length}. */
  record Layout(int lines, int length, int element, int line, int fromElement, int fromLine) {}

  record Case(int size, Layout layout) {}

  /**
   * The layouts of the kernels along the rows: a line is a tile, with its points apart or beside
   * each other, the tiles of the source overlapping or not.
   */
  static Stream<Case> cases() {
    List<Case> cases = new ArrayList<>();
    for (int size : new int[] {6, 8}) {
      for (int lines : new int[] {1, 2, 3, 7}) {
        int apart = lines + 1;
        cases.add(new Case(size, new Layout(lines, L, apart, 1, apart + 2, 1)));
        cases.add(new Case(size, new Layout(lines, L, 1, size + 1, 1, size)));
        cases.add(new Case(size, new Layout(lines, L, apart, 1, 1, OUT)));
        cases.add(new Case(size, new Layout(lines, L, 1, size, apart, 1)));
      }
    }
    return cases.stream();
  }

  /** The layouts down the columns: an element is a row, or what is wanted of it. */
  static Stream<Case> runs() {
    List<Case> cases = new ArrayList<>();
    for (int size : new int[] {6, 8}) {
      for (int vectors : new int[] {1, 2, 3, 33}) {
        cases.add(new Case(size, new Layout(1, vectors * L, 1, 1, 1, 1)));
        cases.add(new Case(size, new Layout(1, vectors * L, 2, 1, 3, 1)));
      }
    }
    return cases.stream();
  }

  private static TileTransform transform(int size) {
    return TileTransform.of(size - OUT + 1);
  }

  /**
   * Runs a transform and compares all of its target with its matrix; the first {@code added}
   * elements of a line are added to what was there.
   */
  private static void check(Case c, Method method, double[][] matrix, int added) {
    check(
        c,
        method,
        matrix,
        added,
        new float[c.layout.length],
        Float.NEGATIVE_INFINITY,
        Float.POSITIVE_INFINITY);
  }

  private static void check(
      Case c, Method method, double[][] matrix, int added, float[] bias, float low, float high) {
    Layout layout = c.layout;
    int length = layout.length;
    int columns = matrix[0].length;
    Draw draw = new Draw(SEED);
    float[] from = draw.integers(BEFORE + room(layout, columns), 50);
    float[] to = draw.integers(BEFORE + room(layout, matrix.length), 50);
    double[] expected = Bound.widen(to);
    int d = layout.element * length;
    int s = layout.fromElement * length;
    for (int n = 0; n < layout.lines; n++) {
      for (int q = 0; q < length; q++) {
        double[] tile = new double[columns];
        for (int k = 0; k < columns; k++) {
          tile[k] = from[BEFORE + n * layout.fromLine * length + k * s + q];
        }
        double[] result = ToomCook.times(matrix, tile);
        for (int k = 0; k < result.length; k++) {
          int at = BEFORE + n * layout.line * length + k * d + q;
          double value = Math.min(Math.max(result[k] + bias[q], low), high);
          expected[at] = k < added ? expected[at] + value : value;
        }
      }
    }
    method.run(
        to,
        BEFORE,
        d,
        layout.line * length,
        from,
        BEFORE,
        s,
        layout.fromLine * length,
        layout.lines);
    String what = "seed %d, %d lanes, %s".formatted(SEED, L, c);
    Bound.assertWithin(what, to, expected, new double[expected.length], 0);
  }

  private static int room(Layout layout, int elements) {
    int element = Math.max(layout.element, layout.fromElement);
    int line = Math.max(layout.line, layout.fromLine);
    return (elements * element + layout.lines * line + 3) * layout.length;
  }

  @ParameterizedTest
  @MethodSource("cases")
  void input_anyLayout_isBTransposed(Case c) {
    check(c, transform(c.size).input::compute, ToomCook.of(c.size).input(), 0);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void output_anyLayout_isATransposed(Case c) {
    check(c, transform(c.size).output::compute, ToomCook.of(c.size).output(), 0);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void outputAdjoint_anyLayout_isA(Case c) {
    double[][] matrix = ToomCook.transposed(ToomCook.of(c.size).output());
    check(c, transform(c.size).outputAdjoint::compute, matrix, 0);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void inputAdjoint_tilesApart_isBAddedToTheFirstElements(Case c) {
    double[][] matrix = ToomCook.transposed(ToomCook.of(c.size).input());
    check(c, transform(c.size).inputAdjoint::compute, matrix, c.size - OUT);
  }

  @ParameterizedTest
  @MethodSource("runs")
  void allRuns_anyLayout_areTheSameMatrices(Case c) {
    int length = c.layout.length;
    TileTransform t = transform(c.size);
    ToomCook matrices = ToomCook.of(c.size);
    Run input = t.inputRun::compute;
    check(c, input.of(length), matrices.input(), 0);
    Run outputAdjoint = t.outputAdjointRun::compute;
    check(c, outputAdjoint.of(length), ToomCook.transposed(matrices.output()), 0);
    Run inputAdjoint = t.inputAdjointRun::compute;
    check(c, inputAdjoint.of(length), ToomCook.transposed(matrices.input()), c.size - OUT);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void inputAdjoint_overlappingTiles_addsWhereTheyOverlap(Case c) {
    Layout l = c.layout;
    Layout overlapping = new Layout(l.lines, l.length, 1, OUT, l.fromElement, l.fromLine);
    double[][] matrix = ToomCook.transposed(ToomCook.of(c.size).input());
    check(
        new Case(c.size, overlapping),
        transform(c.size).inputAdjoint::compute,
        matrix,
        c.size - OUT);
  }

  @ParameterizedTest
  @ValueSource(ints = {6, 8})
  void inputAdjoint_rowOfTiles_sumsTheTilesAndForgetsWhatWasThere(int size) {
    int tiles = 5;
    double[][] matrix = ToomCook.transposed(ToomCook.of(size).input());
    float[] points = new Draw(SEED).integers(tiles * size * L, 50);
    float[] row = new float[(OUT * tiles + size - OUT) * L];
    Arrays.fill(row, Float.NaN);
    Arrays.fill(row, 0, (size - OUT) * L, 0);
    double[] expected = new double[row.length];
    for (int n = 0; n < tiles; n++) {
      for (int q = 0; q < L; q++) {
        double[] tile = new double[size];
        for (int p = 0; p < size; p++) {
          tile[p] = points[(n * size + p) * L + q];
        }
        double[] result = ToomCook.times(matrix, tile);
        for (int k = 0; k < size; k++) {
          expected[(OUT * n + k) * L + q] += result[k];
        }
      }
    }
    transform(size).inputAdjoint.compute(row, 0, L, OUT * L, points, 0, L, size * L, tiles);
    Bound.assertWithin("seed " + SEED, row, expected, new double[row.length], 0);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void outputWithBias_anyBounds_addsTheBiasAndStaysWithinThem(Case c) {
    float[] biases = new Draw(SEED + 1).integers(3 * L, 50);
    float[] bias = Arrays.copyOfRange(biases, L, 2 * L);
    for (float low : new float[] {Float.NEGATIVE_INFINITY, 0, -77.5f}) {
      float high = low == 0 ? Float.POSITIVE_INFINITY : 80;
      Method method =
          (to, t, d, toLine, from, f, s, fromLine, lines) ->
              transform(c.size)
                  .outputWithBias
                  .compute(to, t, d, toLine, from, f, s, fromLine, lines, biases, L, low, high);
      check(c, method, ToomCook.of(c.size).output(), 0, bias, low, high);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {6, 8})
  void filter_bothWays_isGRoundedOnce(int size) {
    double[][] matrix = ToomCook.of(size).filter();
    assertThat(transform(size).filter()).isEqualTo(Bound.narrow(flat(matrix)));
    assertThat(transform(size).filterAdjoint())
        .isEqualTo(Bound.narrow(flat(ToomCook.transposed(matrix))));
  }

  private static double[] flat(double[][] matrix) {
    return Arrays.stream(matrix).flatMapToDouble(Arrays::stream).toArray();
  }

  @ParameterizedTest
  @ValueSource(ints = {6, 8})
  void size_andTaps_areThoseOfTheTransform(int size) {
    assertThat(transform(size).size()).isEqualTo(size);
    assertThat(transform(size).taps()).isEqualTo(size - 3);
  }

  /** The three forms of one trilinear sum: of outputs, and its gradients. */
  @ParameterizedTest
  @ValueSource(ints = {6, 8})
  void matrices_randomNumbers_correlate(int size) {
    ToomCook m = ToomCook.of(size);
    int taps = size - OUT + 1;
    Draw draw = new Draw(SEED);
    for (int round = 0; round < 100; round++) {
      double[] x = draw.doubles(size);
      double[] w = draw.doubles(taps);
      double[] dy = draw.doubles(OUT);
      double[] y = new double[OUT];
      double[] dw = new double[taps];
      double[] dx = new double[size];
      for (int i = 0; i < OUT; i++) {
        for (int u = 0; u < taps; u++) {
          y[i] += w[u] * x[i + u];
          dw[u] += dy[i] * x[i + u];
          dx[i + u] += dy[i] * w[u];
        }
      }
      double[] xPoints = ToomCook.times(m.input(), x);
      double[] wPoints = ToomCook.times(m.filter(), w);
      double[] yPoints = ToomCook.times(ToomCook.transposed(m.output()), dy);
      String what = "seed " + SEED + ", size " + size + ", round " + round;
      assertClose(what + " y", ToomCook.times(m.output(), product(xPoints, wPoints)), y);
      assertClose(
          what + " dw",
          ToomCook.times(ToomCook.transposed(m.filter()), product(xPoints, yPoints)),
          dw);
      assertClose(
          what + " dx",
          ToomCook.times(ToomCook.transposed(m.input()), product(wPoints, yPoints)),
          dx);
    }
  }

  private static double[] product(double[] a, double[] b) {
    double[] result = new double[a.length];
    Arrays.setAll(result, i -> a[i] * b[i]);
    return result;
  }

  private static void assertClose(String what, double[] actual, double[] expected) {
    for (int i = 0; i < expected.length; i++) {
      assertThat(actual[i]).as("%s[%d]", what, i).isCloseTo(expected[i], within(1e-12));
    }
  }
}
