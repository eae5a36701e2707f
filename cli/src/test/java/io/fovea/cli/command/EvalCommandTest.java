package io.fovea.cli.command;

import static io.fovea.cli.CommandRun.fovea;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.fovea.cli.CommandRun;
import io.fovea.cli.SmallData;
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
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

@Tag("widths")
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
    CommandRun run = fovea("eval %s %s --json", model("a.safetensors", 1), digits).done();
    JsonNode json = run.json();
    assertThat(json.propertyNames())
        .containsExactly(
            "accuracy loss count top macro micro rocAuc calibration perClass confusion"
                .split(" ", -1));
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
    fovea("eval %s %s --image-size 32x32", model, digits)
        .refused(2, "--image-size: the model expects images of 28x28, got 32x32; leave it out...");
    fovea("eval %s %s --image-size 28x28 --grayscale --json", model, digits).done();
  }

  @Test
  void eval_otherClasses_areNamedBeforeImagesAreRead() throws IOException {
    for (String name : List.of("cat", "dog")) {
      Files.writeString(
          Files.createDirectories(folder.resolve("pets").resolve(name)).resolve("a.png"), "none");
    }
    fovea("eval %s %s", model("a.safetensors", 1), folder.resolve("pets"))
        .refused(
            1,
            "data: expects the classes [0, 1, 2, 3, 4, 5, 6, 7, 8, 9], got [cat, dog]; give data of the same ones");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --tta 0  | --tta: expects a whole number from 1 to 1,000, got 0...
          --top 11 | --top: expects a whole number from 1 to 10, the number of classes, got 11...
          """)
  void eval_numbersThatCannotBe_areRefused(String flags, String error) throws IOException {
    fovea("eval %s %s " + flags, model("a.safetensors", 1), digits).refused(2, error);
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
    CommandRun run = fovea("eval %s %s --json", file, digits).done();
    int[] support = new int[10];
    for (int i = 500; i < 600; i++) {
      support[SmallData.digits().label(i)]++;
    }
    int most = Arrays.stream(support).max().orElseThrow();
    assertThat(run.lastError())
        .startsWith("at chance level: always predicting \"")
        .contains("would be correct for %d.00 %% of these images".formatted(most));
    assertThat(run.json().path("count").asInt()).isEqualTo(100);
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
    String seven = evaluated("eval %s %s --seed 7 --json", alone, shapes);
    assertThat(evaluated("eval %s %s --json", alone, shapes)).isEqualTo(seven);
    assertThat(evaluated("eval %s %s --json", run, shapes)).isEqualTo(seven);
    assertThat(evaluated("eval %s %s --seed 42 --json", alone, shapes)).isNotEqualTo(seven);
    Files.writeString(run.resolve(RunFolder.CONFIG), "{\"flags\": {\"seed\": \"x\"}}");
    CommandRun broken = fovea("eval %s %s", run, shapes);
    assertThat(broken.exit()).isEqualTo(1);
    assertThat(broken.lastError())
        .startsWith(
            "fovea: model: expects the run's configuration with its seed, got "
                + run.resolve(RunFolder.CONFIG)
                + " that cannot be read (")
        .endsWith("; restore it, or give --seed");
  }

  private static String evaluated(String line, Object... values) {
    return fovea(line, values).done().out();
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
    double mean = 0;
    for (String model : List.of(a, b, c)) {
      mean += probability("%s %s", model, picture) / 3;
    }
    assertThat(probability("%s %s --with %s --with %s", a, picture, b, c))
        .isCloseTo(mean, within(1e-12));
  }

  private static double probability(String line, Object... values) {
    return fovea("predict --json " + line, values)
        .done()
        .json()
        .get(0)
        .path("probabilities")
        .path("7")
        .asDouble();
  }

  @Test
  void with_aModelThatDiffers_isRefusedInOneLine() throws IOException {
    String model = model("a.safetensors", 1);
    Path small = folder.resolve("small.safetensors");
    Models.write(Network.of(Zoo.MLP.graph(Shape.of(1, 8, 8), 10), Initializer.he(), 1), small);
    fovea("eval %s %s --with %s", model, digits, small)
        .refused(
            1,
            "--with: %s: ensemble: network 2 takes images of 1x8x8, the first 1x28x28; give networks trained on images of one size"
                .formatted(small));
  }

  @Test
  void eval_tta_takesTheRunsKindOfViewsAndPredictAgrees() throws IOException {
    String pictures = SmallData.pictureFolder(folder.resolve("pictures"), 10).toString();
    String run = folder.resolve("flipped").toString();
    String train = "train %s --model pooled --epochs 1 --batch 4 --augment flip --out %s";
    fovea(train, pictures, run).done();
    CommandRun plain = fovea("eval %s %s --json", run, pictures);
    CommandRun views = fovea("eval %s %s --tta 4 --json", run, pictures);
    assertThat(views.err())
        .contains(
            "test-time augmentation: the mean over 4 views, the picture itself and crop:1+flip:1 or crop:1");
    assertThat(fovea("eval %s %s --tta 1 --json", run, pictures).out()).isEqualTo(plain.out());
    assertThat(views.json().path("loss").asDouble())
        .isNotEqualTo(plain.json().path("loss").asDouble());
    assertThat(fovea("eval %s %s --tta 4 --threads 1 --json", run, pictures).out())
        .isEqualTo(views.out());

    String one = pictures + "/bar/p0.png";
    String other = pictures + "/ring/p0.png";
    CommandRun both = fovea("predict %s %s %s --tta 4 --json", run, other, one);
    CommandRun alone = fovea("predict %s %s --tta 4 --json", run, one);
    assertThat(both.json().get(1)).isEqualTo(alone.json().get(0));
    assertThat(fovea("predict %s %s --json", run, one).json().get(0))
        .isNotEqualTo(alone.json().get(0));
  }

  /** Train prints the same. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "--loss sigmoid",
        "--loss squared",
        "--label-smoothing 0.1",
        "--class-weights balanced"
      })
  void eval_aRunFolder_measuresTheRunsOwnLoss(String flags) throws IOException {
    String run = folder.resolve("run").toString();
    CommandRun trained =
        fovea("train %s --out %s --json --model mlp --epochs 1 " + flags, digits, run).done();
    double loss = trained.json().path("testLoss").asDouble();
    CommandRun eval = fovea("eval %s %s --json", run, digits);
    assertThat(eval.json().path("loss").asDouble()).isCloseTo(loss, within(1e-6));
  }
}
