package io.fovea.cli.train.engine;

import static io.fovea.cli.CommandRun.done;
import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.cli.SmallData;
import io.fovea.data.DataSets;
import io.fovea.file.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LicencesTest {
  @TempDir Path folder;

  /** What is said of a set's terms must not depend on whoever added the set remembering it here. */
  @Test
  void ofData_namedSets_areAllStated() throws IOException {
    for (DataSets.Listing set : DataSets.named()) {
      assertThat(Licences.ofData(set.name())).as(set.name()).doesNotContain("ask the publisher");
    }
    assertThat(Licences.ofData("mnist")).startsWith("CC BY-SA 3.0 (");
    assertThat(Licences.ofData("cifar-10")).startsWith("none stated by the publisher");
    assertThat(Licences.ofWeights("imagenet-mobilenet-v2")).startsWith("BSD-3-Clause (");
  }

  @Test
  void report_ofATraining_namesLicencesAndTheModelsHash() throws IOException {
    Path pictures = SmallData.pictureFolder(folder.resolve("pictures"), 4);
    Path own = Files.writeString(folder.resolve("pictures-LICENSE"), "free");
    Files.writeString(folder.resolve("others-LICENSE"), "not free");
    Path run = folder.resolve("run");
    done("train %s --model pooled --epochs 1 --out %s", pictures, run);
    assertThat(run.resolve("report.html"))
        .content()
        .contains(
            "<dt>licence of the data</dt><dd>see %s</dd>".formatted(own),
            "<dt>licence of the first weights</dt><dd>none, they are from this run</dd>",
            "<dt>SHA-256 of best.safetensors</dt><dd>%s</dd>"
                .formatted(Sha256.of(Files.readAllBytes(run.resolve("best.safetensors")))))
        .doesNotContain("others-LICENSE");
  }
}
