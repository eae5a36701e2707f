package io.fovea.spark.train;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WorkerConfigTest {
  private static WorkerConfig config(int threads) {
    Source none =
        () -> {
          throw new UnsupportedOperationException();
        };
    return new WorkerConfig(trainer -> {}, none, null, null, false, threads);
  }

  @Test
  void threads_areBoundedByTheMachineOfTheWorker() {
    int most = 4 * Runtime.getRuntime().availableProcessors();
    assertThat(config(0).threads(3)).isEqualTo(Math.min(3, most));
    assertThat(config(1).threads(3)).isEqualTo(1);
    assertThat(config(1024).threads(3)).isEqualTo(Math.min(1024, most));
    assertThat(config(0).threads(1_000_000)).isEqualTo(most);
  }
}
