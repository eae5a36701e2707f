package io.fovea.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.fovea.cli.CommandRun;
import io.fovea.cli.SmallData;
import io.fovea.cli.screen.Console;
import io.fovea.cli.screen.Json;
import io.fovea.cli.screen.UsageException;
import io.fovea.cli.train.flags.FrameFlag;
import io.fovea.data.Images;
import io.fovea.format.Models;
import io.fovea.format.onnx.Onnx;
import io.fovea.format.onnx.OnnxReading;
import io.fovea.inference.Classifier;
import io.fovea.inference.Prediction;
import io.fovea.network.Initializer;
import io.fovea.network.Network;
import io.fovea.network.Zoo;
import io.fovea.preprocessing.Preprocessing;
import io.fovea.serve.ModelReader;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;

/** ONNX files of other programs state no preprocessing: commands say so, and take it as flags. */
class PreprocessingFlagsTest {
  /** A bottleneck as torch.onnx writes it: images of 3x16x16, 10 outputs, no preprocessing. */
  private static final String FOREIGN =
      "../format/src/test/resources/io/fovea/format/onnx/models/resnet-pytorch.onnx";

  private static final double[] MEAN = {0.485, 0.456, 0.406};
  private static final double[] DEVIATION = {0.229, 0.224, 0.225};
  private static final String[] FLAGS = {
    "--mean", "0.485,0.456,0.406", "--deviation", "0.229,0.224,0.225"
  };
  private static final String WARNING =
      "preprocessing: "
          + FOREIGN
          + " states none, so it is pixel/255, centre crop; if the network was trained with another one,"
          + " give --mean and --deviation, for ImageNet --mean 0.485,0.456,0.406 --deviation"
          + " 0.229,0.224,0.225\n";

  @TempDir Path folder;
  private String picture = "";

  @BeforeEach
  void picture() throws IOException {
    picture =
        SmallData.pictureFolder(folder.resolve("shapes"), 1).resolve("ring/p0.png").toString();
  }

  private String at(String name) {
    return folder.resolve(name).toString();
  }

  private static CommandRun run(String[] start, String... more) {
    List<String> all = new ArrayList<>(List.of(start));
    all.addAll(List.of(more));
    return CommandRun.of(all);
  }

  private static CommandRun done(String[] start, String... more) {
    CommandRun run = run(start, more);
    assertThat(run.exit()).as(run.err()).isZero();
    return run;
  }

  /** ONNX files of a grey network, one that states its preprocessing, and its safetensors file. */
  private String grey(String name) throws IOException {
    Network network = Network.of(Zoo.MLP.graph(Shape.of(1, 8, 8), 2), Initializer.he(), 1);
    Path file = Path.of(at(name));
    if (name.endsWith(".onnx")) {
      Onnx.write(network, file);
    } else {
      Models.write(network, file);
    }
    return file.toString();
  }

  /** Each command, once with a warning, and once with flags and without it. */
  @Test
  void commands_ofAForeignFile_warnOnceUnlessItIsStated() throws IOException {
    String digits = SmallData.idxFolder(folder.resolve("digits"), 30).toString();
    String[][] commands = {
      {"predict", FOREIGN, picture, "--json"},
      {"predict", FOREIGN, picture, "--top", "2"},
      {"eval", FOREIGN, digits, "--json"},
      {"explain", FOREIGN, picture, "--out", at("explained"), "--json"},
      {"embed", FOREIGN, picture, "--out", at("x.npy"), "--json"},
      {"export", FOREIGN, "--out", at("out.onnx"), "--json"},
      {"import", FOREIGN, "--out", at("out.safetensors"), "--json"}
    };
    for (String[] command : commands) {
      CommandRun assumed = done(command);
      assertThat(assumed.err()).as(command[0]).containsOnlyOnce("states none").contains(WARNING);
      CommandRun stated = done(command, FLAGS);
      assertThat(stated.err()).as(command[0]).doesNotContain("states none");
      if (List.of(command).contains("--json")) {
        Json.read(assumed.out());
        Json.read(stated.out());
      }
    }
    assertThat(Onnx.read(Path.of(at("out.onnx"))).preprocessing())
        .isEqualTo(Preprocessing.imageNet());
  }

  @Test
  void predict_statedPreprocessing_isThatOfInputsStandardisedByHand() throws IOException {
    JsonNode probabilities =
        Json.read(done(new String[] {"predict", FOREIGN, picture, "--json"}, FLAGS).out())
            .path(0)
            .path("probabilities");

    Tensor x = Tensor.zeros(Shape.of(3, 16, 16), 1);
    byte[] pixels =
        Preprocessing.imageNet().fit(Images.read(Path.of(picture)), Shape.of(3, 16, 16)).pixels();
    for (int i = 0; i < pixels.length; i++) {
      x.array()[x.offset() + i] =
          (float) (((pixels[i] & 0xff) / 255.0 - MEAN[i % 3]) / DEVIATION[i % 3]);
    }
    Network network = Onnx.read(Path.of(FOREIGN), OnnxReading.standard()).network();
    Prediction byHand = Classifier.of(network).probabilities(x).getFirst();
    for (int k = 0; k < 10; k++) {
      assertThat(probabilities.path(Integer.toString(k)).asDouble())
          .isEqualTo(byHand.probabilities().get(k), within(1e-5));
    }
  }

  @Test
  void predict_fileThatStatesItsOwn_isSilent_andFlagsOverrideItAloud() throws IOException {
    String own = grey("own.onnx");
    String[] predict = {"predict", own, picture};

    assertThat(done(predict).err()).doesNotContain("preprocessing");
    assertThat(done(predict, "--mean", "0.1307", "--deviation", "0.3081").err())
        .contains(
            "preprocessing: --mean and --deviation ((pixel/255 - mean) / deviation, mean 0.1307,"
                + " deviation 0.3081) override that of "
                + own
                + " (pixel/255)\n");
  }

  @Test
  void predict_ensembleOfForeignFiles_warnsOfEach() {
    String[] predict = {"predict", FOREIGN, picture, "--with", FOREIGN};
    assertThat(done(predict).err()).isEqualTo(WARNING + WARNING);
    assertThat(done(predict, FLAGS).err()).isEmpty();
  }

  @Test
  void flags_wrong_areRefused() throws IOException {
    String own = grey("own.safetensors");
    String grey = grey("grey.onnx");
    assertRefused(
        "--mean: expects an .onnx file, got "
            + own
            + ", which has its own preprocessing; leave it out",
        own,
        "--mean",
        "0.5");
    assertRefused(
        "--deviation: expects an .onnx file, got "
            + own
            + ", which has its own preprocessing; leave it out",
        own,
        "--deviation",
        "0.5");
    assertRefused(
        "--mean, --deviation: preprocessing: expects one mean, or one for each channel (1), got [0.485, 0.456, 0.406]",
        grey,
        "--mean",
        "0.485,0.456,0.406");
    assertRefused(
        "--mean, --deviation: preprocessing: expects one deviation, or one for each channel (3), got [0.2, 0.3]",
        FOREIGN,
        "--deviation",
        "0.2,0.3");
    assertRefused(
        "--mean, --deviation: preprocessing: mean must be a number and deviation above 0, got 0.0 and 0.0 in channel 0",
        FOREIGN,
        "--deviation",
        "0");
    CommandRun text = run(new String[] {"predict", FOREIGN, picture}, "--mean", "imagenet");
    assertThat(text.exit()).isEqualTo(2);
    assertThat(text.lastError())
        .contains("--mean")
        .contains("expects a number such as 0.5, got \"imagenet\"");
  }

  private void assertRefused(String message, String model, String... flags) {
    CommandRun run = run(new String[] {"predict", model, picture}, flags);
    assertThat(run.exit()).as(run.err()).isEqualTo(2);
    assertThat(run.lastError()).isEqualTo("fovea: " + message + "; see fovea predict --help");
  }

  @Test
  void serve_folder_warnsOfEachForeignModelWhenItIsLoaded() throws IOException {
    Path models = Files.createDirectories(folder.resolve("models"));
    Path foreign = Files.copy(Path.of(FOREIGN), models.resolve("foreign.onnx"));
    Path own = Path.of(grey("models/own.safetensors"));
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Console screen =
        new Console(
            new ByteArrayOutputStream(),
            StandardCharsets.UTF_8,
            new PrintStream(err, true, StandardCharsets.UTF_8),
            false,
            false);
    ModelReader assumed = ServeCommand.reader(new PreprocessingFlags(), new FrameFlag(), screen);
    assumed.read(own);
    assumed.read(foreign);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .isEqualTo(WARNING.replace(FOREIGN, foreign.toString()));

    err.reset();
    PreprocessingFlags flags = CommandLine.populateCommand(new PreprocessingFlags(), FLAGS);
    ModelReader stated = ServeCommand.reader(flags, new FrameFlag(), screen);
    assertThat(stated.read(foreign).preprocessing()).isEqualTo(Preprocessing.imageNet());
    assertThat(err.toString(StandardCharsets.UTF_8)).isEmpty();
    assertThatThrownBy(() -> stated.read(own))
        .isInstanceOf(UsageException.class)
        .hasMessage(
            "--mean: expects an .onnx file, got "
                + own
                + ", which has its own preprocessing; leave it out");
  }

  @Test
  void serve_modelThatIsNotOnnx_refusesTheFlags() throws IOException {
    String own = grey("own.safetensors");
    CommandRun run = CommandRun.of("serve", own, "--port", "0", "--mean", "0.5");
    assertThat(run.exit()).isEqualTo(2);
    assertThat(run.lastError())
        .isEqualTo(
            "fovea: --mean: expects an .onnx file, got "
                + own
                + ", which has its own preprocessing; leave it out; see fovea serve --help");
  }
}
