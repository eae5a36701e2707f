package io.fovea.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class HeatMapTest {
  static void assertValues(HeatMap map, double... expected) {
    assertThat(map.height() * map.width()).isEqualTo(expected.length);
    for (int i = 0; i < expected.length; i++) {
      assertThat(map.get(i / map.width(), i % map.width()))
          .as("value %d", i)
          .isCloseTo(expected[i], within(1e-6));
    }
  }

  @Test
  void resized_larger_interpolatesBetweenCentres() {
    assertValues(HeatMap.of(1, 2, 0, 1).resized(1, 4), 0, 0.25, 0.75, 1);
    assertValues(HeatMap.of(2, 1, 0, 1).resized(4, 1), 0, 0.25, 0.75, 1);
    // rows 0 2 and 4 10 at 3 x 3: the middle is the mean of all
    assertValues(HeatMap.of(2, 2, 0, 2, 4, 10).resized(3, 3), 0, 1, 2, 2, 4, 6, 4, 7, 10);
  }

  @Test
  void resized_oneCell_isEverywhereTheSame() {
    assertValues(HeatMap.of(1, 1, 7).resized(2, 2), 7, 7, 7, 7);
  }

  @Test
  void extremes_areThoseOfTheValues() {
    HeatMap map = HeatMap.of(2, 2, 3, -1, 2, 0);
    assertThat(map.largest()).isEqualTo(3);
    assertThat(map.least()).isEqualTo(-1);
  }

  @Test
  void of_tooFewValues_isRefused() {
    assertThatThrownBy(() -> HeatMap.of(2, 2, 1, 2, 3))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("heat map: 2 rows of 2 columns need 4 values, got 3");
  }
}
