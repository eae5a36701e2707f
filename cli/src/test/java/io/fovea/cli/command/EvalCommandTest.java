package io.fovea.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.fovea.cli.CommandRun;
import io.fovea.cli.SmallData;
import io.fovea.cli.screen.Json;
import io.fovea.data.Images;
import io.fovea.dataset.Image;
import io.fovea.format.Models;
import io.fovea.network.Graph;
import io.fovea.network.Initializer;
import io.fovea.network.Network;
import io.fovea.network.Weights;
import io.fovea.network.Zoo;
import io.fovea.preprocessing.Preprocessing;
import io.fovea.run.RunFolder;
import io.fovea.tensor.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class EvalCommandTest {
  @TempDir Path folder;
  private String digits = "";

  @BeforeEach
  void data() throws IOException {
    digits = SmallData.idxFolder(folder.resolve("digits"), 10).toString();
  }

  private String model(String name, long seed) throws IOException {
    Path file = folder.resolve(name);
    Models.write(Network.of(Zoo.MLP.graph(Shape.of(1, 28, 28), 10), Initializer.he(), seed), file);
    return file.toString();
  }

  @Test
  void eval_asJson_hasEveryNumber() throws IOException {
    CommandRun run = CommandRun.of("eval", model("a.safetensors", 1), digits, "--json");
    assertThat(run.exit()).as(run.err()).isZero();
    JsonNode json = Json.read(run.out());
    assertThat(json.propertyNames())
        .containsExactly(
            "accuracy",
            "loss",
            "count",
            "top",
            "macro",
            "micro",
            "rocAuc",
            "calibration",
            "perClass",
            "confusion");
    assertThat(json.path("top").path("k").asInt()).isEqualTo(5);
    double accuracy = json.path("accuracy").asDouble();
    assertThat(json.path("top").path("accuracy").asDouble()).isGreaterThan(accuracy);
    assertThat(json.path("micro").path("f1").asDouble()).isEqualTo(accuracy);
    double recall = 0;
    double area = 0;
    for (JsonNode one : json.path("perClass")) {
      recall += one.path("recall").asDouble();
      area += one.path("rocAuc").asDouble();
    }
    assertThat(json.path("macro").path("recall").asDouble()).isCloseTo(recall / 10, within(1e-12));
    assertThat(json.path("rocAuc").asDouble()).isCloseTo(area / 10, within(1e-12));
    JsonNode bins = json.path("calibration").path("bins");
    assertThat(bins).hasSize(15);
    double error = 0;
    for (JsonNode bin : bins) {
      double gap = bin.path("confidence").asDouble() - bin.path("accuracy").asDouble();
      error += Math.abs(gap) * bin.path("count").asInt() / 100;
    }
    assertThat(json.path("calibration").path("error").asDouble()).isCloseTo(error, within(1e-12));
  }

  @Test
  void eval_inAnotherSizeThanTheModels_isWrongUsage() throws IOException {
    String model = model("a.safetensors", 1);
    CommandRun other = CommandRun.of("eval", model, digits, "--image-size", "32x32");
    assertThat(other.exit()).isEqualTo(2);
    assertThat(other.err().lines()).hasSize(1);
    assertThat(other.lastError())
        .startsWith(
            "fovea: --image-size: the model expects images of 28x28, got 32x32; leave it out");
    CommandRun same =
        CommandRun.of("eval", model, digits, "--image-size", "28x28", "--grayscale", "--json");
    assertThat(same.exit()).as(same.err()).isZero();
  }

  @Test
  void eval_onTheScreen_namesEveryNumber() throws IOException {
    CommandRun run = CommandRun.of("eval", model("a.safetensors", 1), digits, "--top", "3");
    assertThat(run.exit()).as(run.err()).isZero();
    assertThat(run.out())
        .contains("top-3 accuracy", "expected calibration error", "ROC-AUC")
        .contains("macro average", "micro average", "label \\ predicted");
  }

  /**
   * Weights of 0: every image is taken for the first class, which is no better than the most
   * frequent.
   */
  @Test
  void eval_aModelAtChance_warns() throws IOException {
    Graph graph = Network.input(1, 28, 28).flatten().dense(10).graph();
    Weights none =
        Weights.of(graph, Map.of("dense1.weight", new float[7840], "dense1.bias", new float[10]));
    List<String> labels = SmallData.digits().classes();
    Path file = folder.resolve("none.safetensors");
    Models.write(
        Network.of(graph, none, Preprocessing.unit(1, Preprocessing.Background.DARK), labels),
        file);
    CommandRun run = CommandRun.of("eval", file.toString(), digits, "--json");
    assertThat(run.exit()).as(run.err()).isZero();
    int[] support = new int[10];
    for (int i = 500; i < 600; i++) {
      support[SmallData.digits().label(i)]++;
    }
    int most = Arrays.stream(support).max().orElseThrow();
    assertThat(run.lastError())
        .startsWith("at chance level: always predicting \"")
        .contains("would be correct for %d.00 %% of these images".formatted(most));
    assertThat(Json.read(run.out()).path("count").asInt()).isEqualTo(100);
  }

  @Test
  void eval_aRunFolder_holdsOutByTheRunsOwnSeed() throws IOException {
    String shapes = SmallData.pictureFolder(folder.resolve("shapes"), 10).toString();
    Path run = Files.createDirectories(folder.resolve("run"));
    Network network = Network.of(Zoo.MLP.graph(Shape.of(3, 20, 20), 3), Initializer.he(), 1);
    List<String> labels = List.of("bar", "cross", "ring");
    Models.write(
        Network.of(network.graph(), network.weights(), network.preprocessing(), labels),
        run.resolve(RunFolder.BEST));
    String alone = run.resolve(RunFolder.BEST).toString();
    Files.writeString(run.resolve(RunFolder.CONFIG), "{\"flags\": {\"seed\": \"7\"}}");
    String seven = json("eval", alone, shapes, "--seed", "7", "--json");
    assertThat(json("eval", alone, shapes, "--json")).isEqualTo(seven);
    assertThat(json("eval", run.toString(), shapes, "--json")).isEqualTo(seven);
    assertThat(json("eval", alone, shapes, "--seed", "42", "--json")).isNotEqualTo(seven);
    Files.writeString(run.resolve(RunFolder.CONFIG), "{\"flags\": {\"seed\": \"x\"}}");
    CommandRun broken = CommandRun.of("eval", run.toString(), shapes);
    assertThat(broken.exit()).isEqualTo(1);
    assertThat(broken.lastError())
        .startsWith(
            "fovea: model: expects the run's configuration with its seed, got "
                + run.resolve(RunFolder.CONFIG)
                + " that cannot be read (")
        .endsWith("; restore it, or give --seed");
  }

  private static String json(String... arguments) {
    CommandRun run = CommandRun.of(arguments);
    assertThat(run.exit()).as(run.err()).isZero();
    return run.out();
  }

  @Test
  void eval_withAModelTwice_changesNothing() throws IOException {
    String model = model("a.safetensors", 1);
    String alone = CommandRun.of("eval", model, digits, "--json").out();
    CommandRun twice = CommandRun.of("eval", model, digits, "--json", "--with", model);
    assertThat(twice.exit()).as(twice.err()).isZero();
    assertThat(Json.read(twice.out()).path("confusion"))
        .isEqualTo(Json.read(alone).path("confusion"));
    assertThat(Json.read(twice.out()).path("loss").asDouble())
        .isCloseTo(Json.read(alone).path("loss").asDouble(), within(1e-12));
  }

  @Test
  void predict_withOthers_meansTheirProbabilities() throws IOException {
    Path picture = folder.resolve("seven.png");
    byte[] pixels = new byte[28 * 28];
    java.util.Arrays.fill(pixels, 300, 400, (byte) 200);
    Images.write(Image.of(1, 28, 28, pixels), picture);
    String a = model("a.safetensors", 1);
    String b = model("b.safetensors", 2);
    String c = model("c.safetensors", 3);
    double mean = (probability(a, picture) + probability(b, picture) + probability(c, picture)) / 3;
    assertThat(probability(a, picture, "--with", b, "--with", c)).isCloseTo(mean, within(1e-12));
  }

  private static double probability(String model, Path picture, String... flags) {
    List<String> args = new java.util.ArrayList<>(List.of("predict", model, picture.toString()));
    args.addAll(List.of(flags));
    args.add("--json");
    CommandRun run = CommandRun.of(args);
    assertThat(run.exit()).as(run.err()).isZero();
    return Json.read(run.out()).get(0).path("probabilities").path("7").asDouble();
  }

  @Test
  void with_aModelThatDiffers_isRefusedInOneLine() throws IOException {
    String model = model("a.safetensors", 1);
    Path small = folder.resolve("small.safetensors");
    Models.write(Network.of(Zoo.MLP.graph(Shape.of(1, 8, 8), 10), Initializer.he(), 1), small);
    CommandRun size = CommandRun.of("eval", model, digits, "--with", small.toString());
    assertThat(size.exit()).isEqualTo(1);
    assertThat(size.err())
        .isEqualToIgnoringNewLines(
            "fovea: --with: %s expects images of 1x8x8, %s of 1x28x28; give models for images of one size"
                .formatted(small, model));
    Path three = folder.resolve("three.safetensors");
    Models.write(Network.of(Zoo.MLP.graph(Shape.of(1, 28, 28), 3), Initializer.he(), 1), three);
    CommandRun classes = CommandRun.of("eval", model, digits, "--with", three.toString());
    assertThat(classes.exit()).isEqualTo(1);
    assertThat(classes.err())
        .isEqualToIgnoringNewLines(
            "fovea: --with: %s has 3 classes, %s has 10; give models trained on one data set"
                .formatted(three, model));
    Path other = folder.resolve("other.safetensors");
    Network network = Network.of(Zoo.MLP.graph(Shape.of(1, 28, 28), 10), Initializer.he(), 1);
    Models.write(
        Network.of(
            network.graph(),
            network.weights(),
            network.preprocessing(),
            List.of("a", "b", "c", "d", "e", "f", "g", "h", "i", "j")),
        other);
    CommandRun order = CommandRun.of("eval", model, digits, "--with", other.toString());
    assertThat(order.exit()).isEqualTo(1);
    assertThat(order.err())
        .isEqualToIgnoringNewLines(
            "fovea: --with: the classes of %s and %s, or their order, differ; give models trained on one data set"
                .formatted(other, model));
  }

  @Test
  void top_ofMoreThanThereAre_endsWithUsage() throws IOException {
    CommandRun run = CommandRun.of("eval", model("a.safetensors", 1), digits, "--top", "11");
    assertThat(run.exit()).isEqualTo(2);
    assertThat(run.err())
        .contains("--top: expects a whole number from 1 to 10, the number of classes, got 11");
  }

  /** A run that was trained with flips, and its pictures. */
  private Path flippedRun(String pictures) {
    Path run = folder.resolve("flipped");
    CommandRun trained =
        CommandRun.of(
            "train",
            pictures,
            "--model",
            "pooled",
            "--epochs",
            "1",
            "--batch",
            "4",
            "--augment",
            "flip",
            "--out",
            run.toString());
    assertThat(trained.exit()).as(trained.err()).isZero();
    return run;
  }

  @Test
  void eval_tta_takesTheRunsKindOfViewsAndPredictAgrees() throws IOException {
    String pictures = SmallData.pictureFolder(folder.resolve("pictures"), 10).toString();
    String run = flippedRun(pictures).toString();
    CommandRun plain = CommandRun.of("eval", run, pictures, "--json");
    CommandRun views = CommandRun.of("eval", run, pictures, "--tta", "4", "--json");
    assertThat(views.err())
        .contains(
            "test-time augmentation: the mean over 4 views, the picture itself and crop:1+flip:1 or crop:1");
    assertThat(CommandRun.of("eval", run, pictures, "--tta", "1", "--json").out())
        .isEqualTo(plain.out());
    assertThat(Json.read(views.out()).path("loss").asDouble())
        .isNotEqualTo(Json.read(plain.out()).path("loss").asDouble());
    assertThat(CommandRun.of("eval", run, pictures, "--tta", "4", "--threads", "1", "--json").out())
        .isEqualTo(views.out());

    String one = pictures + "/bar/p0.png";
    String other = pictures + "/ring/p0.png";
    CommandRun both = CommandRun.of("predict", run, other, one, "--tta", "4", "--json");
    CommandRun alone = CommandRun.of("predict", run, one, "--tta", "4", "--json");
    assertThat(Json.read(both.out()).get(1)).isEqualTo(Json.read(alone.out()).get(0));
    assertThat(Json.read(CommandRun.of("predict", run, one, "--json").out()).get(0))
        .isNotEqualTo(Json.read(alone.out()).get(0));
  }

  @Test
  void eval_ttaThatIsNoNumberOfViews_isRefused() throws IOException {
    CommandRun run = CommandRun.of("eval", model("a.safetensors", 1), digits, "--tta", "0");
    assertThat(run.exit()).isEqualTo(2);
    assertThat(run.lastError())
        .startsWith("fovea: --tta: expects a whole number from 1 to 1,000, got 0");
  }

  /** Train prints the same; a card has it, too. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "--loss sigmoid",
        "--loss squared",
        "--loss focal:1",
        "--label-smoothing 0.1",
        "--class-weights balanced"
      })
  void eval_aRunFolder_measuresTheRunsOwnLoss(String flags) throws IOException {
    String run = folder.resolve("run").toString();
    List<String> args = new ArrayList<>(List.of("train", digits, "--out", run, "--json"));
    args.addAll(List.of("--model", "mlp", "--epochs", "1"));
    args.addAll(List.of(flags.split(" ")));
    CommandRun trained = CommandRun.of(args);
    assertThat(trained.exit()).as(trained.err()).isZero();
    double loss = Json.read(trained.out()).path("testLoss").asDouble();
    CommandRun eval = CommandRun.of("eval", run, digits, "--json");
    assertThat(Json.read(eval.out()).path("loss").asDouble()).isCloseTo(loss, within(1e-6));
    assertThat(CommandRun.of("card", run).out())
        .contains(String.format(Locale.ROOT, "| loss | %.4f |", loss));
  }
}
