package io.fovea.cli;

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
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A trained network learns something else: a new last layer, and frozen ones before it. */
class FineTuningTest {
  @TempDir Path folder;

  private CommandRun train(Path data, String out, String... more) {
    Stream<String> fixed =
        Stream.of(
            "train",
            data.toString(),
            "--model",
            "pooled",
            "--out",
            folder.resolve(out).toString(),
            "--batch",
            "16");
    return CommandRun.of(Stream.concat(fixed, Stream.of(more)).toList());
  }

  private Weights weights(String run) throws IOException {
    Network network = Models.load(folder.resolve(run).resolve("model.safetensors"));
    return network.weights();
  }

  @Test
  void train_fromWeightsOfAnotherNumberOfClasses_beginsWithANewHead() throws IOException {
    Path digits = SmallData.idxFolder(folder.resolve("digits"), 64);
    Path pictures = SmallData.pictureFolder(folder.resolve("pictures"), 12);
    assertThat(train(digits, "first", "--epochs", "1").exit()).isZero();
    String from = folder.resolve("first/model.safetensors").toString();
    String[] small = {"--image-size", "28x28", "--grayscale", "--epochs", "2"};

    CommandRun misfit =
        train(
            pictures,
            "misfit",
            Stream.concat(Stream.of(small), Stream.of("--init-from", from)).toArray(String[]::new));
    assertThat(misfit.exit()).isEqualTo(1);
    String head = Models.load(Path.of(from)).graph().nodes().getLast().name();
    assertThat(misfit.lastError())
        .contains(
            head + ".weight is ", "to begin with a new last layer, add --init-skip " + head + ".*");
    assertThat(folder.resolve("misfit")).doesNotExist();

    List<String> flags =
        List.of("--init-from", from, "--init-skip", head + ".*", "--freeze", "conv*");
    CommandRun tuned =
        train(
            pictures,
            "second",
            Stream.concat(Stream.of(small), flags.stream()).toArray(String[]::new));
    assertThat(tuned.exit()).as(tuned.err()).isZero();
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
    String[] flags = {
      "--epochs",
      "2",
      "--loss",
      "focal:1.5",
      "--class-weights",
      "balanced",
      "--clip",
      "0.5",
      "--ema",
      "0.99",
      "--accumulate",
      "2",
      "--schedule",
      "plateau:1:0.5",
      "--validation",
      "0.2",
      "--log-every",
      "1"
    };
    CommandRun run = train(digits, "run", flags);
    assertThat(run.exit()).as(run.err()).isZero();
    List<EventReader.Scalar> events =
        EventReader.read(folder.resolve("run").resolve(RunFolder.EVENTS));
    assertThat(events.stream().filter(e -> e.tag().equals("step/loss")))
        .as("80 images in steps of 32, two epochs")
        .hasSize(6);
    assertThat(events.stream().filter(e -> e.step() == 6).map(EventReader.Scalar::tag))
        .containsExactly(
            "step/loss",
            "step/total_loss",
            "step/accuracy",
            "step/learning_rate",
            "loss/train",
            "accuracy/train",
            "loss/validation",
            "accuracy/validation",
            "loss/test",
            "accuracy/test");
    String lines = Files.readString(folder.resolve("run/metrics.jsonl"));
    EventReader.Scalar first = events.getFirst();
    assertThat((float) Json.read(lines.lines().findFirst().orElseThrow()).path("loss").asDouble())
        .isEqualTo(first.value());
  }
}
