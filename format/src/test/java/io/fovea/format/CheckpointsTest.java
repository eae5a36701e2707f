package io.fovea.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fovea.data.base.PixelDataset;
import io.fovea.dataset.Dataset;
import io.fovea.dataset.Framing;
import io.fovea.format.tensors.RawFile;
import io.fovea.network.Initializer;
import io.fovea.network.Network;
import io.fovea.network.Weights;
import io.fovea.optim.Adam;
import io.fovea.optim.Optimizer;
import io.fovea.optim.Sgd;
import io.fovea.tensor.Shape;
import io.fovea.train.Checkpoint;
import io.fovea.train.EpochReport;
import io.fovea.train.Listener;
import io.fovea.train.StepReport;
import io.fovea.train.Trainer;
import io.fovea.train.Training;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

@Tag("widths")
class CheckpointsTest {
  @TempDir Path folder;

  private Path written() throws FormatException {
    Path file = folder.resolve("checkpoint.safetensors");
    Checkpoints.write(ExampleRuns.checkpoint(), ExampleRuns.network(), file);
    return file;
  }

  @Test
  void roundTrip_numbersThatAreHardToWrite_keepTheirBits() throws FormatException {
    Checkpoint expected = ExampleRuns.checkpoint();

    Checkpoint read = Checkpoints.read(written()).checkpoint();

    // Records compare doubles by their bits (Double.compare), so 0.0 and -0.0 differ and NaN is
    // NaN.
    assertThat(read.position()).isEqualTo(expected.position());
    assertThat(read.history()).isEqualTo(expected.history());
    assertThat(read.optimizer()).isEqualTo(expected.optimizer());
    assertThat(read.seed()).isEqualTo(expected.seed());
    assertThat(read.data()).isEqualTo(expected.data());
    assertThat(read.kernels()).isEqualTo(expected.kernels());
    assertThat(read.settings()).isEqualTo(expected.settings());
    for (String name : expected.weights().names()) {
      float[] average = expected.average().orElseThrow().values(name);
      assertThat(read.average().orElseThrow().values(name)).isEqualTo(average);
      float[] best = expected.best().orElseThrow().values(name);
      assertThat(read.best().orElseThrow().values(name)).isEqualTo(best);
    }
    assertThat(read.slots().keySet()).containsExactlyElementsOf(expected.slots().keySet());
    expected
        .slots()
        .forEach((name, values) -> assertThat(read.slots().get(name)).isEqualTo(values));
    for (String name : expected.weights().names()) {
      assertThat(read.weights().values(name)).isEqualTo(expected.weights().values(name));
    }
  }

  @Test
  void write_sameCheckpointTwice_givesTheSameBytes() throws IOException {
    byte[] first = Files.readAllBytes(written());
    Path second = folder.resolve("second.safetensors");
    SavedRun run = Checkpoints.read(folder.resolve("checkpoint.safetensors"));

    Checkpoints.write(run.checkpoint(), run.network(), second);

    assertThat(Files.readAllBytes(second)).isEqualTo(first);
  }

  @Test
  void load_checkpointAsAModel_works() throws FormatException {
    assertThat(Models.load(written()).weights().values("dense2.bias"))
        .isEqualTo(ExampleRuns.checkpoint().weights().values("dense2.bias"));
  }

  static Stream<Optimizer> optimizers() {
    return Stream.of(
        Sgd.of(0.05f), Sgd.of(0.05f).momentum(0.9f), Adam.of(0.01f), Adam.decoupled(0.01f, 0.1f));
  }

  @ParameterizedTest
  @MethodSource("optimizers")
  void resume_fromAFileInTheMiddleOfAnEpoch_endsWithTheSameBits(Optimizer optimizer)
      throws FormatException {
    Network whole = network();
    List<EpochReport> expected = trainer(whole, optimizer).fit(blobs()).epochs();

    Path file = folder.resolve("checkpoint.safetensors");
    trainer(network(), optimizer)
        .listener(
            new Listener() {
              @Override
              public void onStep(Training training, StepReport step) {
                if (step.step() == 7) {
                  try {
                    Checkpoints.write(training.checkpoint(), training.network(), file);
                  } catch (FormatException failure) {
                    throw new UncheckedIOException(failure);
                  }
                  training.stop();
                }
              }
            })
        .fit(blobs());
    SavedRun saved = Checkpoints.read(file);
    Network resumed = saved.network();
    List<EpochReport> epochs =
        trainer(resumed, optimizer).resume(saved.checkpoint()).fit(blobs()).epochs();

    for (String name : whole.weights().names()) {
      assertThat(resumed.weights().values(name)).isEqualTo(whole.weights().values(name));
    }
    assertThat(epochs.stream().map(CheckpointsTest::withoutTime))
        .isEqualTo(expected.stream().map(CheckpointsTest::withoutTime).toList());
  }

  private static EpochReport withoutTime(EpochReport epoch) {
    return new EpochReport(
        epoch.epoch(),
        epoch.step(),
        epoch.trainLoss(),
        epoch.trainAccuracy(),
        epoch.validation(),
        epoch.test(),
        0);
  }

  private static Network network() {
    return Network.input(1, 4, 4)
        .conv2d(3, 3)
        .batchNorm2d()
        .relu()
        .flatten()
        .dropout(0.2)
        .dense(2)
        .build(Initializer.he(), 3);
  }

  private static Trainer trainer(Network network, Optimizer optimizer) {
    return Trainer.of(network)
        .optimizer(optimizer)
        .epochs(3)
        .batchSize(4)
        .seed(42)
        .threads(2)
        .test(blobs());
  }

  /** Eighteen small images: bright above, or bright below. */
  private static Dataset blobs() {
    byte[][] images = new byte[18][16];
    int[] labels = new int[18];
    for (int n = 0; n < 18; n++) {
      labels[n] = n % 2;
      for (int i = 0; i < 16; i++) {
        boolean bright = (i < 8) == (labels[n] == 0);
        images[n][i] = (byte) ((bright ? 160 : 40) + (n * 31 + i * 17) % 60);
      }
    }
    return new PixelDataset(
        "blobs",
        Shape.of(1, 4, 4),
        List.of("above", "below"),
        images,
        labels,
        null,
        Framing.STRETCH);
  }

  private static Checkpoint with(Weights weights) {
    Checkpoint base = ExampleRuns.checkpoint();
    return new Checkpoint(
        weights,
        base.optimizer(),
        base.slots(),
        base.position(),
        base.seed(),
        base.data(),
        base.kernels(),
        base.history(),
        Map.of(),
        Optional.empty(),
        Optional.empty());
  }

  @Test
  void read_anyCheckpoint_hasItsNetworkWithTheCheckpointsWeights() throws FormatException {
    Network trained = ExampleRuns.network();
    Weights later = Weights.initial(trained.graph(), Initializer.he(), 1234);
    Path file = folder.resolve("checkpoint.safetensors");
    Checkpoints.write(with(later), trained, file);

    Network read = Checkpoints.read(file).network();

    assertThat(read.graph().nodes()).isEqualTo(trained.graph().nodes());
    assertThat(read.labels()).isEqualTo(trained.labels());
    assertThat(read.preprocessing()).isEqualTo(trained.preprocessing());
    assertThat(read.weights().values("conv1.weight")).isEqualTo(later.values("conv1.weight"));
  }

  @Test
  void write_slotOfAnotherNetwork_isRefused() {
    Network other = network();
    Checkpoint mixed = with(other.weights());

    assertThatThrownBy(
            () -> Checkpoints.write(mixed, other, folder.resolve("checkpoint.safetensors")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "checkpoint: the slot \"conv2.weight/velocity\" belongs to no weight of the network; give the network in training");
  }

  @Test
  void read_modelInsteadOfCheckpoint_isRefused() throws FormatException {
    Path file = folder.resolve("model.safetensors");
    Models.write(ExampleRuns.network(), file);

    assertThatThrownBy(() -> Checkpoints.read(file))
        .isInstanceOf(FormatException.class)
        .hasMessage(
            "model.safetensors: read: is no checkpoint (metadata fovea.checkpoint is missing); give the run's checkpoint.safetensors");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "\\\"version\\\":2|\\\"version\\\":3|has version 3, but this Fovea reads version 2; resume with the Fovea that wrote it, or start a new run",
        "\\\"version\\\":2|\\\"version\\\":1|has version 1, but this Fovea reads version 2; resume with the Fovea that wrote it, or start a new run",
        "\\\"seed\\\":|\\\"sead\\\":|\"sead\" is unknown; did you mean \"seed\"? Expected are format, version, optimizer, seed, data, kernels, position, history, settings",
        "\\\"stepInEpoch\\\":34|\\\"stepInEpoch\\\":-4|position: \"stepInEpoch\" expects a whole number from 0, got -4",
        "\\\"loss\\\":1.0E-300|\\\"loss\\\":\\\"little\\\"|epoch 2: test: \"loss\" expects a number, got \"little\""
      })
  void read_changedFacts_isRefused(String from, String to, String message) throws IOException {
    byte[] bytes = Files.readAllBytes(written());
    int length = (int) RawFile.little(bytes).getLong(0);
    String header =
        new String(bytes, 8, length, StandardCharsets.UTF_8)
            .replace("fovea.network\\\",\\\"version", "fovea.network\\\",\\\"Version");
    int at = header.indexOf(from);
    assertThat(at).isPositive();
    String changed = header.substring(0, at) + to + header.substring(at + from.length());
    byte[] text = changed.replace("\\\"Version", "\\\"version").getBytes(StandardCharsets.UTF_8);
    Files.write(
        folder.resolve("checkpoint.safetensors"),
        RawFile.bytes(text.length, text, Arrays.copyOfRange(bytes, 8 + length, bytes.length)));

    assertThatThrownBy(() -> Checkpoints.read(folder.resolve("checkpoint.safetensors")))
        .isInstanceOf(FormatException.class)
        .hasMessage("checkpoint.safetensors: read: fovea.checkpoint: " + message);
  }

  @Test
  void read_averagedWeightsOfAnotherNetwork_areRefused() throws IOException {
    byte[] bytes = Files.readAllBytes(written());
    String all = new String(bytes, StandardCharsets.ISO_8859_1);
    Files.write(
        folder.resolve("checkpoint.safetensors"),
        all.replace("average/dense1.bias", "average/dense9.bias")
            .getBytes(StandardCharsets.ISO_8859_1));

    assertThatThrownBy(() -> Checkpoints.read(folder.resolve("checkpoint.safetensors")))
        .isInstanceOf(FormatException.class)
        .hasMessageStartingWith(
            "checkpoint.safetensors: read: average/: weights: dense1.bias (5) is missing")
        .hasMessageEndingWith("; the file was edited, use another checkpoint");
  }
}
