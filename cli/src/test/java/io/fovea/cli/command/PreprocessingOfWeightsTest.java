package io.fovea.cli.command;

import static io.fovea.cli.CommandRun.done;
import static io.fovea.cli.CommandRun.fovea;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.fovea.cli.CommandRun;
import io.fovea.cli.SmallData;
import io.fovea.data.Images;
import io.fovea.dataset.Framing;
import io.fovea.dataset.Image;
import io.fovea.format.Models;
import io.fovea.format.NetworkDescription;
import io.fovea.inference.Classifier;
import io.fovea.inference.Prediction;
import io.fovea.network.Network;
import io.fovea.preprocessing.Preprocessing;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** How pixels become inputs belongs to the weights, from the file they come from to the answer. */
class PreprocessingOfWeightsTest {
  /** A bottleneck as torch.onnx writes it: images of 3x16x16, 10 outputs, no preprocessing. */
  private static final Path FOREIGN =
      Path.of("../format/src/test/resources/io/fovea/format/onnx/models/resnet-pytorch.onnx");

  private static final List<Double> MEAN = List.of(0.485, 0.456, 0.406);
  private static final List<Double> DEVIATION = List.of(0.229, 0.224, 0.225);
  private static final String TEXT =
      "(pixel/255 - mean) / deviation, mean 0.485 0.456 0.406, deviation 0.229 0.224 0.225, centre crop";

  @TempDir Path folder;
  private String shapes = "";

  @BeforeEach
  void shapes() throws IOException {
    shapes = SmallData.pictureFolder(folder.resolve("shapes"), 12).toString();
  }

  private String at(String name) {
    return folder.resolve(name).toString();
  }

  private CommandRun train(String out, String line, Object... values) {
    List<Object> all = new ArrayList<>(List.of(shapes, at(out)));
    all.addAll(List.of(values));
    String epochs = line.contains("--epochs") ? "" : "--epochs 1 ";
    return fovea("train %s --batch 16 --out %s " + epochs + line, all.toArray());
  }

  private CommandRun trained(String out, String line, Object... values) {
    return train(out, line, values).done();
  }

  /** The ONNX file as a model of ours, as docs/onnx.md shows it. */
  private String imported() {
    String model = at("resnet.safetensors");
    CommandRun run =
        done(
            "import %s --out %s --no-optimize --mean 0.485,0.456,0.406 --deviation 0.229,0.224,0.225 --network %s",
            FOREIGN, model, at("resnet.json"));
    assertThat(run.err()).contains("preprocessing: " + TEXT);
    return model;
  }

  private Network model(String run) throws IOException {
    return Models.load(folder.resolve(run).resolve("model.safetensors"));
  }

  private void assertStates(Network network) {
    assertThat(network.preprocessing())
        .isEqualTo(
            new Preprocessing(MEAN, DEVIATION, Preprocessing.Background.MIXED, Framing.CROP));
    assertThat(network.graph().input()).isEqualTo(Shape.of(3, 16, 16));
  }

  /** The answer for inputs that are computed here, by the formula. */
  private static Map<String, Double> probabilities(Path file, String picture) throws IOException {
    Network network = Models.load(file);
    Image image = Images.read(Path.of(picture)).resized(16, 16);
    Tensor x = Tensor.zeros(Shape.of(3, 16, 16), 1);
    byte[] pixels = image.pixels();
    for (int i = 0; i < pixels.length; i++) {
      x.array()[x.offset() + i] =
          (float) (((pixels[i] & 0xff) / 255.0 - MEAN.get(i % 3)) / DEVIATION.get(i % 3));
    }
    Prediction prediction = Classifier.of(network).probabilities(x).getFirst();
    Map<String, Double> all = new java.util.HashMap<>();
    for (int k = 0; k < prediction.labels().size(); k++) {
      all.put(prediction.labels().get(k), prediction.probabilities().get(k));
    }
    return all;
  }

  /** The two commands of the page, with the test's files for the reader's. */
  @Test
  void recipe_ofTheOnnxPage_asItStandsThere_keepsThePreprocessingToTheAnswer() throws IOException {
    List<String> commands =
        Files.readAllLines(Path.of("../docs/onnx.md")).stream()
            .filter(line -> line.contains("net.safetensors"))
            .map(line -> line.replace("resnet18.onnx", FOREIGN.toString()))
            .map(line -> line.replace("net.safetensors", at("net.safetensors")))
            .map(line -> line.replace("photos/", shapes).replace("\"", ""))
            .map(line -> line.replace("./fovea ", ""))
            .toList();
    assertThat(commands).hasSize(2);
    done(commands.getFirst());

    CommandRun run = done(commands.getLast() + " --out %s", at("run"));

    assertThat(run.err()).contains("preprocessing: " + TEXT);
    assertStates(model("run"));
    String picture = at("shapes/ring/p3.png");
    JsonNode answer = done("predict %s %s --json", at("run"), picture).json().get(0);
    Map<String, Double> byHand = probabilities(folder.resolve("run/best.safetensors"), picture);
    byHand.forEach(
        (label, probability) ->
            assertThat(answer.path("probabilities").path(label).asDouble())
                .isEqualTo(probability, within(1e-5)));
  }

  @Test
  void import_network_writesThePreprocessing() throws IOException {
    imported();
    NetworkDescription description = NetworkDescription.read(folder.resolve("resnet.json"));
    assertThat(description.preprocessing().orElseThrow().mean()).isEqualTo(MEAN);
    assertThat(description.labels()).isEmpty();

    CommandRun run = trained("run", "--model %s", at("resnet.json"));

    assertThat(run.err())
        .contains("preprocessing: " + TEXT + ", as " + at("resnet.json") + " states\n")
        .contains(
            "structure: that of "
                + at("resnet.json")
                + ", its layer fc changed to 3 outputs, one for each class\n");
    assertStates(model("run"));
  }

  @Test
  void train_fromOnnxFilesThemselves_takesStructureWeightsAndPreprocessing() throws IOException {
    done("export %s --out %s", imported(), at("stated.onnx"));
    String from = "--model %s --init-from %s --init-skip fc.*";

    CommandRun run = trained("run", from, at("stated.onnx"), at("stated.onnx"));

    assertThat(run.err())
        .contains("preprocessing: " + TEXT + ", as " + at("stated.onnx") + " states\n")
        .contains(
            "structure: that of "
                + at("stated.onnx")
                + ", its layer fc changed to 3 outputs, one for each class\n");
    assertStates(model("run"));
    assertThat(model("run").labels()).containsExactly("bar", "cross", "ring");

    CommandRun silent = trained("foreign", from, FOREIGN, FOREIGN);
    assertThat(silent.err())
        .contains(
            "preprocessing: "
                + FOREIGN
                + " states none, so it is pixel/255, centre crop; if these weights were trained with another one, give it as \"preprocessing\" in a description (--model FILE.json), or by fovea import --mean and --deviation\n");
    assertThat(model("foreign").preprocessing().isUnit()).isTrue();
  }

  @Test
  void train_withNormalize_overridesAloud() throws IOException {
    String model = imported();
    String from = "--model %s --init-from %s --init-skip fc.* ";

    CommandRun run = trained("run", from + "--normalize unit", model, model);

    assertThat(run.err())
        .contains(
            "preprocessing: --normalize unit (pixel/255, centre crop) overrides that of "
                + model
                + " ("
                + TEXT
                + ")\n");
    assertThat(model("run").preprocessing().isUnit()).isTrue();
    CommandRun standard = trained("standard", from + "--normalize standard", model, model);
    assertThat(standard.err()).contains("preprocessing: --normalize standard (").contains(TEXT);
    assertThat(trained("own", from + "--normalize own", model, model).err())
        .contains("preprocessing: " + TEXT + ", as " + model + " states\n");
    CommandRun none = train("none", "--model pooled --normalize own");
    assertThat(none.exit()).isEqualTo(2);
    assertThat(none.lastError())
        .contains(
            "--normalize own: expects a preprocessing in --init-from or --model, got none; give unit or standard, or a \"preprocessing\" in a description");
  }

  @Test
  void train_modelAlone_takesStructureAndPreprocessing_withFreshWeights() throws IOException {
    String model = imported();

    CommandRun run = trained("run", "--model %s", model);

    assertThat(run.err())
        .contains("preprocessing: " + TEXT + ", as " + model + " states\n")
        .contains("weights: random; --init-from " + model + " starts from those of " + model);
    assertStates(model("run"));
  }

  @Test
  void train_fromARunFolder_andResumeWithoutIt_givesTheSameBits() throws IOException {
    String model = imported();
    trained("first", "--model %s --normalize own", model);
    String flags = "--model %s --init-from %s --epochs 2 --seed 5";
    CommandRun whole = trained("whole", flags, at("first"), at("first"));
    assertThat(whole.err())
        .contains("preprocessing: " + TEXT + ", as " + at("first/best.safetensors") + " states\n");
    trained("part", flags, at("first"), at("first"));
    Files.delete(folder.resolve("first/best.safetensors"));

    CommandRun resumed = done("train --resume %s", at("part"));

    assertThat(resumed.err()).contains("resuming at step");
    assertThat(folder.resolve("part/model.safetensors"))
        .hasSameBinaryContentAs(folder.resolve("whole/model.safetensors"));
  }

  @Test
  void train_otherSizeOrColourThanTheWeights_isSaid() throws IOException {
    String model = imported();
    String from = "--model %s --init-from %s --init-skip fc.* ";

    CommandRun larger = trained("larger", from + "--image-size 24x24", model, model);
    assertThat(larger.err())
        .contains("image size: --image-size 24x24 overrides 16x16 of " + model + "\n");
    assertThat(model("larger").graph().input()).isEqualTo(Shape.of(3, 24, 24));

    CommandRun grey = train("grey", from + "--grayscale", model, model);
    assertThat(grey.exit()).isEqualTo(1);
    assertThat(grey.lastError())
        .contains("--init-from: resnet.safetensors: does not fit the network: conv1.weight is ");
    CommandRun skipped = train("grey", from + "--grayscale --init-skip fc.*,conv1.*", model, model);
    assertThat(skipped.lastError()).contains("--init-skip");
  }

  @Test
  void train_modelFilesThatCannotBe_sayWhatIsExpected() throws IOException {
    train("x", "--model %s", at("none.safetensors"))
        .refused(
            1,
            "--model: there is no file "
                + at("none.safetensors")
                + "; give a .safetensors file, an .onnx file or a run folder");
    Files.createDirectories(folder.resolve("empty"));
    assertThat(train("x", "--model %s", at("empty")).lastError())
        .isEqualTo(
            "fovea: --model: the folder "
                + at("empty")
                + " has no best.safetensors; give a run folder, a .safetensors file or an .onnx file");
    Files.writeString(folder.resolve("text.onnx"), "hello");
    assertThat(train("x", "--init-from %s", at("text.onnx")).lastError()).contains("text.onnx");
    String model = imported();
    CommandRun misfit = train("x", "--init-from %s", model);
    assertThat(misfit.lastError())
        .endsWith("; to use the file's structure too, give --model " + model);
    assertThat(folder.resolve("x")).doesNotExist();
  }
}
