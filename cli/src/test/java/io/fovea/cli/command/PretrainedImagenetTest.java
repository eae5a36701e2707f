package io.fovea.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.cli.MadeWeights;
import io.fovea.cli.SmallData;
import io.fovea.dataset.Framing;
import io.fovea.format.Models;
import io.fovea.network.Network;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code train --pretrained imagenet} from the address on, on a server of this machine. */
@Tag("gate")
@Timeout(120)
class PretrainedImagenetTest {
  @TempDir Path folder;

  private String train(MadeWeights made, String weights, String out) throws Exception {
    Path log = folder.resolve(out + ".log");
    Process process =
        made.start(
            List.of(
                "train",
                folder.resolve("shapes").toString(),
                "--model=mobilenet-v2",
                "--pretrained=" + weights,
                "--image-size=64x64",
                "--out=" + folder.resolve(out)),
            log);
    assertThat(process.waitFor(100, TimeUnit.SECONDS)).isTrue();
    String said = Files.readString(log);
    assertThat(process.exitValue()).as(said).isZero();
    return said;
  }

  @Test
  void train_imagenet_fetchesOnceAndFitsTheLastLayer() throws Exception {
    SmallData.pictureFolder(folder.resolve("shapes"), 10);
    MadeWeights made = new MadeWeights(folder);
    try (made) {
      assertThat(train(made, "imagenet", "run"))
          .contains("imagenet-mobilenet-v2: fetching from http://127.0.0.1:")
          .contains("weights: imagenet-mobilenet-v2, mobilenet-v2, made for a test; ")
          .contains("licence BSD-3-Clause, Copyright Nobody (")
          .contains("mean 0.485 0.456 0.406, deviation 0.229 0.224 0.225, centre crop")
          .contains("last layer: fitted to 1,280 features of ");
    }
    assertThat(made.cache().resolve("imagenet-mobilenet-v2/LICENSE.txt"))
        .content()
        .startsWith("Copyright Nobody\n\nBSD 3-Clause License");
    Network model = Models.load(folder.resolve("run/model.safetensors"));
    assertThat(model.labels()).containsExactly("bar", "cross", "ring");
    assertThat(model.preprocessing().mean()).containsExactly(0.485, 0.456, 0.406);
    assertThat(model.preprocessing().framing()).isEqualTo(Framing.CROP);
    for (String same : List.of("features_0_0.weight", "features_18_1.running_var")) {
      assertThat(model.weights().values(same)).isEqualTo(made.weights().values(same));
    }
    // The second time from the cache, by the weights' full name: the server is gone.
    assertThat(train(made, "imagenet-mobilenet-v2", "again")).doesNotContain("fetching from");
    assertThat(made.requests()).isEqualTo(1);
    assertThat(folder.resolve("again/model.safetensors"))
        .hasSameBinaryContentAs(folder.resolve("run/model.safetensors"));
  }
}
