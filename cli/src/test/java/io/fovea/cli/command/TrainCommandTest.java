package io.fovea.cli.command;

import static io.fovea.cli.CommandRun.fovea;
import static io.fovea.cli.CommandRun.words;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.fovea.cli.CommandRun;
import io.fovea.cli.SmallData;
import io.fovea.cli.screen.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

@Tag("widths")
class TrainCommandTest {
  @TempDir static Path shared;
  @TempDir Path folder;

  private static Path digits;

  @BeforeAll
  static void writeDigits() throws IOException {
    digits = SmallData.idxFolder(shared.resolve("digits"), 320);
  }

  private CommandRun train(Path out, String line, Object... values) {
    List<String> args = words("train %s --out %s --batch 32", digits, out);
    args.addAll(words(line, values));
    return CommandRun.of(args);
  }

  @Test
  void train_onDigits_writesTheRunFolderAndPrintsItsResults() throws IOException {
    Path run = folder.resolve("run");
    CommandRun result = train(run, "--model pooled --epochs 4 --json").done();
    JsonNode json = result.json();
    assertThat(result.out().lines()).hasSize(1);
    assertThat(json.path("run").asString()).isEqualTo(run.toString());
    assertThat(json.path("epochs").asInt()).isEqualTo(4);
    assertThat(json.path("testAccuracy").asDouble()).isGreaterThan(0.6);
    assertThat(json.path("imagesPerSecond").asDouble()).isPositive();
    assertThat(names(run))
        .containsExactlyInAnyOrder(
            ".lock model.safetensors best.safetensors checkpoint.safetensors metrics.jsonl events.out.tfevents.fovea images.crc32c config.json report.html"
                .split(" ", -1));
    assertThat(Files.readString(run.resolve("report.html")))
        .contains("pooled on digits", "<svg")
        .doesNotContain("http://", "src=\"http");
  }

  @Test
  void train_metrics_haveOneObjectALoggedStepAndAnEpoch() throws IOException {
    Path run = folder.resolve("run");
    train(run, "--model mlp --epochs 2 --log-every 5 --l2 0.001");

    List<JsonNode> lines =
        Files.readAllLines(run.resolve("metrics.jsonl")).stream().map(Json::read).toList();
    List<JsonNode> steps = lines.stream().filter(line -> line.has("loss")).toList();
    List<JsonNode> epochs = lines.stream().filter(line -> line.has("trainLoss")).toList();
    assertThat(steps)
        .extracting(line -> line.path("step").asInt())
        .containsExactly(1, 5, 10, 15, 20);
    assertThat(epochs).extracting(line -> line.path("epoch").asInt()).containsExactly(1, 2);
    assertThat(epochs.getLast().path("testAccuracy").isNumber()).isTrue();
    assertThat(steps.getFirst().path("totalLoss").asDouble())
        .isGreaterThan(steps.getFirst().path("loss").asDouble());
    assertThat(steps.getFirst().propertyNames())
        .contains("step", "epoch", "loss", "totalLoss", "accuracy", "lr", "imagesPerSecond");
  }

  @Test
  void train_withADescription_onAFolderOfPictures_canBeEvaluatedAndPredictsWell()
      throws IOException {
    Path pictures = SmallData.pictureFolder(folder.resolve("pictures"), 60);
    Path model = folder.resolve("mine.json");
    Files.writeString(
        model,
        """
        {"nodes": [
          {"layer": "conv2d", "filters": 8, "kernel": 3, "padding": 1},
          {"layer": "relu"},
          {"layer": "max_pool2d", "kernel": 2},
          {"layer": "conv2d", "name": "deep", "filters": 8, "kernel": 3, "padding": 1},
          {"layer": "relu"},
          {"layer": "flatten"},
          {"layer": "dense", "outputs": "classes"}
        ]}
        """);
    Path run = folder.resolve("run");
    fovea(
            "train %s --model %s --out %s --epochs 25 --batch 16 --validation 0.15 --json",
            pictures, model, run)
        .done();

    CommandRun eval = fovea("eval %s %s --json", run, pictures).done();
    JsonNode figures = eval.json();
    assertThat(figures.path("accuracy").asDouble()).isGreaterThan(0.8);
    assertThat(figures.path("count").asInt()).isEqualTo(18);
    assertThat(figures.path("confusion")).hasSize(3);
    assertThat(figures.path("perClass").get(0).path("label").asString()).isEqualTo("bar");

    Path ring = pictures.resolve("ring/p3.png");
    Path bar = pictures.resolve("bar/p3.png");
    CommandRun predict = fovea("predict %s %s %s --json", run, ring, bar).done();
    JsonNode answers = predict.json();
    assertThat(answers.get(0).path("label").asString()).isEqualTo("ring");
    assertThat(answers.get(1).path("label").asString()).isEqualTo("bar");
    assertThat(answers.get(0).path("probabilities").size()).isEqualTo(3);
  }

  @Test
  void train_fromSavedWeights_beginsWhereTheyEnded() throws IOException {
    Path first = folder.resolve("first");
    train(first, "--model mlp --epochs 3");
    Path second = folder.resolve("second");
    train(
            second,
            "--model mlp --epochs 1 --log-every 1 --init-from %s",
            first.resolve("model.safetensors"))
        .done();
    double before = firstLoss(first);
    double after = firstLoss(second);
    assertThat(after).isLessThan(before / 2);

    CommandRun misfit =
        train(
            folder.resolve("third"),
            "--model pooled --init-from %s",
            first.resolve("model.safetensors"));
    assertThat(misfit.exit()).isEqualTo(1);
    assertThat(misfit.err()).contains("conv1.weight");
  }

  private static double firstLoss(Path run) throws IOException {
    return Json.read(Files.readAllLines(run.resolve("metrics.jsonl")).getFirst())
        .path("loss")
        .asDouble();
  }

  @ParameterizedTest
  @CsvSource({"resnet8, none", "mlp, mnist+erase:1+mixup:0.2+cutmix"})
  void train_resumed_givesTheBytesOfAnUninterruptedRun(String model, String augment)
      throws IOException {
    String flags =
        "--model %s --limit 160 --schedule constant --checkpoint-every 4 --augment %s --epochs ";
    Path whole = folder.resolve("whole");
    train(whole, flags + 3, model, augment);
    // A run that ends after one epoch stands for one interrupted there; its configuration asks for
    // three.
    Path cut = folder.resolve("cut");
    train(cut, flags + 1, model, augment);
    Path config = cut.resolve("config.json");
    Files.writeString(
        config, Files.readString(config).replace("\"epochs\" : \"1\"", "\"epochs\" : \"3\""));
    Files.writeString(
        cut.resolve("metrics.jsonl"),
        Files.readString(cut.resolve("metrics.jsonl")) + "{\"step\":11,\"epoch\":2,\"lo");

    fovea("train --resume %s", cut).done();
    assertThat(cut.resolve("model.safetensors"))
        .hasSameBinaryContentAs(whole.resolve("model.safetensors"));
    assertThat(losses(cut)).isEqualTo(losses(whole));
    assertThat(Files.readString(config)).contains("\"augment\" : \"" + augment + "\"");
  }

  @Test
  void train_onTooManyThreadsAndResumedWhenComplete_saysSo() {
    int processors = Runtime.getRuntime().availableProcessors();
    Path run = folder.resolve("run");
    assertThat(train(run, "--model mlp --epochs 1 --threads 1024").done().err())
        .startsWith(
            "--threads: using %d instead of 1024; more than 4 for each".formatted(4 * processors));
    CommandRun again = fovea("train --resume %s", run).done();
    assertThat(again.err())
        .containsPattern("at step [0-9]+, epoch 1: the run is complete; this repeats its result");
  }

  @Test
  void train_resnet8_evaluatesAndReportsByItsRunningStatistics() throws IOException {
    Path run = folder.resolve("run");
    CommandRun trained = train(run, "--model resnet8 --epochs 3 --json").done();
    double accuracy = trained.json().path("testAccuracy").asDouble();
    assertThat(trained.err()).contains("77,754 parameters");
    assertThat(Files.readString(run.resolve("report.html"))).contains("batch_norm2d", "77,754");

    CommandRun eval = fovea("eval %s %s --json", run, digits);
    assertThat(eval.json().path("accuracy").asDouble()).isEqualTo(accuracy);
  }

  private static List<String> losses(Path run) throws IOException {
    return Files.readAllLines(run.resolve("metrics.jsonl")).stream()
        .map(Json::read)
        .filter(line -> line.has("loss"))
        .map(line -> line.path("step") + " " + line.path("loss"))
        .toList();
  }

  @ParameterizedTest
  @CsvSource({"mlp, reference", "pooled, vector-direct"})
  void train_onOtherKernels_isRecordedAndLearnsTheSame(String model, String kernels)
      throws IOException {
    Path usual = folder.resolve("usual");
    Path other = folder.resolve("other");
    String flags = "--model %s --limit 64 --epochs 1 --log-every 1 --kernels %s";
    train(usual, flags, model, "auto").done();
    train(other, flags, model, kernels).done();
    assertThat(Files.readString(other.resolve("config.json")))
        .contains("\"kernels\" : \"" + kernels + "\"");
    assertThat(firstLoss(other)).isCloseTo(firstLoss(usual), within(1e-5));
    assertThat(Files.readAllBytes(other.resolve("model.safetensors")))
        .isNotEqualTo(Files.readAllBytes(usual.resolve("model.safetensors")));
  }

  private static List<String> names(Path run) throws IOException {
    try (Stream<Path> files = Files.list(run)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }

  @Test
  void train_findLr_writesTheCurveAndTrainsNothing() throws IOException {
    Path run = folder.resolve("rates");
    CommandRun result = train(run, "--model pooled --find-lr").done();
    assertThat(result.out())
        .containsPattern("suggested learning rate: (0\\.\\d+) \\(--lr \\1\\)\n")
        .contains("report: " + run.resolve("report.html"));
    assertThat(result.err())
        .contains(
            "learning rates from 1.0e-7 to 10 in 100 steps of 32 images, on a copy of the network");
    assertThat(names(run)).containsExactlyInAnyOrder(".lock", "config.json", "report.html");
    assertThat(Files.readString(run.resolve("report.html")))
        .contains("Suggested learning rate: 0.", "<svg");

    JsonNode json = train(folder.resolve("json"), "--model pooled --find-lr --json").json();
    assertThat(json.path("suggestion").asDouble()).isBetween(1e-4, 1.0);
    assertThat(json.path("rates").size()).isEqualTo(json.path("losses").size()).isGreaterThan(50);

    fovea("train --resume %s --find-lr", run)
        .refused(2, "--find-lr: needs a new run; leave --resume out...");
  }
}
