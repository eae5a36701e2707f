package io.fovea.cli.command;

import static io.fovea.cli.CommandRun.fovea;
import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.cli.CommandRun;
import io.fovea.cli.SmallData;
import io.fovea.data.PretrainedWeights;
import io.fovea.data.base.DataOptions;
import io.fovea.dataset.Framing;
import io.fovea.format.Models;
import io.fovea.network.Graph;
import io.fovea.network.Initializer;
import io.fovea.network.Network;
import io.fovea.network.Weights;
import io.fovea.network.Zoo;
import io.fovea.preprocessing.Preprocessing;
import io.fovea.tensor.Shape;
import io.fovea.train.Trainer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Runs that begin with pretrained weights, here of a small network on digits. */
@Tag("widths")
class PretrainedTest {
  private static final Preprocessing OWN =
      new Preprocessing(
          List.of(0.1307), List.of(0.3081), Preprocessing.Background.DARK, Framing.STRETCH);

  @TempDir private static Path shared;
  private static String digits = "";
  private static String backbone = "";
  @TempDir Path folder;

  /** A residual network that has seen some digits, with two outputs of other classes. */
  @BeforeAll
  static void backbone() throws IOException {
    digits = SmallData.idxFolder(shared.resolve("digits"), 120).toString();
    Graph graph = Zoo.RESNET8.graph(Shape.of(1, 28, 28), 10);
    Weights weights = Weights.initial(graph, Initializer.he(), 1);
    List<String> labels = SmallData.digits().classes();
    Network network = Network.of(graph, weights, OWN, labels);
    Trainer.of(network).epochs(6).batchSize(32).fit(SmallData.digits().first(400));
    backbone = shared.resolve("backbone.safetensors").toString();
    Models.write(network, Path.of(backbone));
  }

  private String at(String name) {
    return folder.resolve(name).toString();
  }

  private CommandRun train(String out, String flags) {
    String augment = flags.contains("--augment") ? "" : "--augment none ";
    return fovea(
        "train %s --model resnet8 --pretrained %s --out %s " + augment + flags,
        digits,
        backbone,
        at(out));
  }

  private CommandRun trained(String out, String flags) {
    return train(out, flags).done();
  }

  private static Network model(Path run) throws IOException {
    return Models.load(run.resolve("model.safetensors"));
  }

  /** The weights in which two models differ. */
  private static Set<String> changed(Network a, Network b) {
    return a.weights().names().stream()
        .filter(name -> !Arrays.equals(a.weights().values(name), b.weights().values(name)))
        .collect(Collectors.toSet());
  }

  @Test
  void train_pretrainedFile_fitsANewLastLayerAndNothingElse() throws IOException {
    CommandRun run = trained("run", "--json");
    assertThat(run.err())
        .contains("last layer: fitted to 64 features of 120 photos")
        .containsPattern(
            "; \\d+\\.\\d % of 120 photos \\(\\d+ to \\d+\\) in cross-validation \\(penalty C = ")
        .contains("preprocessing: (pixel/255 - mean) / deviation, mean 0.1307, deviation 0.3081");
    assertThat(run.json().path("testAccuracy").asDouble()).isGreaterThan(0.5);
    Network network = model(folder.resolve("run"));
    assertThat(network.preprocessing()).isEqualTo(OWN);
    assertThat(changed(network, Models.load(Path.of(backbone))))
        .isEqualTo(Set.of("dense1.weight", "dense1.bias"));
    CommandRun eval = fovea("eval %s %s --json", at("run"), digits);
    assertThat(eval.json().path("accuracy").asDouble())
        .isEqualTo(run.json().path("testAccuracy").asDouble());
  }

  @Test
  void train_lastLayer_endsWithTheHeldOutFigureAndTheTestsBesideIt() throws IOException {
    CommandRun run = trained("run", "");
    assertThat(run.out().lines().toList().getLast())
        .matches(
            "accuracy: \\d+\\.\\d % of 120 photos \\(\\d+ to \\d+\\) held out, \\d+\\.\\d % of \\d+ photos \\(\\d+ to \\d+\\) in the test; \\d+:\\d\\d");
    assertThat(run.err() + run.out()).doesNotContain("epoch 1/1", "images/s");
    assertThat(Files.readString(folder.resolve("run/report.html")))
        .containsPattern("Accuracy on held-out photos: \\d+\\.\\d % of 120 photos");
  }

  @Test
  void train_validation_choosesThePenaltyByIt() {
    assertThat(trained("run", "--validation 0.2").err())
        .contains("features of 96 photos")
        .containsPattern(" % of 24 photos \\(\\d+ to \\d+\\) on the validation photos");
  }

  @Test
  void train_thaw_trainsTheNamedLayersAlone() throws IOException {
    trained("run", "--fine-tune 1 --thaw conv9*,bn9* --backbone-lr 0.1x");
    Network network = model(folder.resolve("run"));
    Set<String> changed = changed(network, Models.load(Path.of(backbone)));
    assertThat(changed).contains("dense1.weight").contains("conv9.weight", "bn9.weight");
    assertThat(changed).allMatch(name -> name.matches("(conv9|bn9|dense1)\\..*"));
  }

  /** Its layers are its parent's: a last layer on random features would be thrown away. */
  @Test
  void fork_ofAFineTunedRun_solvesNoLastLayer_andNamesTheFirstWeights() {
    trained("run", "--fine-tune 2");
    String fork = "train --fork %s@1 --lr 0.002 --out %s";
    CommandRun forked = fovea(fork, at("run"), at("fork"));
    assertThat(forked.done().err()).doesNotContain("last layer:");
    assertThat(folder.resolve("fork/report.html"))
        .content()
        .contains("licence of the first weights")
        .doesNotContain("none, they are from this run");
  }

  @Test
  @Tag("gate") // in a build, TrainCommandTest resumes ResNet-8
  void resume_fineTuning_givesTheBytesOfAnUninterruptedRun() throws IOException {
    String flags = "--backbone-lr 0.0001 --schedule constant --fine-tune ";
    trained("whole", flags + 2);
    // A run that ends after one epoch stands for one interrupted there.
    trained("cut", flags + 1);
    Path config = folder.resolve("cut/config.json");
    Files.writeString(
        config, Files.readString(config).replace("\"fine-tune\" : \"1\"", "\"fine-tune\" : \"2\""));
    CommandRun resumed = fovea("train --resume %s", at("cut")).done();
    assertThat(resumed.err()).doesNotContain("last layer: fitted");
    assertThat(folder.resolve("cut/model.safetensors"))
        .hasSameBinaryContentAs(folder.resolve("whole/model.safetensors"));
  }

  @Test
  void resume_runWithoutSteps_isRefused() {
    trained("run", "");
    fovea("train --resume %s", at("run"))
        .failed(1, "--resume: %s has no training steps to resume, since...".formatted(at("run")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --views 2                     | --views: more than one needs --augment
          --thaw conv9*                 | --freeze, --thaw and --backbone-lr: need --fine-tune EPOCHS
          --early-stop 2 --validation 0.2 | --early-stop: needs --fine-tune EPOCHS
          --views 2 --augment shift:2+mixup:0.2 | --augment: mixup and cutmix cannot be combined with --views 2, each of which shows one photo; leave them out, or give --views 1
          --candidates frozen,tuned     | --candidates: tuned and scratch need --fine-tune EPOCHS, such as --fine-tune 30
          --candidates scratch          | --candidates: tuned and scratch need --fine-tune EPOCHS
          --candidates best             | --candidates: expects some of frozen, tuned, scratch, joined by commas, got "best"
          --time-limit 0 --candidates frozen | --time-limit: expects minutes above 0 and below 1000000, got 0.0
          --time-limit 1                | --time-limit: chooses the effort of a search; give it with --recipe photos, without --effort
          --time-limit 1 --effort quick --candidates frozen | --time-limit: chooses the effort of a search; give it with --recipe photos, without --effort
          --effort quick                | --effort: needs --candidates, which --recipe photos has
          --effort quick --candidates tuned --fine-tune 8 | --effort: quick tries frozen alone, which is not among --candidates; give another effort, or add frozen
          --fine-tune 1 --thaw nothing* | --thaw: the pattern "nothing*" matches no weight; there are [conv1.weight
          --fine-tune 1 --backbone-lr x | --backbone-lr: expects a rate such as 0.0001, or a multiple such as 0.1x, got "x"
          --candidates scratch --fine-tune 8 --freeze conv1* | --freeze: cannot be combined with scratch in --candidates
          --candidates frozen --validation 0.2 | --validation: cannot be combined with --candidates
          --epochs 3                    | --epochs: with --pretrained, also from a recipe, the last layer is fitted to its optimum
          --init-from x.safetensors     | --init-from: cannot be combined with --pretrained; give one of the two
          """)
  void train_wrongFlags_areRefused(String flags, String message) {
    CommandRun run = train("run", flags);
    assertThat(run.exit()).isEqualTo(2);
    assertThat(run.err()).contains(message);
    assertThat(folder.resolve("run")).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --fine-tune 2                               | --fine-tune: needs --pretrained
          --pretrained openimages --model resnet18    | --pretrained openimages: the weights are for --model mobilenet-v2, got resnet18
          --pretrained imagenet-resnet18 --model mobilenet-v2 | --pretrained imagenet-resnet18: the weights are for --model resnet18, got mobilenet-v2; add --model resnet18
          --pretrained imagenet-mobilenet-v2          | --pretrained imagenet-mobilenet-v2: the weights are for --model mobilenet-v2, got pooled; add --model mobilenet-v2
          --pretrained imagenet-resnet9               | --pretrained: there is no file imagenet-resnet9, and no weights have this name; did you mean "imagenet-resnet18"? Expected are imagenet, openimages, imagenet-mobilenet-v2,
          --pretrained imagenet --model pooled        | --pretrained: expects --model mobilenet-v2, mobilenet-v3-small, mobilenet-v3-large, efficientnet-b0, resnet18, resnet34 or resnet50, got pooled
          --pretrained nowhere.pth                    | --pretrained: there is no file nowhere.pth
          --pretrained                                | --pretrained: expects --model mobilenet-v2, mobilenet-v3-small, mobilenet-v3-large, efficientnet-b0, resnet18, resnet34 or resnet50, got pooled
          """)
  void train_wrongWeights_areRefused(String flags, String message) {
    String model = flags.contains("--model") ? "" : " --model pooled";
    CommandRun run = fovea("train %s --out %s " + flags + model, digits, at("run"));
    assertThat(run.exit()).isNotZero();
    assertThat(run.err()).contains(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          spark-train mnist --pretrained openimages --master local | --pretrained: spark-train does not support it; fit with train, then
          train --recipe photos | DATA: the recipe photos is for your photos; give a folder or a CSV file
          train mnist --pretrained openimages --find-lr | --pretrained: --find-lr does not support it;
          """)
  void commands_thatCannotHaveThem_areRefused(String line, String error) {
    fovea(line).refused(2, error + "...");
  }

  @Test
  void train_recipeWithPretrainedAndEpochs_isRefused() throws IOException {
    Path recipe = folder.resolve("mine.json");
    Files.writeString(recipe, "{\"flags\": {\"pretrained\": \"openimages\", \"epochs\": \"9\"}}");
    fovea("train %s --out %s --recipe %s", digits, at("run"), recipe)
        .refused(2, "--epochs: with --pretrained, also from a recipe, the last...");
    fovea("train %s --out %s --recipe photos --epochs 60", digits, at("run"))
        .refused(
            2,
            "--epochs: the recipe photos has its own epochs; --fine-tune EPOCHS changes them...");
  }

  @Test
  void train_pretrainedAtChanceLevel_namesFineTune() throws IOException {
    Path black = SmallData.idxFolder(folder.resolve("black"), 120);
    for (String name : List.of("train-images-idx3-ubyte", "t10k-images-idx3-ubyte")) {
      byte[] images = Files.readAllBytes(black.resolve(name));
      Arrays.fill(images, 16, images.length, (byte) 0);
      Files.write(black.resolve(name), images);
    }
    CommandRun run =
        fovea(
                "train %s --model resnet8 --pretrained %s --augment none --out %s",
                black, backbone, at("run"))
            .done();
    assertThat(run.err())
        .contains("at chance level: ")
        .contains("; try more photos, or more epochs of --fine-tune\n");
  }

  @Test
  @Tag("gate")
  void train_fetchedOpenImages_printsLicenceAndScaling() throws IOException {
    PretrainedWeights.fetch("openimages", DataOptions.standard());
    Path shapes = SmallData.pictureFolder(folder.resolve("shapes"), 10);
    assertThat(
            fovea("train %s --pretrained openimages --image-size 64x64 --out %s", shapes, at("o"))
                .done()
                .err())
        .contains("weights: openimages, ")
        .contains("licence Apache-2.0, Copyright 2020 The MediaPipe Authors (")
        .contains("mean 0.5 0.5 0.5, deviation 0.5 0.5 0.5, centre crop");
    assertThat(model(folder.resolve("o")).graph().input()).isEqualTo(Shape.of(3, 64, 64));
  }
}
