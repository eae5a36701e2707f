package io.fovea.cli.command;

import static io.fovea.cli.CommandRun.done;
import static io.fovea.cli.CommandRun.fovea;
import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.cli.CommandRun;
import io.fovea.cli.SmallData;
import io.fovea.cli.screen.Json;
import io.fovea.data.DataSets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CardCommandTest {
  @TempDir Path folder;
  private Path pictures;
  private String run = "";

  @BeforeEach
  void train() throws IOException {
    pictures = SmallData.pictureFolder(folder.resolve("pictures"), 10);
    Files.writeString(folder.resolve("pictures-LICENSE"), "free");
    Files.writeString(folder.resolve("others-LICENSE"), "not free");
    run = folder.resolve("run").toString();
    done(
        "train %s --model pooled --epochs 2 --batch 4 --validation 0.2 --seed 7 --freeze conv1.* --out %s",
        pictures, run);
  }

  @Test
  void card_run_containsDataSettingsFiguresAndLimits() throws IOException {
    String card = done("card %s", run).out();
    assertThat(card)
        .startsWith("# Model card: pooled on pictures\n")
        .contains("## Model\n", "## Data\n", "## Training\n", "## Limits\n")
        .contains("| architecture | pooled |")
        .contains("| input | 3x20x20 (channels, height, width); pixel/255, centre crop |")
        .contains("| first weights | drawn by the seed (he) |")
        .contains("Licence: see `" + folder.resolve("pictures-LICENSE") + "`.")
        .doesNotContain("others-LICENSE")
        .contains("| bar | 9 | 1 |", "| all | 27 | 3 |")
        .contains("a share of 0.2 of these was held out to choose the best epoch")
        .contains("| seed | 7 |")
        .contains("schedule cosine, batches of 4 |")
        .contains("| epochs | 2 of 2 |")
        .contains("| freeze | conv1.* |")
        .contains("- Pictures are resized to 20x20 pixels; smaller details are lost.")
        .contains("Classes with fewer than 50 training images: bar (9), cross (9), ring (9).")
        .containsPattern("\\| accuracy \\| \\d+\\.\\d\\d % \\(95 % interval \\d+\\.\\d\\d % to ")
        .containsPattern("SHA-256 `[0-9a-f]{64}`");
    String command =
        card.lines().filter(line -> line.startsWith("fovea train ")).findFirst().orElseThrow();
    assertThat(command)
        .isEqualTo(
            "fovea train %s --model pooled --epochs 2 --batch 4 --freeze 'conv1.*' --seed 7 --validation 0.2"
                .formatted(pictures));
    // The command makes the same model.
    Path again = folder.resolve("again");
    done(command.replace("fovea ", "").replace("'", "") + " --out %s", again);
    assertThat(again.resolve("best.safetensors"))
        .hasSameBinaryContentAs(Path.of(run, "best.safetensors"));
  }

  @Test
  void card_out_isWrittenAndJsonHasIt() throws IOException {
    String file = folder.resolve("card.md").toString();
    assertThat(done("card %s --out %s", run, file).out()).isEqualTo("wrote " + file + "\n");
    String written = Files.readString(Path.of(file));
    var json = done("card %s --json", run).json();
    assertThat(json.path("card").asString()).isEqualTo(written);
    assertThat(json.path("testAccuracy").asDouble()).isBetween(0.0, 1.0);
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void card_whereItCannotBeWritten_namesTheFile() {
    fovea("card %s --out /dev/full", run)
        .refused(
            1,
            "card: cannot write /dev/full: No space left on device; free some space, or give another --out");
    fovea("card %s --out /proc/self/card.md", run)
        .refused(
            1,
            "cannot read or write a file: /proc/self/card.md: there is no such file or folder; check the path and its permissions");
  }

  @Test
  void card_missingData_namesTheMissingFigures() throws IOException {
    Path moved = folder.resolve("moved");
    Files.move(pictures, moved);
    CommandRun card = done("card %s", run);
    assertThat(card.err()).contains("the card has no test figures: ");
    assertThat(card.out())
        .contains("The images were not opened (")
        .contains("- It has not been tested for this card.")
        .doesNotContain("Figures on the test images");
    assertThat(done("card %s %s", run, moved).out()).contains("| bar | 9 | 1 |");
  }

  /** What is said of a set's terms must not depend on whoever added the set remembering it here. */
  @Test
  void dataLicence_namedSets_areAllStated() throws IOException {
    Path config = Path.of(run, "config.json");
    String text = Files.readString(config);
    String own = Json.read(text).path("data").asString();
    for (DataSets.Listing set : DataSets.named()) {
      Files.writeString(config, text.replace(own, set.name()));
      assertThat(RunFacts.of(Path.of(run)).dataLicence())
          .as(set.name())
          .doesNotContain("ask the publisher");
    }
    Files.writeString(config, text.replace(own, "kmnist"));
    assertThat(RunFacts.of(Path.of(run)).dataLicence()).startsWith("CC BY-SA 4.0 (");
    Files.writeString(config, text.replace(own, "cifar-10"));
    assertThat(RunFacts.of(Path.of(run)).dataLicence()).startsWith("none stated by the publisher");
  }

  /** Makes the run one with pretrained weights and, if there is a name, a chosen candidate. */
  private void transfer(String candidates, String chosen) throws IOException {
    Path config = Path.of(run, "config.json");
    String text = Files.readString(config);
    Map<String, String> flags =
        Map.of(
            "model", "mobilenet-v2",
            "epochs", "3",
            "pretrained", "imagenet",
            "candidates", candidates,
            "fine-tune", candidates.isEmpty() ? "0" : "8",
            "optimizer", "adam",
            "lr", "0.0003",
            "validation", "0");
    text = text.replaceFirst("\"freeze\" : \"[^\"]*\"", "\"freeze\" : \"\"");
    for (Map.Entry<String, String> flag : flags.entrySet()) {
      String set = "\"%s\" : ".formatted(flag.getKey());
      text = text.replaceFirst(set + "\"[^\"]*\"", set + "\"" + flag.getValue() + "\"");
    }
    Files.writeString(config, text);
    Files.writeString(
        Path.of(run, "metrics.jsonl"),
        """
        {"epoch":1,"step":1,"trainLoss":0.2,"trainAccuracy":0.9,"validationLoss":0.3,"validationAccuracy":0.8,"seconds":9}
        """);
    Files.writeString(
        Path.of(run, "candidates.json"),
        """
        {"candidates": [{"name": "another", "chosen": false}, {"name": "%s", "accuracy": 0.8, "photos": 263, "chosen": true}]}
        """
            .formatted(chosen));
    Files.writeString(folder.resolve("LICENSE"), "of something else");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          frozen late features          | mobilenet-v2 | `imagenet-mobilenet-v2` | BSD-3-Clause (  | L-BFGS for the last layer; the others keep their first weights
          tuned, 8 epochs               | mobilenet-v2 | `imagenet-mobilenet-v2` | BSD-3-Clause (  | adam, learning rate 3.0E-4, schedule cosine, batches of 4
          small network from scratch, 8 epochs | resnet8 | drawn by the seed (he) | none, they are from this run | adam, schedule cosine, batches of 4
          """)
  void card_candidates_namesTheChosenOne(
      String chosen, String model, String first, String licence, String optimizer)
      throws IOException {
    transfer("frozen,tuned,scratch", chosen);
    assertThat(done("card %s", run).out())
        .startsWith("# Model card: %s on pictures\n".formatted(model))
        .contains("| architecture | " + model)
        .contains("| first weights | " + first + " |")
        .contains("| licence of the first weights | " + licence)
        .contains("| chosen among the candidates | " + chosen + " |")
        .contains("| optimiser | " + optimizer + " |")
        .contains("| validation | accuracy 80.0 % of 263 photos (75 to 84), loss 0.3000 |")
        .contains("| time | 9.0 s of training, all candidates included |")
        .contains("The time limit is planned from the speed of the machine")
        .doesNotContain(
            "| epochs |", "| epoch of the model |", "bit for bit", "No images were held");
  }

  @Test
  void card_lastLayerFitted_hasNoEpochs() throws IOException {
    transfer("", "not a candidate of this run");
    assertThat(done("card %s", run).out())
        .contains("| optimiser | L-BFGS for the last layer; ", "bit for bit")
        .doesNotContain("| epochs |", "| epoch of the model |", "candidate", "No images were held");
  }

  @Test
  void card_damagedCandidates_areNamed() throws IOException {
    transfer("frozen", "x");
    Files.writeString(Path.of(run, "candidates.json"), "{");
    fovea("card %s", run)
        .refused(
            1,
            "card: %s/candidates.json is not JSON (it ends too early); restore it".formatted(run));
    Files.writeString(Path.of(run, "candidates.json"), " ".repeat((1 << 20) + 1));
    fovea("card %s", run)
        .refused(
            1,
            "card: %s/candidates.json has 1,048,577 bytes, a search writes at most 1,048,576; restore it"
                .formatted(run));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          data      | a\\u0000b | it has a text with NUL or half a surrogate pair, which no name of a file has
          startedIn | a\\u0000b | it has a text with NUL or half a surrogate pair, which no name of a file has
          init-from | a\\u0000b | it has a text with NUL or half a surrogate pair, which no name of a file has
          data      | a\\ud800b | it has a text with NUL or half a surrogate pair, which no name of a file has
          seed      | 1e3      | its seed is no whole number: For input string: "1e3"
          """)
  void card_damagedConfiguration_isRefusedWithoutAFlagThatCardLacks(
      String key, String value, String reason) throws IOException {
    Path config = Path.of(run, "config.json");
    String before = "\"%s\" : \"[^\"]*\"".formatted(key);
    String after = "\"%s\" : \"%s\"".formatted(key, value);
    Files.writeString(
        config, Files.readString(config).replaceFirst(before, Matcher.quoteReplacement(after)));
    fovea("card %s", run)
        .refused(
            1,
            "model: expects the run's configuration with its seed, got %s that cannot be read (%s); restore it"
                .formatted(config, reason));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"epoch\":99999999999,\"step\":1,\"trainLoss\":1}",
        "{\"epoch\":1,\"step\":1,\"trainLoss\":[]}",
        "{\"epoch\":1,\"step\":1,\"trainLoss\":1,\"trainAccuracy\":1,\"testLoss\":{},\"seconds\":1}"
      })
  void card_metricsThatAreNoNumbers_areNamed(String line) throws IOException {
    Path metrics = Path.of(run, "metrics.jsonl");
    Files.writeString(metrics, Files.readString(metrics) + line + "\n");
    fovea("card %s", run)
        .refused(
            1,
            "metrics: %s: expects the figures of an epoch as numbers, got %s; remove this line, or restore the file"
                .formatted(metrics, line));
  }

  @Test
  void card_longLineOfMetrics_isCutInTheMessage() throws IOException {
    String line = "{\"trainLoss\":[" + "1,".repeat(1_000) + "1]}";
    Files.writeString(Path.of(run, "metrics.jsonl"), line + "\n");
    assertThat(fovea("card %s", run).lastError())
        .contains(", got " + line.substring(0, 100) + "...; remove this line");
  }

  @Test
  void card_noRun_isRefused() {
    String error =
        "card: expects the folder of a run, got %s, which %s; give a folder such as runs/NAME";
    fovea("card %s", folder).refused(1, error.formatted(folder, "has no config.json"));
    Path file = Path.of(run, "best.safetensors");
    fovea("card %s", file).refused(1, error.formatted(file, "is a file"));
  }
}
