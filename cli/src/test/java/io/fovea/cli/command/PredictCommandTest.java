package io.fovea.cli.command;

import static io.fovea.cli.CommandRun.fovea;
import static io.fovea.cli.CommandRun.words;
import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.cli.CommandRun;
import io.fovea.cli.FoveaProcess;
import io.fovea.cli.command.base.Pictures;
import io.fovea.cli.command.use.QuickStart;
import io.fovea.data.Images;
import io.fovea.data.base.DataException;
import io.fovea.dataset.Framing;
import io.fovea.dataset.Image;
import io.fovea.format.Models;
import io.fovea.inference.Classifier;
import io.fovea.kernel.KernelSet;
import io.fovea.network.AnswerRule;
import io.fovea.network.Graph;
import io.fovea.network.Initializer;
import io.fovea.network.Network;
import io.fovea.network.Weights;
import io.fovea.network.Zoo;
import io.fovea.preprocessing.Preprocessing;
import io.fovea.tensor.Shape;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * Which work a quick start takes on, and which it leaves to the full one; and pictures that are no
 * pictures.
 */
@Isolated
@Tag("widths")
class PredictCommandTest {
  @TempDir Path folder;
  private String model = "";
  private String picture = "";

  @BeforeEach
  void writeModelAndPicture() throws IOException {
    Path file = folder.resolve("model.safetensors");
    Models.write(
        Network.of(Zoo.TWO_LAYER_CNN.graph(Shape.of(1, 28, 28), 10), Initializer.he(), 1), file);
    model = file.toString();
    Path image = folder.resolve("picture.png");
    ImageIO.write(new BufferedImage(28, 28, BufferedImage.TYPE_BYTE_GRAY), "png", image.toFile());
    picture = image.toString();
    System.setProperty("fovea.start", "quick");
  }

  @AfterEach
  void clear() {
    System.clearProperty("fovea.start");
  }

  private CommandRun predict(int pictures, String flags) {
    List<String> args = new ArrayList<>(List.of("predict", model));
    args.addAll(Collections.nCopies(pictures, picture));
    args.addAll(words(flags));
    return CommandRun.of(args);
  }

  @Test
  void predict_modelWithARule_saysWhatElseItCanBe() throws Exception {
    Network network =
        Network.of(Zoo.MLP.graph(Shape.of(1, 8, 8), 2), Initializer.he(), 1)
            .withAnswers(new AnswerRule.OneLabel(0.95, 1e-9, Optional.empty()));
    Path any = folder.resolve("any.safetensors");
    Models.write(network, any);
    assertThat(fovea("predict %s %s", any, picture).out())
        .as("both classes")
        .matches("(?s).* %  -> unsure\\R");
    assertThat(fovea("predict %s %s --json", any, picture).out())
        .contains("\"answer\":[]", "\"unlike\":false");

    Models.write(network.withAnswers(new AnswerRule.OneLabel(0.95, 1, Optional.empty())), any);
    assertThat(fovea("predict %s %s", any, picture).out()).matches("(?s).* %  -> unsure\\R");
  }

  @Test
  @Tag("gate")
  void predict_pictureLargerThanMemory_isNamedWithWhatToDo() throws Exception {
    Path any = folder.resolve("any.safetensors");
    Models.write(Network.of(Zoo.MLP.graph(Shape.of(1, 8, 8), 2), Initializer.he(), 1), any);
    Path large = folder.resolve("large.png");
    Images.write(Image.of(1, 6000, 6000, new byte[36_000_000]), large);
    Path log = folder.resolve("log");
    Process process =
        FoveaProcess.start("-Xmx32m", List.of("predict", any.toString(), large.toString()), log);
    assertThat(process.waitFor()).isEqualTo(1);
    assertThat(Files.readAllLines(log))
        .contains(
            "fovea: image "
                + large
                + ": expects a picture that fits into memory, got one that does not; scale it down,"
                + " or give more: FOVEA_JAVA_OPTS=-Xmx8g");
  }

  @Test
  void quickStart_fewPictures_answersAsTheFullOneDoes() {
    CommandRun quick = predict(3, "");
    System.clearProperty("fovea.start");
    CommandRun full = predict(3, "");
    quick.done();
    assertThat(quick.out()).isEqualTo(full.out()).contains("%");
  }

  /** docs/compatibility.md names it among what is outside of the same bits. */
  @Test
  void littleWork_hasTheBitsOfTheReferenceKernels() throws Exception {
    Path seven = Path.of("../docs/images/seven.png");
    String told = fovea("predict %s %s --json", model, seven).done().out();
    Network network = Models.load(Path.of(model));
    Classifier reference = Classifier.of(network, 1, KernelSet.REFERENCE);
    Classifier fast = Classifier.of(network, 1, KernelSet.VECTOR);
    assertThat(told)
        .contains(probability(reference, seven))
        .doesNotContain(probability(fast, seven));
    assertThat(Files.readString(Path.of("../docs/compatibility.md")))
        .contains("the command `predict` | below 40 million multiply-adds");
  }

  private static String probability(Classifier classifier, Path picture) throws DataException {
    return "\"probability\":"
        + classifier.classify(Images.read(picture)).members(0).get("probability");
  }

  @Test
  void quickStart_manyPictures_leavesThemToTheFullOneWithoutAWord() {
    for (CommandRun run : List.of(predict(4, ""), predict(2, "--with " + model))) {
      assertThat(run.exit()).isEqualTo(QuickStart.NEEDS_FULL_START);
      assertThat(run.out()).isEmpty();
      assertThat(run.err()).isEmpty();
    }
  }

  @Test
  void quickStart_assumedPreprocessing_isLeftToTheFullOneToSay() {
    model = "../format/src/test/resources/io/fovea/format/onnx/models/resnet-pytorch.onnx";
    CommandRun run = predict(1000, "");
    assertThat(run.exit()).isEqualTo(QuickStart.NEEDS_FULL_START);
    assertThat(run.err()).isEmpty();
  }

  @Test
  void quickStart_otherCommand_isLeftToTheFullOneUnlessItIsHelp() {
    assertThat(fovea("gradcheck").exit()).isEqualTo(QuickStart.NEEDS_FULL_START);
    CommandRun help = fovea("gradcheck --help").done();
    assertThat(help.out()).startsWith("Usage: fovea gradcheck");
  }

  @Test
  void help_byNamesAlone_isThatOfAllCommands() {
    CommandRun all = fovea("--help -V"); // with two arguments, every command is made
    CommandRun names = fovea("--help").done();
    assertThat(names.out()).isEqualTo(all.out()).contains("predict", "doctor");
    assertThat(fovea("").out()).isEqualTo(all.out());
  }

  @Test
  void quickStart_mistakes_areTheUsualOnes() {
    CommandRun run = fovea("predict %s %s", folder.resolve("none"), picture);
    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.err().lines()).hasSize(1);
  }

  @Test
  void someUnreadable_theOthersHaveAnswersAndEachIsNamed() throws IOException {
    String text = Files.writeString(folder.resolve("notes.png"), "no picture").toString();
    String none = folder.resolve("none.png").toString();
    for (String start : List.of("quick", "full")) {
      System.setProperty("fovea.start", start);
      CommandRun run = fovea("predict %s %s %s %s", model, text, picture, none);
      assertThat(run.exit()).isEqualTo(1);
      assertThat(run.out().lines()).hasSize(1);
      assertThat(run.out()).startsWith(picture);
      assertThat(run.err().lines().toList())
          .satisfiesExactly(
              line -> assertThat(line).startsWith("fovea: image " + text + ": "),
              line -> assertThat(line).startsWith("fovea: image " + none + ": cannot be read: "));
    }
  }

  @Test
  void someUnreadable_json_isTheOthersAnswers() throws IOException {
    String text = Files.writeString(folder.resolve("notes.png"), "no picture").toString();
    CommandRun run = fovea("predict %s %s %s --json", model, text, picture);
    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.out().lines()).hasSize(1);
    assertThat(run.out())
        .startsWith("[{\"file\":")
        .contains("picture.png")
        .doesNotContain("notes.png");
    assertThat(run.err().lines()).hasSize(1);
    CommandRun nothing = fovea("predict %s %s --json", model, text);
    assertThat(nothing.exit()).isEqualTo(1);
    assertThat(nothing.out()).isEmpty();
  }

  /** Once for all pictures, and not where the model crops or the proportions are the same. */
  @Test
  void predict_picturesOfOtherProportions_warnsOfStretching() throws IOException {
    System.clearProperty("fovea.start");
    Graph graph = Zoo.MLP.graph(Shape.of(3, 8, 8), 2);
    String wide = folder.resolve("wide.png").toString();
    Images.write(Image.of(3, 10, 20, new byte[600]), Path.of(wide));
    String square = folder.resolve("square.png").toString();
    Images.write(Image.of(3, 20, 20, new byte[1200]), Path.of(square));
    for (Framing framing : List.of(Framing.STRETCH, Framing.CROP)) {
      Path file = folder.resolve(framing + ".safetensors");
      Preprocessing preprocessing =
          new Preprocessing(
              List.of(0.0, 0.0, 0.0),
              List.of(1.0, 1.0, 1.0),
              Preprocessing.Background.MIXED,
              framing);
      Models.write(
          Network.of(
              graph, Weights.initial(graph, Initializer.he(), 1), preprocessing, List.of("a", "b")),
          file);
      CommandRun run = fovea("predict %s %s %s %s", file, square, wide, wide);
      assertThat(run.out().lines()).as(run.err()).hasSize(3);
      if (framing == Framing.STRETCH) {
        assertThat(run.err().lines())
            .containsExactly(
                "the model's preprocessing stretches pictures of other proportions to 8x8 (%s is 20x10); crop them first, unless the training images were stretched too"
                    .formatted(wide));
      } else {
        assertThat(run.err()).isEmpty();
      }
      assertThat(fovea("predict %s %s", file, square).err()).isEmpty();
    }
  }

  @Test
  void json_top_namesSoManyLabels() {
    CommandRun all = predict(1, "--json");
    CommandRun two = predict(1, "--json --top 2");
    assertThat(all.json().path(0).path("probabilities").size()).isEqualTo(10);
    assertThat(two.json().path(0).path("probabilities").size()).isEqualTo(2);
    assertThat(two.json().path(0).path("label")).isEqualTo(all.json().path(0).path("label"));
  }

  private Network network() throws IOException {
    return Models.load(Path.of(model));
  }

  @Test
  @Tag("gate")
  void pictures_large_areReadSomeAtATime() throws IOException {
    Path image = folder.resolve("large.png");
    ImageIO.write(
        new BufferedImage(8000, 8000, BufferedImage.TYPE_BYTE_GRAY), "png", image.toFile());
    List<Path> three = Collections.nCopies(3, image);
    List<DataException> failures = new ArrayList<>();
    assertThat(Pictures.read(three, 0, network(), failures).end()).isEqualTo(1);
    assertThat(Pictures.read(three, 2, network(), failures).end()).isEqualTo(3);
    assertThat(failures).isEmpty();
  }

  @Test
  void pictures_many_areReadSomeAtATime() throws IOException {
    List<DataException> failures = new ArrayList<>();
    List<Path> many = Collections.nCopies(300, Path.of(picture));
    Pictures first = Pictures.read(many, 0, network(), failures);
    Pictures rest = Pictures.read(many, first.end(), network(), failures);
    assertThat(first.pictures().size() + rest.pictures().size()).isEqualTo(300);
    assertThat(rest.end()).isEqualTo(300);
  }
}
