package io.fovea.cli;

import static io.fovea.cli.CommandRun.words;
import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.cli.run.EventReader;
import io.fovea.cli.screen.Json;
import io.fovea.format.Models;
import io.fovea.network.Network;
import io.fovea.network.Weights;
import io.fovea.run.RunFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A trained network learns something else: a new last layer, and frozen ones before it. */
@Tag("widths")
class FineTuningTest {
  @TempDir Path folder;

  private CommandRun train(Path data, String out, String line, Object... values) {
    List<String> args =
        words("train %s --model pooled --out %s --batch 16", data, folder.resolve(out));
    args.addAll(words(line, values));
    return CommandRun.of(args);
  }

  private Weights weights(String run) throws IOException {
    Network network = Models.load(folder.resolve(run).resolve("model.safetensors"));
    return network.weights();
  }

  @Test
  void train_fromWeightsOfAnotherNumberOfClasses_beginsWithANewHead() throws IOException {
    Path digits = SmallData.idxFolder(folder.resolve("digits"), 64);
    Path pictures = SmallData.pictureFolder(folder.resolve("pictures"), 12);
    train(digits, "first", "--epochs 1").done();
    String from = folder.resolve("first/model.safetensors").toString();
    String small = "--image-size 28x28 --grayscale --epochs 2 --init-from %s ";

    CommandRun misfit = train(pictures, "misfit", small, from);
    assertThat(misfit.exit()).isEqualTo(1);
    String head = Models.load(Path.of(from)).graph().nodes().getLast().name();
    assertThat(misfit.lastError())
        .contains(
            head + ".weight is ", "to begin with a new last layer, add --init-skip " + head + ".*");
    assertThat(folder.resolve("misfit")).doesNotExist();

    train(pictures, "second", small + "--init-skip %s.* --freeze conv*", from, head).done();
    Weights before = weights("first");
    Weights after = weights("second");
    assertThat(after.shape(head + ".bias").elements()).isEqualTo(3);
    for (String name : before.names()) {
      if (!name.startsWith(head)) {
        assertThat(same(before, after, name)).as(name).isEqualTo(name.startsWith("conv"));
      }
    }
    assertThat(Files.readString(folder.resolve("second/config.json")))
        .contains("\"freeze\" : \"conv*\"");
  }

  private static boolean same(Weights a, Weights b, String name) {
    return java.util.Arrays.equals(a.values(name), b.values(name));
  }

  @Test
  void train_withEveryKindOfUpdate_writesModelAndEvents() throws IOException {
    Path digits = SmallData.idxFolder(folder.resolve("digits"), 100);
    train(
            digits,
            "run",
            "--epochs 2 --class-weights balanced --clip 0.5 --ema 0.99 --accumulate 2"
                + " --schedule plateau:1:0.5 --validation 0.2 --log-every 1")
        .done();
    List<EventReader.Scalar> events =
        EventReader.read(folder.resolve("run").resolve(RunFolder.EVENTS));
    assertThat(events.stream().filter(e -> e.tag().equals("step/loss")))
        .as("80 images in steps of 32, two epochs")
        .hasSize(6);
    assertThat(events.stream().filter(e -> e.step() == 6).map(EventReader.Scalar::tag))
        .containsExactly(
            "step/loss step/total_loss step/accuracy step/learning_rate loss/train accuracy/train loss/validation accuracy/validation loss/test accuracy/test"
                .split(" ", -1));
    String lines = Files.readString(folder.resolve("run/metrics.jsonl"));
    EventReader.Scalar first = events.getFirst();
    assertThat((float) Json.read(lines.lines().findFirst().orElseThrow()).path("loss").asDouble())
        .isEqualTo(first.value());
  }
}
