package io.fovea.kernel.vector;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.kernel.Draw;
import io.fovea.kernel.EveryWidth;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The blocks that are one vector wide, whole, in halves and for a few lanes, against a plain chain
 * of multiply-adds: the same bits, and no more written than was wanted.
 */
@EveryWidth
class SinglesTest {
  private static final int L = Lanes.COUNT;
  private static final float MARK = 1234567.5f;

  static IntStream lanes() {
    return IntStream.rangeClosed(1, L);
  }

  /** A machine with vectors of 512 bits takes either way, others have but one. */
  private static boolean[] ways() {
    return L == 16 ? new boolean[] {false, true} : new boolean[] {false};
  }

  @ParameterizedTest
  @MethodSource("lanes")
  void rowMajor_anyLanes_areOneChainEach(int lanes) {
    for (boolean splits : ways()) {
      for (int terms : new int[] {1, 2, 16, 34}) {
        Draw draw = new Draw(20261126 + 100L * lanes + terms);
        int blocks = 3;
        int rows = blocks * BlockProduct.ROWS;
        RowMajorProduct p = new RowMajorProduct();
        p.splits = splits;
        p.lanes = lanes;
        p.terms = terms;
        p.aAt = draw.between(0, 5);
        p.aStep = terms + draw.between(0, 5);
        p.aBlock = BlockProduct.ROWS * p.aStep;
        p.a = draw.reals(p.aAt + rows * p.aStep);
        p.bAt = draw.between(0, 5);
        p.b = draw.reals(p.bAt + terms * L);
        p.initAt = draw.between(0, 5);
        p.init = draw.reals(p.initAt + L);
        p.cAt = draw.between(0, 5);
        p.cRow = L + draw.between(0, 5);
        p.c = marked(p.cAt + rows * p.cRow);
        p.run(blocks, 1);

        String text = "%d lanes, %d terms, in halves: %b".formatted(lanes, terms, splits);
        for (int r = 0; r < rows; r++) {
          for (int q = 0; q < L; q++) {
            float sum = p.init[p.initAt + q];
            for (int k = 0; k < terms; k++) {
              sum = Math.fma(p.a[p.aAt + r * p.aStep + k], p.b[p.bAt + k * L + q], sum);
            }
            check(text, p.c[p.cAt + r * p.cRow + q], sum, q < lanes, q >= written(lanes));
          }
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("lanes")
  void windows_anyLanes_areOneChainEach(int lanes) {
    for (boolean splits : ways()) {
      for (int count : new int[] {8, 9, 16, 29}) {
        Draw draw = new Draw(20261127 + 100L * lanes + count);
        WindowProduct p = new WindowProduct();
        p.splits = splits;
        p.lanes = lanes;
        p.aAt = draw.between(0, 5);
        p.windows = IntStream.range(0, count).map(i -> draw.between(0, 40)).toArray();
        p.runs = new int[] {0, 11, 17};
        p.run = draw.between(1, 6);
        p.a = draw.reals(p.aAt + 40 + 17 + p.run);
        p.bAt = draw.between(0, 5);
        int taps = p.runs.length * p.run;
        p.bVector = taps * L;
        p.b = draw.reals(p.bAt + p.bVector);
        p.initAt = draw.between(0, 5);
        p.init = draw.reals(p.initAt + L);
        p.cAt = draw.between(0, 5);
        p.cRow = L + draw.between(0, 5);
        p.c = marked(p.cAt + count * p.cRow);
        p.run(0, count, 1);

        String text = "%d lanes, %d windows, in halves: %b".formatted(lanes, count, splits);
        for (int w = 0; w < count; w++) {
          for (int q = 0; q < L; q++) {
            float sum = p.init[p.initAt + q];
            for (int t = 0; t < taps; t++) {
              int from = p.aAt + p.windows[w] + p.runs[t / p.run] + t % p.run;
              sum = Math.fma(p.a[from], p.b[p.bAt + t * L + q], sum);
            }
            check(text, p.c[p.cAt + w * p.cRow + q], sum, q < lanes, q >= written(lanes));
          }
        }
      }
    }
  }

  /** Lanes that a block writes of which so many are wanted. */
  private static int written(int lanes) {
    return BlockProduct.WIDE && lanes <= L / 2 ? lanes : L;
  }

  private static void check(
      String text, float value, float sum, boolean wanted, boolean untouched) {
    if ((wanted && value != sum) || (untouched && value != MARK)) {
      assertThat(value).as(text).isEqualTo(wanted ? sum : MARK);
    }
  }

  private static float[] marked(int length) {
    float[] values = new float[length];
    Arrays.fill(values, MARK);
    return values;
  }
}
