package io.fovea.spark.train;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OrderTest {
  private static Order order(int threads) {
    Source none =
        () -> {
          throw new UnsupportedOperationException();
        };
    return new Order(trainer -> {}, none, null, null, false, threads);
  }

  @Test
  void threads_areBoundedByTheMachineOfTheWorker() {
    int most = 4 * Runtime.getRuntime().availableProcessors();
    assertThat(order(0).threads(3)).isEqualTo(Math.min(3, most));
    assertThat(order(1).threads(3)).isEqualTo(1);
    assertThat(order(1024).threads(3)).isEqualTo(Math.min(1024, most));
    assertThat(order(0).threads(1_000_000)).isEqualTo(most);
  }
}
