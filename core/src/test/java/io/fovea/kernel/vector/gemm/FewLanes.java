package io.fovea.kernel.vector.gemm;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.kernel.vector.machine.Lanes;
import java.util.Arrays;
import java.util.stream.IntStream;

/** What a block of some lanes of a vector writes, for the tests of such blocks. */
public final class FewLanes {
  static final float MARK = 1234567.5f;

  private static final int L = Lanes.COUNT;

  private FewLanes() {}

  public static IntStream lanes() {
    return IntStream.rangeClosed(1, L);
  }

  /** A machine with vectors of 512 bits takes either way, others have but one. */
  public static boolean[] ways() {
    return L == 16 ? new boolean[] {false, true} : new boolean[] {false};
  }

  /** Requires the sum in a lane that is wanted, and that no lane is written which need not be. */
  public static void check(String text, float value, float sum, int lane, int lanes) {
    int written = Lanes.HAVE_PARTS && lanes <= L / 2 ? lanes : L;
    if ((lane < lanes && value != sum) || (lane >= written && value != MARK)) {
      assertThat(value).as(text).isEqualTo(lane < lanes ? sum : MARK);
    }
  }

  public static float[] marked(int length) {
    float[] values = new float[length];
    Arrays.fill(values, MARK);
    return values;
  }
}
