package io.fovea.parallel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BandsTest {
  @ParameterizedTest
  @CsvSource({"1, 1", "7, 10000", "112, 1000", "5, 1000000", "3, 0", "100, 32768"})
  void run_anyShape_doesEachRowOnce(int rows, long floats) {
    try (Workers workers = Workers.of(3)) {
      AtomicIntegerArray done = new AtomicIntegerArray(4 * rows);
      Bands.of(rows, floats)
          .run(
              workers,
              4,
              (image, from, to, worker) -> {
                for (int row = from; row < to; row++) {
                  done.incrementAndGet(image * rows + row);
                }
              });
      for (int i = 0; i < done.length(); i++) {
        assertThat(done.get(i)).isEqualTo(1);
      }
    }
  }

  @Test
  void run_oneLargeImage_isSeveralPieces() {
    AtomicIntegerArray pieces = new AtomicIntegerArray(1);
    Bands.of(56, 56 * 64)
        .run(Workers.of(1), 1, (image, from, to, worker) -> pieces.incrementAndGet(0));
    assertThat(pieces.get(0)).isEqualTo(7); // 9 rows of 3,584 floats are just below 32,768
  }
}
