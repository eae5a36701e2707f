package io.fovea.cli.command;

import static io.fovea.cli.CommandRun.fovea;
import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.cli.CommandRun;
import io.fovea.cli.SmallData;
import io.fovea.data.Idx;
import io.fovea.run.FolderLock;
import io.fovea.run.RunFolder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrainErrorsTest extends TrainTests {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--init-from|''|--init-from: expects a value, got an empty text",
        "--recipe|''|--recipe: expects a value, got an empty text",
        "--lr|0x1p3d|--lr: expects a number, got \"0x1p3d\"",
        "--augment|shift:0x1p3d|--augment: shift expects a number for pixels, got \"0x1p3d\"",
        "--model|mobilenet-v2:0x1p-1|model: the width behind mobilenet-v2: must be a number, got \"0x1p-1\"",
        "--lr|NaN|--lr: expects a number, got \"NaN\"",
        "--lr|1e999|--lr: expects a finite number, got \"1e999\"",
        "--lr|-1|--lr: expects a number above 0, got \"-1\"",
        "--lr|fast|--lr: expects a number, got \"fast\"",
        "--epochs|0|--epochs: expects a whole number from 1 to 1000000, got \"0\"",
        "--batch|many|--batch: expects a whole number from 1 to 1000000, got \"many\"",
        "--optimizer|sdg|--optimizer: expects one of sgd, nesterov, adam, adamw, rmsprop, got \"sdg\"",
        "--momentum|1|--momentum: expects a number from 0 to below 1, got \"1\"",
        "--schedule|step:x:2|--schedule: expects step:EVERY:GAMMA, such as step:2:0.5, got \"step:x:2\"",
        "--schedule|linear|--schedule: expects one of constant, cosine, one-cycle, step:EVERY:GAMMA, plateau, plateau:PATIENCE:FACTOR, got \"linear\"",
        "--schedule|plateau:1:2|--schedule: expects plateau:PATIENCE:FACTOR, such as plateau:3:0.2, got \"plateau:1:2\"",
        "--loss|entropy|--loss: expects cross-entropy, sigmoid or squared, got \"entropy\"",
        "--class-weights|fair|--class-weights: expects one of none, balanced, got \"fair\"",
        "--clip|-1|--clip: expects a number from 0 up, got \"-1\"",
        "--ema|1|--ema: expects a share from 0 to below 1, got \"1\"",
        "--accumulate|0|--accumulate: expects a whole number from 1 to 1000000, got \"0\"",
        "--freeze|conv1.*,|--freeze: expects patterns joined by commas, such as conv1.*,conv2.*, got \"conv1.*,\"",
        "--init|normal:x|--init: expects he, xavier or normal:STD, got \"normal:x\"",
        "--normalize|mean|--normalize: expects one of unit, standard, own, got \"mean\"",
        "--validation|1.5|--validation: expects a share from 0 to below 1, got \"1.5\"",
        "--label-smoothing|1|--label-smoothing: expects a share from 0 to below 1, got \"1\"",
        "--shuffle|yes|--shuffle: expects one of on, off, got \"yes\"",
        "--kernels|gpu|--kernels: expects one of auto, vector, vector-direct, reference, got \"gpu\"",
        "--augment|flop|--augment: no operation is named \"flop\"; did you mean \"flip\"?",
        "--augment|rotate:200|--augment: rotate expects degrees from 0 to 180, got 200 (operations: shift:PIXELS,",
        "--augment|crop:28|--augment: crop expects padding below the sides of the images, which are 28x28, got 28; make it smaller",
        "--early-stop|2|--early-stop: needs --validation FRACTION",
        "--rename|a=b|--init-skip and --rename: need --init-from FILE",
        "--threads|0|--threads: expects a whole number from 1 to 1024, got \"0\"",
        "--image-size|big|--image-size: image size: expects WIDTHxHEIGHT such as 64x48, got \"big\"",
        "--model|two-layer|model: no network is named \"two-layer\"; did you mean \"two-layer-cnn\"?",
      })
  void train_withAWrongFlag_endsWithUsageAndLeavesNoFolder(
      String flag, String value, String expected) {
    CommandRun run = train("%s %s", flag, value);
    run.refused(2, expected + "...");
    assertThat(run.lastError()).endsWith("see fovea train --help");
    assertThat(folder.resolve("run")).doesNotExist();
  }

  @Test
  void train_withAFlagOfARecipeThatIsWrong_namesTheRecipe() throws IOException {
    Path recipe = folder.resolve("mine.json");
    Files.writeString(recipe, "{\"flags\": {\"validation\": \"0.001\", \"batch\": \"many\"}}");
    train("--recipe %s --batch 2", recipe)
        .refused(
            2,
            "--validation: 0.001 of 128 images gives 0 for validation and 128 for training; change it (--validation is from --recipe %s); see fovea train --help"
                .formatted(recipe));
    assertThat(train("--recipe %s --batch few", recipe).lastError()).doesNotContain("is from");
    assertThat(train("--recipe %s", recipe).lastError())
        .contains("got \"many\" (--batch is from --recipe ");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"cross-entropy|softmax cross-entropy", "sigmoid|sigmoid cross-entropy"})
  void train_ofANetworkThatEndsInSoftmax_endsWithUsageAndLeavesNoFolder(String loss, String name)
      throws IOException {
    train("--model %s --loss %s", endingInSoftmax(), loss)
        .refused(
            2,
            "--model: "
                + name
                + " expects logits, of which it computes probabilities itself, but the network ends in the softmax layer softmax1; leave that layer out, a Classifier gives probabilities anyway; see fovea train --help");
    assertThat(folder.resolve("run")).doesNotExist();
  }

  private Path endingInSoftmax() throws IOException {
    return Files.writeString(
        folder.resolve("net.json"),
        """
        {"nodes": [{"layer": "flatten"}, {"layer": "dense", "outputs": "classes"},
          {"layer": "softmax"}]}
        """);
  }

  @Test
  void train_intoAnExistingFolder_endsWithUsage() throws IOException {
    Files.createDirectories(folder.resolve("run"));
    CommandRun run = train("");
    assertThat(run.exit()).isEqualTo(2);
    assertThat(run.lastError())
        .contains("run exists already; give another folder; see fovea train --help");

    Files.writeString(folder.resolve("run/config.json"), "{}");
    assertThat(train("").lastError()).contains("exists already; give another folder, or --resume");
  }

  /** Its files would be a class of the next run, and of its own resume. */
  @Test
  void train_intoTheFolderOfItsImages_isRefusedBeforeTheyAreRead() throws IOException {
    Path images = Files.createDirectories(folder.toRealPath().resolve("photos"));
    Files.createDirectories(images.resolve("cats"));
    for (String below : List.of("", "runs/1", "cats/1")) {
      Path out = images.resolve(below);
      fovea("train %s --out %s", images, out)
          .refused(
              2,
              "--out: expects a folder outside the images of %s, got %s, which would be read as a class of them; give another, such as --out %s-runs; see fovea train --help"
                  .formatted(images, out, images));
    }
    refused(fovea("train %s --out %s/.runs/1", images, images), "the class folder cats has no");
    Files.createDirectories(images.resolve("train"));
    refused(fovea("train %s --out %s/runs/1", images, images), "expects one folder of photos");
    Path idx = SmallData.idxFolder(folder.resolve("idx"), 64);
    assertThat(fovea("train %s --out %s/1 --model mlp --epochs 1", idx, idx).exit()).isZero();
  }

  /** Killed, or out of disk, between the first model and the first checkpoint. */
  @Test
  void train_intoTheFolderOfARunWithModelsOnly_startsItAnew() throws IOException {
    Path run = folder.resolve("run");
    train("--model mlp --epochs 1").done();
    byte[] expected = Files.readAllBytes(run.resolve("best.safetensors"));
    Files.delete(run.resolve("checkpoint.safetensors"));
    Files.delete(run.resolve("report.html"));
    assertThat(fovea("train --resume %s", run).lastError())
        .endsWith("start it again, for example with --out " + run);
    train("--model mlp --epochs 1").done();
    assertThat(run.resolve("best.safetensors")).hasBinaryContent(expected);
    Files.delete(run.resolve("checkpoint.safetensors"));
    assertThat(fovea("train --resume %s", run).lastError())
        .endsWith(
            "run has no checkpoint.safetensors; restore it, or start again with another --out");
    assertThat(train("--model mlp --epochs 1").lastError()).contains("exists already");
  }

  /** A run that was killed before its first checkpoint: what it had can be nothing else's start. */
  @Test
  void train_intoTheFolderOfARunWithoutACheckpoint_startsItAnew() throws IOException {
    String little = "--model mlp --epochs 1";
    train(little).done();
    Path run = folder.resolve("run");
    for (String name : new String[] {"checkpoint", "model", "best"}) {
      Files.delete(run.resolve(name + ".safetensors"));
    }
    assertThat(train(little).lastError()).as("the report is there").contains("exists already");
    Files.delete(run.resolve("report.html"));
    CommandRun resumed = fovea("train --resume %s", run);
    assertThat(resumed.lastError())
        .isEqualTo(
            "fovea: --resume: %s has no checkpoint.safetensors, since the run ended before its first one; start it again, for example with --out %s"
                .formatted(run, run));
    try (FolderLock held = new RunFolder(run).lock()) {
      assertThat(held.channel().isOpen()).isTrue();
      assertThat(train(little).lastError()).contains("another process is training in ");
    }
    Files.writeString(run.resolve(".fovea-0123456789abcdef.part"), "left behind");
    Files.writeString(run.resolve("metrics.jsonl"), "of before\n");
    train(little).done();
    assertThat(run.resolve("best.safetensors")).exists();
    assertThat(run.resolve("metrics.jsonl")).content().doesNotContain("of before");
    assertThat(run.resolve(".fovea-0123456789abcdef.part")).doesNotExist();
  }

  @Test
  void train_fromTheWeightsOfAFolderThatIsNoRun_errorNamesWhatIsExpected() {
    train("--init-from %s", folder)
        .refused(
            1,
            "--init-from: the folder %s has no best.safetensors; give a run folder, a .safetensors file or an .onnx file"
                .formatted(folder));
  }

  @Test
  void train_unwritableFolder_errorNamesTheFlagAndTheCure() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "x");
    CommandRun run = fovea("train %s --out %s", digits, file.resolve("run"));
    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.lastError())
        .startsWith("fovea: --out: cannot write to ")
        .endsWith("give a writable folder");
    assertThat(run.err().lines()).hasSize(1);
  }

  @Test
  void train_thatDiverges_namesTheStepAndKeepsTheLastGoodCheckpoint() throws IOException {
    train("--model mlp --epochs 1 --batch 32 --schedule constant --lr 0.0625");
    Path run = folder.resolve("run");
    // Another rate would be refused, so it is changed where the run keeps it, too.
    Path checkpoint = run.resolve("checkpoint.safetensors");
    String text = Files.readString(checkpoint, StandardCharsets.ISO_8859_1);
    assertThat(text).contains("learning rate 0.0625");
    Files.writeString(
        checkpoint,
        text.replace("learning rate 0.0625", "learning rate 1.0E30"),
        StandardCharsets.ISO_8859_1);
    byte[] good = Files.readAllBytes(checkpoint);
    Path config = run.resolve("config.json");
    Files.writeString(
        config,
        Files.readString(config)
            .replace("\"epochs\" : \"1\"", "\"epochs\" : \"2\"")
            .replace("\"lr\" : \"0.0625\"", "\"lr\" : \"1e30\"")
            .replace("\"checkpoint-every\" : \"500\"", "\"checkpoint-every\" : \"1\""));

    CommandRun diverged = fovea("train --resume %s", run);

    assertThat(diverged.exit()).isEqualTo(1);
    assertThat(diverged.lastError())
        .matches(
            "fovea: train: the loss became (NaN|Infinity) at step 6 \\(epoch 2\\); lower the learning rate, which is 1.0E30, "
                + "or check the data; the checkpoint of step 4 is kept in .*");
    assertThat(Files.readAllBytes(run.resolve("checkpoint.safetensors"))).isEqualTo(good);
  }

  @Test
  void train_thatDivergesAtOnce_errorStatesThatNoCheckpointExists() {
    CommandRun run = train("--model mlp --lr 1e30 --batch 32");
    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.lastError()).endsWith("no checkpoint had been written yet");
  }

  @Test
  void resume_withAnotherFlag_endsWithUsage() {
    train("--model mlp --epochs 1");
    Path run = folder.resolve("run");
    fovea("train --resume %s --lr 0.5", run)
        .refused(2, "--lr: the run was started with \"auto\", got \"0.5\"; resume without it...");
    fovea("train fashion-mnist --resume %s", run).refused(2, "DATA: the run was started with ...");
    CommandRun nothing = fovea("train --resume %s", folder.resolve("none"));
    assertThat(nothing.exit()).isEqualTo(2);
    assertThat(nothing.lastError()).contains("has no config.json");
  }

  @ParameterizedTest
  @CsvSource({
    "loss, cross-entropy, squared",
    "class-weights, none, balanced",
    "clip, 0, 1",
    "ema, 0, 0.9",
    "accumulate, 1, 2",
    "freeze, '', dense1.*",
    "schedule, cosine, plateau"
  })
  void resume_withAnotherUpdate_endsWithUsage(String flag, String before, String now) {
    if (!Files.exists(shared.resolve("run"))) {
      fovea("train %s --model mlp --epochs 1 --out %s", digits, shared.resolve("run"));
    }
    fovea("train --resume %s --%s %s", shared.resolve("run"), flag, now)
        .refused(
            2,
            "--%s: the run was started with \"%s\", got \"%s\"; resume without it..."
                .formatted(flag, before, now));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --loss squared --label-smoothing 0.1   | --label-smoothing: needs --loss cross-entropy
          --loss sigmoid --class-weights balanced | --class-weights: needs --loss cross-entropy
          --model mlp --freeze conv1.*           | --freeze: the pattern "conv1.*" matches no weight; there are [dense1.weight,
          --model mlp --freeze *                 | --freeze: [*] leaves nothing to train; freeze less
          """)
  void train_withFlagsThatDoNotGoTogether_endsWithUsage(String flags, String error) {
    train(flags).refused(2, error + "...");
    assertThat(folder.resolve("run")).doesNotExist();
  }

  @Test
  void train_onBadData_errorIsOneLineThatNamesTheFault() throws IOException {
    Path images = digits.resolve("train-images-idx3-ubyte");
    byte[] good = Files.readAllBytes(images);
    Path bad = folder.resolve("bad");
    List<String> files =
        List.of("train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte");
    Files.createDirectories(bad);
    for (String file : files) {
      Files.copy(digits.resolve(file), bad.resolve(file));
    }
    Path broken = bad.resolve("train-images-idx3-ubyte");
    Files.write(broken, Arrays.copyOf(good, good.length - 100));
    refused(fovea("train %s", bad), "train-images");
    Files.write(broken, Arrays.copyOf(good, good.length + 1));
    refused(fovea("train %s", bad), "train-images");
    Files.copy(
        digits.resolve("train-labels-idx1-ubyte"), broken, StandardCopyOption.REPLACE_EXISTING);
    refused(fovea("train %s", bad), "magic number");
    Idx.write(SmallData.digits().first(100), broken, folder.resolve("unused-labels-idx1-ubyte"));
    refused(fovea("train %s", bad), "100");
    refused(fovea("train %s", folder.resolve("nowhere")), "nowhere");
  }

  private static void refused(CommandRun run, String part) {
    run.refused(1, "...");
    assertThat(run.err()).contains(part);
  }

  @Test
  void eval_andPredict_withBadFiles_sayWhatIsWrongInOneLine() throws IOException {
    train("--model mlp --epochs 1");
    String model = folder.resolve("run/model.safetensors").toString();
    refused(fovea("eval %s", folder.resolve("none.safetensors")), "none");
    Path torn = folder.resolve("torn.safetensors");
    byte[] bytes = Files.readAllBytes(Path.of(model));
    Files.write(torn, Arrays.copyOf(bytes, bytes.length / 2));
    refused(fovea("eval %s %s", torn, digits), "torn.safetensors");
    Path text = Files.writeString(folder.resolve("notes.png"), "no picture");
    refused(fovea("predict %s %s", model, text), "notes.png");
    refused(fovea("predict %s %s", folder, text), "best.safetensors");
    Path pictures = SmallData.pictureFolder(folder.resolve("pictures"), 10);
    refused(fovea("eval %s %s", model, pictures), "classes");
  }
}
