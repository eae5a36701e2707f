package io.fovea.spark.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.network.Network;
import io.fovea.spark.Digits;
import io.fovea.train.Listener;
import io.fovea.train.StepReport;
import io.fovea.train.Training;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.SparkEnv;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two workers as two processes: local-cluster[2,1,1024]. */
@Tag("gate")
@Timeout(150)
class ClusterTest {
  @TempDir static Path processes;

  @AutoClose("stop")
  private static SparkSession spark;

  private static final Network ALONE = Recipe.pooled();
  private static Log single;
  private static final Network TOGETHER = Recipe.pooled();
  private static Log together;

  @BeforeAll
  static void start() {
    spark = Sessions.cluster(2);
    single = Recipe.single(ALONE);
    together = fit(TOGETHER, new ArrayList<>(), (training, step) -> {});
  }

  /** What happens beside a run. */
  private interface Trouble {
    void at(Training training, StepReport step);
  }

  private static Log fit(Network network, List<Restart> restarts, Trouble trouble) {
    Log log = new Log();
    SparkTrainer.of(spark, network)
        .setup(settings())
        .workers(2)
        .test(Digits.test())
        .checkpointEvery(10)
        .timeouts(Duration.ofSeconds(3), Duration.ofMinutes(1))
        .onRestart(restarts::add)
        .listener(log)
        .listener(
            new Listener() {
              @Override
              public void onStep(Training training, StepReport step) {
                trouble.at(training, step);
              }
            })
        .fit(Digits.train());
    return log;
  }

  /** Every executor leaves its process's number in a file of its name. */
  private static Setup settings() {
    String folder = processes.toString();
    return trainer -> {
      Recipe.apply(trainer);
      try {
        Files.writeString(
            Path.of(folder, SparkEnv.get().executorId()),
            Long.toString(ProcessHandle.current().pid()));
      } catch (IOException failure) {
        throw new UncheckedIOException(failure);
      }
    };
  }

  /** Sends a signal to an executor: that one of the two which was started last. */
  private static void signal(String signal) {
    try (Stream<Path> files = Files.list(processes)) {
      Path last =
          files
              .filter(file -> !file.getFileName().toString().equals("driver"))
              .max(Comparator.comparingInt(file -> Integer.parseInt(file.getFileName().toString())))
              .orElseThrow();
      String process = Files.readString(last);
      assertThat(new ProcessBuilder("kill", signal, process).start().waitFor()).isZero();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    } catch (InterruptedException interrupted) {
      throw new IllegalStateException(interrupted);
    }
  }

  /** An executor gets a signal at a step, once. */
  private static Log fitWithSignal(Network network, List<Restart> restarts, int at, String signal) {
    return fit(
        network,
        restarts,
        (training, step) -> {
          if (step.step() == at && restarts.isEmpty()) {
            signal(signal);
          }
        });
  }

  @Test
  void fit_twoProcesses_asASingleProcess() {
    LocalTest.assertAlike(together, single);
    Network again = Recipe.pooled();
    assertThat(fit(again, new ArrayList<>(), (training, step) -> {}).losses())
        .isEqualTo(together.losses());
    LocalTest.assertSameBits(again, TOGETHER);
  }

  @Test
  void fit_executorKilled_goesOnFromTheCheckpoint() {
    List<Restart> restarts = new ArrayList<>();
    Network network = Recipe.pooled();
    Log log = fitWithSignal(network, restarts, 25, "-9");
    assertThat(restarts).hasSize(1);
    assertThat(restarts.getFirst().step()).isEqualTo(20);
    assertThat(restarts.getFirst().reason()).contains("lost");
    assertThat(log.losses()).isEqualTo(together.losses());
    LocalTest.assertSameBits(network, TOGETHER);
  }

  @Test
  void fit_executorHangs_isNoticedAndReplaced() {
    List<Restart> restarts = new ArrayList<>();
    Network network = Recipe.pooled();
    Log log = fitWithSignal(network, restarts, 33, "-STOP");
    assertThat(restarts).hasSize(1);
    assertThat(restarts.getFirst().step()).isEqualTo(30);
    assertThat(restarts.getFirst().reason())
        .matches(
            "ring: worker [01] got no message from worker [01] for 3.0 s; it hangs, or its machine is down");
    assertThat(log.losses()).isEqualTo(together.losses());
    LocalTest.assertSameBits(network, TOGETHER);
  }
}
