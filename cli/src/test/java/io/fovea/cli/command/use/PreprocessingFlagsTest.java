package io.fovea.cli.command.use;

import static io.fovea.cli.CommandRun.done;
import static io.fovea.cli.CommandRun.fovea;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.fovea.cli.CommandRun;
import io.fovea.cli.SmallData;
import io.fovea.cli.command.base.PreprocessingFlags;
import io.fovea.cli.screen.Console;
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
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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
  private static final String FLAGS = " --mean 0.485,0.456,0.406 --deviation 0.229,0.224,0.225";
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
    for (String command :
        """
        predict FOREIGN PICTURE --json
        predict FOREIGN PICTURE --top 2
        eval FOREIGN DIGITS --json
        explain FOREIGN PICTURE --out FOLDER/explained --json
        embed FOREIGN PICTURE --out FOLDER/x.npy --json
        export FOREIGN --out FOLDER/out.onnx --json
        import FOREIGN --out FOLDER/out.safetensors --json
        """
            .strip()
            .replace("FOREIGN", FOREIGN)
            .replace("PICTURE", picture)
            .replace("DIGITS", digits)
            .replace("FOLDER", folder.toString())
            .split("\n", -1)) {
      CommandRun assumed = done(command);
      assertThat(assumed.err()).as(command).containsOnlyOnce("states none").contains(WARNING);
      CommandRun stated = done(command + FLAGS);
      assertThat(stated.err()).as(command).doesNotContain("states none");
      if (command.endsWith("--json")) {
        assertThat(assumed.json()).isNotEmpty();
        assertThat(stated.json()).isNotEmpty();
      }
    }
    assertThat(Onnx.read(Path.of(at("out.onnx"))).preprocessing())
        .isEqualTo(Preprocessing.imageNet());
  }

  @Test
  void predict_statedPreprocessing_isThatOfInputsStandardisedByHand() throws IOException {
    JsonNode probabilities =
        done("predict %s %s --json" + FLAGS, FOREIGN, picture).json().path(0).path("probabilities");

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
    assertThat(done("predict %s %s", own, picture).err()).doesNotContain("preprocessing");
    assertThat(done("predict %s %s --mean 0.1307 --deviation 0.3081", own, picture).err())
        .contains(
            "preprocessing: --mean and --deviation ((pixel/255 - mean) / deviation, mean 0.1307,"
                + " deviation 0.3081) override that of "
                + own
                + " (pixel/255)\n");
  }

  @Test
  void predict_ensembleOfForeignFiles_warnsOfEach() {
    String predict = "predict %s %s --with %s";
    assertThat(done(predict, FOREIGN, picture, FOREIGN).err()).isEqualTo(WARNING + WARNING);
    assertThat(done(predict + FLAGS, FOREIGN, picture, FOREIGN).err()).isEmpty();
  }

  private static final String OWN =
      ": expects an .onnx file, got %s, which has its own preprocessing; leave it out";

  @Test
  void flags_wrong_areRefused() throws IOException {
    String own = grey("own.safetensors");
    String usage = "; see fovea %s --help";
    fovea("predict %s %s --mean 0.5", own, picture)
        .refused(2, "--mean" + (OWN + usage).formatted(own, "predict"));
    fovea("predict %s %s --deviation 0.5", own, picture)
        .refused(2, "--deviation" + (OWN + usage).formatted(own, "predict"));
    fovea("serve %s --port 0 --mean 0.5", own)
        .refused(2, "--mean" + (OWN + usage).formatted(own, "serve"));
    String both = "--mean, --deviation: preprocessing: ";
    fovea("predict %s %s --mean 0.485,0.456,0.406", grey("grey.onnx"), picture)
        .refused(
            2,
            both
                + "expects one mean, or one for each channel (1), got [0.485, 0.456, 0.406]; see fovea predict --help");
    fovea("predict %s %s --deviation 0.2,0.3", FOREIGN, picture)
        .refused(
            2,
            both
                + "expects one deviation, or one for each channel (3), got [0.2, 0.3]; see fovea predict --help");
    fovea("predict %s %s --deviation 0", FOREIGN, picture)
        .refused(
            2,
            both
                + "mean must be a number and deviation above 0, got 0.0 and 0.0 in channel 0; see fovea predict --help");
    assertThat(done("predict %s %s --mean 123.675,116.28,103.53", FOREIGN, picture).err())
        .startsWith(
            "--mean: expects means of pixel/255, from 0 to 1, got [123.675, 116.28, 103.53]")
        .endsWith("are of pixels from 0 to 255, divide them and --deviation by 255\n");
    assertThat(fovea("predict %s %s --mean imagenet", FOREIGN, picture).lastError())
        .contains("--mean")
        .contains("expects a number such as 0.5, got \"imagenet\"");
  }

  @Test
  void serve_folder_warnsOfEachForeignModelWhenItIsLoaded() throws IOException {
    Path models = Files.createDirectories(folder.resolve("models"));
    Path foreign = Files.copy(Path.of(FOREIGN), models.resolve("foreign.onnx"));
    Path own = Path.of(grey("models/own.safetensors"));
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Console screen = CommandRun.screen(OutputStream.nullOutputStream(), err);
    ModelReader assumed = ServeCommand.reader(new PreprocessingFlags(), new FrameFlag(), screen);
    assumed.read(own);
    assumed.read(foreign);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .isEqualTo(WARNING.replace(FOREIGN, foreign.toString()));

    err.reset();
    PreprocessingFlags flags =
        CommandLine.populateCommand(new PreprocessingFlags(), FLAGS.strip().split(" ", -1));
    ModelReader stated = ServeCommand.reader(flags, new FrameFlag(), screen);
    assertThat(stated.read(foreign).preprocessing()).isEqualTo(Preprocessing.imageNet());
    assertThat(err.toString(StandardCharsets.UTF_8)).isEmpty();
    assertThatThrownBy(() -> stated.read(own))
        .isInstanceOf(UsageException.class)
        .hasMessage("--mean" + OWN.formatted(own));
  }
}
