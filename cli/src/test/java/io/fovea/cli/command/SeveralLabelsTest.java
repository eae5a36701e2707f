package io.fovea.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.cli.CommandRun;
import io.fovea.cli.SmallData;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Photos with several labels each, from training to the answer. */
class SeveralLabelsTest {
  @TempDir private static Path shared;
  private static String pairs = "";
  @TempDir Path folder;

  @BeforeAll
  static void train() throws IOException {
    pairs =
        SmallData.digitPairs(shared.resolve("pairs"), SmallData.digits(), 500, List.of("0", "1"))
            .toString();
  }

  private CommandRun train(String... more) {
    Stream<String> fixed = Stream.of("train", pairs, "--out", folder.resolve("run").toString());
    return CommandRun.of(Stream.concat(fixed, Stream.of(more)).toList());
  }

  @Test
  void train_withoutSigmoid_isRefused() {
    for (List<String> loss : List.of(List.<String>of(), List.of("--loss", "focal"))) {
      CommandRun run = train(loss.toArray(String[]::new));
      assertThat(run.exit()).isEqualTo(2);
      assertThat(run.lastError())
          .startsWith(
              "fovea: --loss: expects sigmoid, since pairs train has images of several labels, got "
                  + (loss.isEmpty() ? "cross-entropy" : "focal")
                  + "; give --loss sigmoid");
    }
    assertThat(folder.resolve("run")).doesNotExist();
  }
}
