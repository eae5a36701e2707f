package io.fovea.cli.command;

import static io.fovea.cli.CommandRun.fovea;
import static io.fovea.cli.CommandRun.words;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.fovea.cli.CommandRun;
import io.fovea.cli.SmallData;
import io.fovea.data.Images;
import io.fovea.dataset.Image;
import io.fovea.format.Checkpoints;
import io.fovea.format.Models;
import io.fovea.replay.WeightsHash;
import io.fovea.run.FolderLock;
import io.fovea.run.RunFolder;
import io.fovea.train.Checkpoint;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Verify, replay and --fork, on a run of 48 pictures in 3 epochs of 6 steps. */
@Tag("widths")
class ReplayCommandsTest {
  @TempDir static Path shared;
  @TempDir Path folder;

  private static Path original;
  private Path photos;
  private Path run;

  @BeforeAll
  static void train() throws IOException {
    Path photos = SmallData.pictureFolder(shared.resolve("photos"), 20);
    original = shared.resolve("run");
    fovea(
            "train %s --model pooled --batch 9 --log-every 2 --l2 0.001 --keep-checkpoints 2 --out %s",
            photos, original)
        .done();
  }

  @BeforeEach
  void copy() throws IOException {
    photos = folder.resolve("photos");
    run = folder.resolve("run");
    try (Stream<Path> files = Files.walk(shared)) {
      for (Path file : (Iterable<Path>) files.skip(1)::iterator) {
        Files.copy(file, folder.resolve(shared.relativize(file).toString()));
      }
    }
    edit(RunFolder.CONFIG, shared.resolve("photos").toString(), photos.toString());
  }

  /** Replaces a text in a file, which may have bytes that are none. */
  private void edit(String file, String before, String after) throws IOException {
    Path path = run.resolve(file);
    String text = Files.readString(path, StandardCharsets.ISO_8859_1);
    assertThat(text).contains(before);
    Files.writeString(path, text.replace(before, after), StandardCharsets.ISO_8859_1);
  }

  private CommandRun of(String line, Object... values) {
    List<String> args = words(line, values);
    args.add(1, run.toString());
    return CommandRun.of(args);
  }

  private long steps() throws IOException {
    return Checkpoints.read(run.resolve(RunFolder.CHECKPOINT)).checkpoint().position().step();
  }

  @Test
  void verify_equalRun_saysSo() throws IOException {
    long steps = steps();
    CommandRun all = of("verify --all");
    assertThat(all.out()).isEqualTo("%d of %d steps equal to the bit%n".formatted(steps, steps));
    all.done();
    assertThat(of("verify").out())
        .isEqualTo(
            "%d of %d steps equal to the bit; --all compares the others and the model%n"
                .formatted(steps / 3, steps));
    assertThat(of("verify --all --from %s", steps / 3 * 2 + 1).out())
        .isEqualTo(
            "%d of %d steps equal to the bit; begins with the state after step %d, which is trusted%n"
                .formatted(steps / 3, steps, steps / 3 * 2));
    assertThat(of("verify --steps 2 --json").out())
        .contains("\"equal\":true,\"compared\":2,\"steps\":" + steps);
  }

  @Test
  void verify_changedPicture_isNamed() throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.list(photos.resolve("bar"))) {
      files = all.sorted().toList();
    }
    List<String> named = new ArrayList<>();
    for (Path file : files.subList(0, 3)) { // at most some of them are for the test
      Image picture = Images.read(file);
      byte[] pixels = picture.pixels().clone();
      pixels[17] ^= 1;
      Images.write(Image.of(3, picture.height(), picture.width(), pixels), file);
      named.add(String.valueOf(file.getFileName()));
    }
    CommandRun changed = of("verify --all");
    assertThat(changed.exit()).isEqualTo(1);
    assertThat(changed.out())
        .startsWith("not equal before the first step: the training images (first: ")
        .contains(" of class bar): the run has ");
    assertThat(named).anyMatch(name -> changed.out().contains(name + " of class bar)"));
    assertThat(of("replay --step 3").lastError())
        .startsWith("fovea: replay: the training images (first: ")
        .endsWith("; restore them");
  }

  @Test
  void verify_ofAnAbsentSet_saysHowToFetchIt() throws IOException {
    edit(RunFolder.CONFIG, photos.toString(), "cifar-100");
    assertThat(of("verify").lastError())
        .startsWith("fovea: cifar-100: expects its files on this machine, ")
        .endsWith(" files; download it first (fovea data fetch SET)");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          config.json|"seed" : "42"|"seed" : 42.0|config.json cannot be read (--seed: expects a whole number
          config.json|"startStep" : "0"|"startStep" : "12"|after step 12: the weights at the start: the run has
          metrics.jsonl|{"step":4,|x"step":4,|before the first step: a line in metrics.jsonl that is no JSON object: the run has "x
          metrics.jsonl|{"step":4,|{"step":4}_{"step":4,|before the first step: the line of step 4 in metrics.jsonl: the run has two of it, training again gives one
          metrics.jsonl|{"step":4,|{"step":3}_{"step":4,|after step 18: the line of step 3 in metrics.jsonl: the run has one, training again gives none
          metrics.jsonl|{"step":4,|{"step":9}_{"step":4,|before the first step: the line of step 4 in metrics.jsonl: the run has it behind step 9, training again gives it before
          best.safetensors|[\\"bar\\",\\"cross\\"|[\\"cross\\",\\"bar\\"|after step 18: fovea.network.labels[0] in best.safetensors: the run has "cross", training again gives "bar"
          metrics.jsonl|{"step":4,|{"step":4,"seconds":1,|after step 4: seconds in metrics.jsonl: the run has 1, training again gives none
          """)
  void verify_editedRun_isNamed(String file, String before, String after, String message)
      throws IOException {
    edit(file, before, after.replace('_', '\n'));
    CommandRun changed = of("verify --all");
    assertThat(changed.out() + changed.err()).contains(message);
    assertThat(changed.exit()).isEqualTo(1);
  }

  @Test
  void verify_whatIsNotCompared_isNamed() throws IOException {
    String missing =
        "not compared, since no step of the run gives it, or the run has no record of it: ";
    Path sums = run.resolve(RunFolder.CHECKSUMS);
    Files.write(sums, Arrays.copyOf(Files.readAllBytes(sums), 8));
    Files.createDirectories(run.resolve("a/b"));
    Files.createSymbolicLink(run.resolve("a/link"), folder);
    Files.copy(run.resolve(RunFolder.BEST), run.resolve("a/b/OTHER.ONNX"));
    edit(RunFolder.CONFIG, "\"fovea\" : \"0.1.0\"", "\"fovea\" : \"0.0.9\"");
    CommandRun equal = of("verify --all").done();
    assertThat(equal.out().lines().skip(1))
        .containsExactly(
            missing + "images.crc32c, a/b/OTHER.ONNX, a/link",
            "the run is of Fovea \"0.0.9\", this is Fovea 0.1.0");
    assertThat(of("verify --all --json").json().path("fovea").asString()).isEqualTo("0.0.9");
    try (RandomAccessFile large = new RandomAccessFile(sums.toFile(), "rw")) {
      large.setLength(6L << 30);
    }
    assertThat(of("verify").out())
        .contains("the run has other checksums in images.crc32c, training again gives 54 images");
    edit(RunFolder.CONFIG, "\"startStep\" : \"0\"", "\"startStep\" : \"abc\"");
    assertThat(of("verify").lastError())
        .contains(RunFolder.CONFIG + " cannot be read (its audit.startStep is no number of a step")
        .endsWith("; restore a copy, or start the run again");
  }

  @Test
  void replay_writesTheModelOfTheStep() throws IOException {
    Path model = folder.resolve("m.safetensors");
    Path sheet = folder.resolve("s.png");
    CommandRun shown = of("replay --step 7 --out %s --sheet %s", model, sheet);
    assertThat(shown.out())
        .contains("step 7, epoch 2: 9 images, loss ", "conv1.weight", "images that pushed hardest:")
        .contains("model: " + model, "sheet: " + sheet);
    assertThat(sheet).isNotEmptyFile();
    Path end = folder.resolve("end.safetensors");
    of("replay --step %s --out %s", steps(), end).done();
    assertThat(WeightsHash.of(Models.load(end).weights()))
        .isEqualTo(WeightsHash.of(Models.load(run.resolve(RunFolder.MODEL)).weights()));
    assertThat(of("replay --weight conv1.weight[1,2,0,1]").out())
        .contains("change ", " = images ", ", decay ", "raised by", "lowered by");
  }

  @Test
  void replay_forPrograms_hasPicturesAndProgress() {
    CommandRun step = of("replay --step 7 --json --pictures --progress");
    JsonNode shown = step.json();
    assertThat(shown.path("mixed").asBoolean()).isFalse();
    for (JsonNode picture : shown.path("pictures")) {
      byte[] png = Base64.getDecoder().decode(picture.path("png").asString());
      assertThatCode(() -> Images.read(png, "png")).doesNotThrowAnyException();
    }
    assertThat(step.err()).containsPattern("(?m)^\\{\"step\":[1-7],\"of\":7}$");
    CommandRun weight = of("replay --weight conv1.weight[1,2,0,1] --json --pictures");
    JsonNode raised = weight.json().path("raised").path(0);
    assertThat(raised.path("png").asString()).startsWith("iVBORw0KGgo"); // a PNG's first bytes
    assertThat(weight.err()).doesNotContain("step");
    assertThat(of("replay --step 7 --json").out()).doesNotContain("\"png\"");
    assertThat(of("replay --step 7 --pictures").err())
        .contains("fovea: --pictures: needs --json; --sheet FILE.png draws them");
    assertThat(of("verify --epochs 2 --progress").err())
        .containsPattern("(?m)^\\{\"step\":\\d+,\"of\":\\d+}$");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "replay|--step|0|--step: expects a step from 1 to",
        "replay|--weight|conv1|--weight: expects a parameter and an element, such as conv1.weight[3,0,2,2], got \"conv1\"",
        "replay|--weight|nothing[1]|--weight: the network has no parameter \"nothing\"",
        "verify|--steps|0|--steps: expects a whole number from 1 up, got 0"
      })
  void wrongValues_areRefused(String command, String flag, String value, String message) {
    CommandRun refused = of("%s %s %s", command, flag, value);
    assertThat(refused.err()).contains("fovea: " + message);
    assertThat(refused.exit()).isEqualTo(2);
  }

  @Test
  void fork_withoutAChange_isTheRun_andWithARate_differs() throws IOException {
    Path same = folder.resolve("same");
    fovea("train --fork %s@8 --out %s", run, same).done();
    assertThat(hash(same)).isEqualTo(hash(run));
    for (String file : List.of(RunFolder.MODEL, RunFolder.BEST, RunFolder.CHECKPOINT)) {
      edit("../same/" + file, "mixed", "light");
    }
    assertThat(fovea("verify %s --all", same).lastError())
        .contains("same expects the network of its parent ", "got one with pixel/255, light ");
    Path slow = folder.resolve("slow");
    fovea("train --fork %s@8 --lr 0.001 --out %s", run, slow).done();
    assertThat(hash(slow)).isNotEqualTo(hash(run));
    assertThat(slow.resolve(RunFolder.REPORT))
        .content()
        .contains(
            "fovea train " + photos + " --batch 9 --lr 0.001 --l2 0.001 --fork " + run + "@8");
    Path misnamed = run.resolve("checkpoints/step-0.safetensors");
    Files.copy(run.resolve("checkpoints/step-12.safetensors"), misnamed); // not begun with
    assertThat(fovea("verify %s --all", slow).out())
        .isEqualTo("10 of 10 steps equal to the bit%n".formatted());
    Files.move(run, folder.resolve("moved"));
    assertThat(fovea("verify %s --all --json", slow).json().path("trusted").asString())
        .isEqualTo(
            "begins with the preprocessing in its checkpoint and the state after step 8, which are trusted");
    Files.move(folder.resolve("moved"), run);
    Path start = slow.resolve("checkpoints/step-8.safetensors");
    byte[] poisoned = Files.readAllBytes(start);
    poisoned[poisoned.length - 3] ^= 1;
    Files.write(start, poisoned);
    assertThat(fovea("verify %s --all", slow).out())
        .matches(
            "not equal after step 8: [\\w./]+\\[\\d+] in checkpoints/step-8.safetensors: the run has \\S+, training again gives \\S+\\R");
    Files.delete(start);
    assertThat(fovea("verify %s", slow).lastError())
        .endsWith(
            " has no checkpoints/step-8.safetensors, the state that it began with; restore it");
    assertThat(fovea("train --resume %s", slow).lastError()).endsWith("; restore it");
    edit("../slow/config.json", "\"startStep\" : \"8\"", "\"startStep\" : \"12\"");
    assertThat(fovea("verify %s --all", slow).lastError())
        .contains("(its audit.startStep is 12, but the fork begins behind step 8)");
  }

  @Test
  void fork_withMoreOrFewerSteps_orGoneOnWith_isVerified_andItsBestIsItsOwn() throws IOException {
    Path parent = folder.resolve("parent");
    fovea(
            "train %s --model pooled --batch 9 --validation 0.25 --schedule constant --epochs 2 --out %s",
            photos, parent)
        .done();
    for (int batch : new int[] {5, 20}) {
      Path other = folder.resolve("batch" + batch);
      fovea("train --fork %s@7 --batch %s --epochs 4 --out %s", parent, batch, other).done();
      assertThat(fovea("verify %s --all", other).done().out().lines()).hasSize(1);
    }
    Path worse = folder.resolve("worse");
    CommandRun shown =
        fovea("train --fork %s@7 --lr 0.5 --epochs 2 --out %s --json", parent, worse);
    assertThat(shown.json().path("bestEpoch").asInt()).isEqualTo(2);
    edit("../worse/config.json", "\"epochs\" : \"2\"", "\"epochs\" : \"4\"");
    fovea("train --resume %s", worse).done();
    fovea("verify %s --all", worse).done();
  }

  @Test
  void verify_runFromAModelFile_namesWhatIsTrusted() throws IOException {
    Path best = run.resolve(RunFolder.BEST);
    fovea("train %s --model %s --init-from %s --epochs 2 --out %s/a", photos, run, best, folder)
        .done();
    Files.move(run, folder.resolve("moved")); // the checkpoint has its layers
    fovea("train --fork %s/a@1 --out %s/b", folder, folder).done();
    assertThat(fovea("verify %s/b", folder).out())
        .contains(
            "; begins with the layers and the preprocessing in its checkpoint and the state ");
    Files.move(folder.resolve("moved"), run);
    edit("../b/checkpoint.safetensors", "\\\"relu\\\"", "\\\"silu\\\"");
    assertThat(fovea("verify %s/b --all", folder).lastError())
        .contains("b expects the network of its parent ")
        .endsWith(", got one with other layers; restore its files");
  }

  @Test
  void fork_relabelledOrLeftOut_differsWhereThePictureIsSeen() throws IOException {
    Path relabelled = folder.resolve("relabelled");
    String text = of("replay --step 1 --json").out(); // its first picture of a bar
    String trained = text.replaceAll("(?s).*?\"image\":\"(bar/[^\"]+)\".*", "$1");
    String relabel = photos.resolve(trained) + "=ring"; // the whole path
    fovea("train --fork %s@6 --relabel %s --out %s", run, relabel, relabelled).done();
    assertThat(hash(relabelled)).isNotEqualTo(hash(run));
    assertThat(fovea("verify %s --all", relabelled).out())
        .contains("; begins with the other training set of its parent " + run + ", which is ");
    Path without = folder.resolve("without");
    fovea("train --fork %s@6 --leave-out 5 --out %s", run, without).done();
    assertThat(hash(without)).isNotEqualTo(hash(run));
    assertThat(fovea("verify %s --all", without).out()).contains("steps equal to the bit");
    assertThat(fovea("train --fork %s@6 --relabel nothing.png=ring", run).lastError())
        .contains("--relabel: expects a training image, its file or its number below ");
    assertThat(fovea("train --fork %s", run).err())
        .contains("--fork: expects the folder of a run and a step, such as runs/NAME@700");
    assertThat(fovea("train --fork %s@99", run).err())
        .contains("--fork: expects a step from 0 to ");
    assertThat(fovea("train --fork %s@6 --model mlp", run).err())
        .contains(
            "--model: cannot be combined with --fork, which has the network, the seed and the split of its run");
  }

  @Test
  void settingsOfAnotherRun_andRunsInProgress_areRefused() throws IOException {
    try (FolderLock held = new RunFolder(run).lock()) {
      assertThat(held.channel().isOpen()).isTrue();
      assertThat(of("verify").lastError()).endsWith("wait until it has ended");
    }
    edit(RunFolder.CONFIG, "\"lr\" : \"auto\"", "\"lr\" : \"0.3\"");
    assertThat(of("replay --step 3").lastError())
        .contains("config.json are not those of the run: the checkpoint was written with optimizer")
        .endsWith("; restore the file");
  }

  /** As it was written when bits depended on the vector width; its text keeps its length. */
  @ParameterizedTest
  @CsvSource({"verify %s", "replay %s --step 3", "train --resume %s"})
  void run_ofAnEarlierBitVersion_isRefusedAndPredicts(String command) throws IOException {
    edit(RunFolder.CHECKPOINT, "vector, bits 3", "vector 8      ");
    assertThat(fovea(command, run).lastError())
        .endsWith(
            ": the run has bit version 1, this Fovea computes bit version 3, so the last digits would differ; only the Fovea that made the run can resume or verify it, but its model predicts as before, and another training can begin with its weights (fovea train --init-from RUN)");
    fovea("predict %s %s", run, photos.resolve("bar/p0.png")).done();
  }

  /** A checkpoint of another run is passed over, as one that cannot be read. */
  @Test
  void checkpoints_ofAnotherRun_areNotUsed() throws IOException {
    Path other = folder.resolve("other");
    fovea("train --fork %s@0 --lr 0.5 --out %s", run, other).done();
    String shown = of("replay --step 9").out();
    Path foreign = run.resolve("replay/step-8.safetensors");
    Files.copy(other.resolve(RunFolder.CHECKPOINT), foreign, StandardCopyOption.REPLACE_EXISTING);
    Files.writeString(run.resolve("replay/step-7.safetensors"), "no checkpoint");
    assertThat(of("replay --step 9").out()).isEqualTo(shown);
  }

  @Test
  void fork_withNothingLeftToTrain_isRefusedBeforeAFolderIsMade() throws IOException {
    Path nothing = folder.resolve("nothing");
    CommandRun end = fovea("train --fork %s@%s --out %s", run, steps(), nothing);
    assertThat(end.err())
        .contains("--fork: expects steps that are left to train, got the end of 3");
    assertThat(nothing).doesNotExist();
    assertThat(fovea("train --fork nowhere@3").err())
        .contains("--fork: expects the folder of a run, got nowhere, which has no config.json");
    assertThat(fovea("train --fork %s@6 --seed 3", run).exit()).isEqualTo(2);
    assertThat(of("verify --from 99").err()).contains("--from: expects a step from 0 to ");
  }

  private static String hash(Path folder) throws IOException {
    Checkpoint end = Checkpoints.read(folder.resolve(RunFolder.CHECKPOINT)).checkpoint();
    return WeightsHash.of(end.weights());
  }
}
