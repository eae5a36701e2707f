package io.fovea.cli.command;

import static io.fovea.cli.CommandRun.fovea;
import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.cli.CommandRun;
import io.fovea.cli.SmallData;
import io.fovea.data.DataSets;
import io.fovea.dataset.Dataset;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Several labels a photo at the size of a real task: two MNIST digits side by side. */
@Tag("gate") // a minute
@Timeout(600)
class DigitPairsTest {
  @TempDir Path folder;

  @Test
  void train_pairsOfDigits_reachesAMeanApOf95() throws IOException {
    Dataset digits = DataSets.mnist().train();
    String pairs =
        SmallData.digitPairs(folder.resolve("pairs"), digits, 6_000, digits.classes()).toString();
    CommandRun run =
        fovea(
                "train %s --loss sigmoid --model pooled-bn --epochs 5 --validation 0.1 --schedule cosine --lr 0.05 --out %s --json",
                pairs, folder.resolve("run"))
            .done();
    assertThat(run.json().path("testMeanAP").asDouble()).isGreaterThan(0.95);
  }
}
