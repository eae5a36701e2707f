package io.fovea.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fovea.format.FormatException;
import io.fovea.format.Models;
import io.fovea.http.HttpError;
import io.fovea.inference.Classifier;
import io.fovea.inference.Prediction;
import io.fovea.kernel.KernelSet;
import io.fovea.network.Network;
import io.fovea.serve.model.LoadedModel;
import io.fovea.serve.model.ModelFolder;
import io.fovea.serve.model.ModelRepository;
import io.fovea.serve.model.ModelSource;
import io.fovea.serve.model.ModelVersion;
import io.fovea.tensor.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Models in a folder that changes while they are served. */
@Timeout(60)
class ModelRepositoryTest {
  private static final Network FIRST = Served.network(1);
  private static final Network SECOND = Served.network(2);
  private static final Tensor X = Tensor.zeros(FIRST.graph().input(), 1);

  static {
    Arrays.fill(X.array(), 0.5f);
  }

  @TempDir Path folder;

  private final List<String> reports = Collections.synchronizedList(new ArrayList<>());
  private volatile Runnable listing = () -> {};
  private volatile Runnable reading = () -> {};
  private volatile Runnable warming = () -> {};

  @AutoClose
  private final ModelRepository repository =
      new ModelRepository(new Folder(), classifier -> classifier.batching(8, Duration.ZERO));

  private final class Folder implements ModelSource {
    @Override
    public Map<String, NavigableMap<Integer, List<Path>>> files() throws IOException {
      listing.run();
      return ModelFolder.list(folder);
    }

    @Override
    public Classifier load(Path file) throws IOException {
      reading.run();
      return Classifier.of(Models.load(file), 1, KernelSet.REFERENCE);
    }

    @Override
    public void warmUp(Classifier classifier) {
      warming.run();
    }

    @Override
    public void report(String line) {
      reports.add(line.replace(folder.toString(), "FOLDER"));
    }
  }

  private Path write(Network network, String file) throws IOException {
    Path path = folder.resolve(file);
    Files.createDirectories(path.getParent());
    Models.write(network, path);
    return path;
  }

  /** What is new is loaded at the second look that finds it unchanged. */
  private void lookTwice() {
    repository.check();
    repository.check();
  }

  private static List<Prediction> expected(Network network) {
    try (Classifier classifier = Classifier.of(network, 1, KernelSet.REFERENCE)) {
      return classifier.probabilities(X);
    }
  }

  private List<Prediction> answer(String name, String version) {
    try (LoadedModel model = repository.take("test", name, version)) {
      return model.predictions(model.outputs(X));
    }
  }

  private List<String> versions() {
    return repository.versions().stream().map(v -> v.name() + "/" + v.version()).toList();
  }

  @Test
  void load_folder_findsFilesVersionsAndRuns() throws IOException {
    write(FIRST, "a.safetensors");
    write(FIRST, "b/1/model.safetensors");
    write(SECOND, "b/10/model.safetensors");
    write(SECOND, "c/best.safetensors");
    write(SECOND, "c/checkpoint.safetensors");
    Files.writeString(folder.resolve("notes.txt"), "no model");
    repository.load();
    assertThat(reports).containsExactly("loading 3 models ...");
    assertThat(versions()).containsExactly("a/1", "b/1", "b/10", "c/1");
    assertThat(answer("a", "")).isEqualTo(expected(FIRST));
    assertThat(answer("b", "1")).isEqualTo(expected(FIRST));
    assertThat(answer("b", "")).as("the highest version").isEqualTo(expected(SECOND));
    assertThat(answer("c", "1")).isEqualTo(expected(SECOND));
    assertThat(repository.isReady()).isTrue();
    assertThatThrownBy(() -> repository.take("test", "", ""))
        .isInstanceOf(HttpError.class)
        .hasMessage("test: expects model=NAME with one of: a, b, c");
  }

  @Test
  void load_damagedFile_fails() throws IOException {
    write(FIRST, "a.safetensors");
    Files.write(folder.resolve("b.safetensors"), new byte[100]);
    assertThatThrownBy(repository::load)
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("b.safetensors");
  }

  @Test
  void check_replacedFile_answersFromThenOnAndTheOldOneForWhoHasBegun() throws IOException {
    write(FIRST, "a.safetensors");
    repository.load();
    lookTwice();
    assertThat(reports).as("nothing has changed").isEmpty();
    try (LoadedModel begun = repository.take("test", "a", "")) {
      write(SECOND, "a.safetensors");
      repository.check();
      assertThat(answer("a", "")).as("it may not be complete").isEqualTo(expected(FIRST));
      repository.check();
      assertThat(answer("a", "")).isEqualTo(expected(SECOND));
      assertThat(begun.predictions(begun.outputs(X))).isEqualTo(expected(FIRST));
    }
    assertThat(reports).containsExactly("model a version 1: loaded FOLDER/a.safetensors");
    assertThat(repository.versions().getFirst().loads()).isEqualTo(2);
  }

  @Test
  void check_fileThatIsBeingWritten_isLeftAlone() throws IOException {
    Path file = write(FIRST, "a.safetensors");
    repository.load();
    byte[] whole = Files.readAllBytes(write(SECOND, "other/best.safetensors"));
    for (int length = 10; length < whole.length; length += whole.length / 4) {
      Files.write(file, Arrays.copyOf(whole, length));
      repository.check();
    }
    Files.write(file, whole);
    repository.check();
    assertThat(answer("a", "")).isEqualTo(expected(FIRST));
    assertThat(repository.versions().getFirst().failures()).isZero();
    repository.check();
    assertThat(answer("a", "")).isEqualTo(expected(SECOND));
  }

  @Test
  void check_damagedFile_keepsTheOldModelAndWarnsOnce() throws IOException {
    Path file = write(FIRST, "a.safetensors");
    repository.load();
    byte[] whole = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(whole, whole.length - 7));
    lookTwice();
    lookTwice();
    assertThat(answer("a", "")).isEqualTo(expected(FIRST));
    ModelVersion version = repository.versions().getFirst();
    assertThat(version.isReady()).isTrue();
    assertThat(version.reason()).contains("a.safetensors");
    assertThat(version.failures()).isOne();
    assertThat(reports).hasSize(1);
    assertThat(reports.getFirst())
        .startsWith(
            "model a version 1: FOLDER/a.safetensors cannot be loaded, the old one stays in use: ");
    write(SECOND, "a.safetensors");
    lookTwice();
    assertThat(answer("a", "")).isEqualTo(expected(SECOND));
    assertThat(version.reason()).isEmpty();
  }

  /** Who deploys every few seconds gets models, too: what was read whole is used. */
  @Test
  void check_fileReplacedWhileItsModelWarmsUp_isUsedUntilTheNext() throws IOException {
    Network third = Served.network(3);
    write(FIRST, "a.safetensors");
    repository.load();
    write(SECOND, "a.safetensors");
    warming = () -> writeUnchecked(third);
    lookTwice();
    assertThat(answer("a", "")).isEqualTo(expected(SECOND));
    warming = () -> {};
    reading = () -> writeUnchecked(FIRST);
    lookTwice();
    assertThat(answer("a", "")).as("replaced while it was read").isEqualTo(expected(SECOND));
    assertThat(repository.versions().getFirst().failures()).isZero();
    reading = () -> {};
    lookTwice();
    assertThat(answer("a", "")).isEqualTo(expected(FIRST));
  }

  private void writeUnchecked(Network network) {
    try {
      write(network, "a.safetensors");
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private static final String BOTH =
      "%s and %s are both version 1 of the model a; rename one of them";

  @Test
  void load_twoFilesOfOneName_fails() throws IOException {
    Path other = write(FIRST, "a/1/model.safetensors");
    Path file = write(FIRST, "a.safetensors");
    assertThatThrownBy(repository::load)
        .isInstanceOf(FormatException.class)
        .hasMessage("serve: " + BOTH.formatted(other, file));
  }

  @Test
  void check_twoFilesOfOneName_keepsThatModelAndReloadsTheOthers() throws IOException {
    Path file = write(FIRST, "a.safetensors");
    write(FIRST, "b.safetensors");
    repository.load();
    reports.clear();
    write(SECOND, "a/1/model.safetensors");
    write(SECOND, "b.safetensors");
    lookTwice();
    lookTwice();
    assertThat(answer("b", "")).isEqualTo(expected(SECOND));
    assertThat(answer("a", "")).isEqualTo(expected(FIRST));
    ModelVersion version = repository.versions().getFirst();
    String both = BOTH.formatted("FOLDER/a/1/model.safetensors", "FOLDER/a.safetensors");
    assertThat(version.reason().replace(folder.toString(), "FOLDER")).isEqualTo("serve: " + both);
    assertThat(reports)
        .containsExactly(
            "models: model a version 1 is not reloaded: serve: " + both,
            "model b version 1: loaded FOLDER/b.safetensors");
    Files.delete(file);
    lookTwice();
    assertThat(answer("a", "")).isEqualTo(expected(SECOND));
    assertThat(version.reason()).isEmpty();
  }

  /** An error of the JDK or of a bug, in one model and in the round, ends no thread. */
  @Test
  void watch_errors_areReportedAndSurvived() throws Exception {
    write(FIRST, "a.safetensors");
    repository.load();
    reading =
        () -> {
          throw new NoClassDefFoundError("io/fovea/Missing");
        };
    write(SECOND, "a.safetensors");
    repository.watch(Duration.ofMillis(2));
    String problem =
        "internal error, please report it: java.lang.NoClassDefFoundError: io/fovea/Missing";
    ModelVersion version = repository.versions().getFirst();
    until(() -> version.reason().equals(problem));
    reading = () -> {};
    listing =
        () -> {
          throw new StackOverflowError("deep");
        };
    String round = "internal error, please report it: java.lang.StackOverflowError: deep";
    until(() -> version.reason().equals(round));
    assertThat(reports).contains("models: nothing is reloaded: " + round);
    listing = () -> {};
    write(FIRST, "a.safetensors");
    until(() -> version.reason().isEmpty());
    assertThat(answer("a", "")).isEqualTo(expected(FIRST));
  }

  private static void until(BooleanSupplier done) throws InterruptedException {
    while (!done.getAsBoolean()) {
      Thread.sleep(2);
    }
  }

  @Test
  void check_newVersion_becomesTheDefaultAndGoesWithItsFile() throws IOException {
    write(FIRST, "a/1/model.safetensors");
    repository.load();
    Path second = write(SECOND, "a/2/model.safetensors");
    repository.check();
    assertThat(versions()).as("not before it is loaded").containsExactly("a/1");
    repository.check();
    assertThat(versions()).containsExactly("a/1", "a/2");
    assertThat(answer("a", "")).isEqualTo(expected(SECOND));
    assertThat(answer("a", "1")).isEqualTo(expected(FIRST));
    try (LoadedModel begun = repository.take("test", "a", "2")) {
      Files.delete(second);
      repository.check();
      assertThat(versions()).as("it may be replaced").containsExactly("a/1", "a/2");
      repository.check();
      assertThat(versions()).containsExactly("a/1");
      assertThat(begun.predictions(begun.outputs(X))).isEqualTo(expected(SECOND));
    }
    assertThat(answer("a", "")).isEqualTo(expected(FIRST));
    assertThatThrownBy(() -> repository.take("test", "a", "2"))
        .isInstanceOf(HttpError.class)
        .hasMessage("test: the model has no version \"2\", but: [1]");
    assertThat(reports)
        .containsExactly(
            "model a version 2: loaded FOLDER/a/2/model.safetensors",
            "model a version 2: removed, since its file is gone");
  }

  @Test
  void check_newDamagedModel_isNotReadyAndLeavesTheOthers() throws IOException {
    write(FIRST, "a.safetensors");
    repository.load();
    Files.write(folder.resolve("b.safetensors"), new byte[100]);
    lookTwice();
    assertThat(repository.isReady()).isFalse();
    assertThat(answer("a", "")).isEqualTo(expected(FIRST));
    assertThatThrownBy(() -> repository.take("test", "b", ""))
        .isInstanceOf(HttpError.class)
        .hasMessageStartingWith("test: model b version 1 is not loaded: ");
  }

  @Test
  void check_damagedNewVersion_leavesTheOlderOneTheDefault() throws IOException {
    write(FIRST, "a/1/model.safetensors");
    repository.load();
    Path second = folder.resolve("a/2/model.safetensors");
    Files.createDirectories(second.getParent());
    Files.write(second, new byte[100]);
    lookTwice();
    assertThat(versions()).containsExactly("a/1", "a/2");
    assertThat(answer("a", "")).isEqualTo(expected(FIRST));
    assertThat(repository.isReady()).isTrue();
  }

  @Test
  void check_emptyFolder_keepsAllAndWarnsOnce() throws IOException {
    Path file = write(FIRST, "a.safetensors");
    repository.load();
    Files.delete(file);
    lookTwice();
    lookTwice();
    assertThat(answer("a", "")).isEqualTo(expected(FIRST));
    assertThat(reports)
        .containsExactly(
            "models: nothing is reloaded: serve: the folder FOLDER has no model; it must contain a run folder, NAME.safetensors, NAME.onnx or NAME/VERSION/model.safetensors");
    assertThat(repository.versions().getFirst().reason()).contains(" has no model; ");
  }

  /** Loads take a while; what is loaded or gone is not to wait for those of other models. */
  @Test
  void check_manyChanges_takeEffectOneByOne() throws IOException {
    write(FIRST, "b/1/model.safetensors");
    Path gone = write(FIRST, "z.safetensors");
    repository.load();
    Files.move(folder.resolve("b/1"), folder.resolve("b/2"));
    Files.delete(gone);
    write(FIRST, "a.safetensors");
    repository.check();
    List<List<String>> whileReading = new ArrayList<>();
    reading = () -> whileReading.add(versions());
    repository.check();
    assertThat(whileReading)
        .as("b/1 answers until b/2 does")
        .containsExactly(List.of("b/1"), List.of("a/1", "b/1"));
    assertThat(versions()).containsExactly("a/1", "b/2");
  }
}
