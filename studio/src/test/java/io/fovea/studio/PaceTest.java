package io.fovea.studio;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class PaceTest {
  private static final Pace.Look FOUND = new Pace.Look(1, Reply.json(Map.of()));

  @Test
  void left_afterTheFirstLook_fiveTimesItsLength() {
    Pace first = Pace.after(null, FOUND, 100, 200);
    assertThat(first.left(200 + 499)).isEqualTo(1);
    assertThat(first.left(200 + 500)).isZero();
  }

  @Test
  void left_fromTheFourthLookOn_aHundredTimesTheQuickest() {
    Pace pace = Pace.after(null, FOUND, 0, 1000);
    pace = Pace.after(pace, FOUND, 10_000, 10_020);
    pace = Pace.after(pace, FOUND, 20_000, 20_030);
    assertThat(pace.left(20_030 + 100)).isZero();
    pace = Pace.after(pace, FOUND, 30_000, 30_500);
    assertThat(pace.quickest()).isEqualTo(20);
    assertThat(pace.left(30_500 + 1999)).isEqualTo(1);
    assertThat(pace.left(30_500 + 2000)).isZero();
  }
}
