package io.fovea.serve;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.format.Models;
import io.fovea.inference.Classifier;
import io.fovea.kernel.KernelSet;
import io.fovea.serve.model.ModelSource;
import io.fovea.serve.model.ModelVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A version says why the present content of its file is not in use. */
class ModelVersionTest {
  @TempDir Path folder;

  private final List<String> reports = new ArrayList<>();
  private final ModelVersion version =
      new ModelVersion("a", 1, new Source(), classifier -> classifier.batching(8, Duration.ZERO));

  private final class Source implements ModelSource {
    @Override
    public Map<String, NavigableMap<Integer, List<Path>>> files() {
      return Map.of();
    }

    @Override
    public Classifier load(Path file) throws IOException {
      return Classifier.of(Models.load(file), 1, KernelSet.REFERENCE);
    }

    @Override
    public void report(String line) {
      reports.add(line.replace(folder.toString(), "FOLDER"));
    }
  }

  @BeforeEach
  void load() throws IOException {
    version.load(List.of(write(1)));
  }

  @AfterEach
  void retire() {
    version.retire();
  }

  private Path write(int seed) throws IOException {
    Path file = folder.resolve("a.safetensors");
    Models.write(Served.network(seed), file);
    return file;
  }

  @Test
  void check_fileThatKeepsChanging_isSaidOnceUntilItIsLoaded() throws IOException {
    Path file = write(1);
    for (int i = 0; i < 4; i++) { // as while a large file is copied
      version.check(List.of(write(2)));
    }
    assertThat(version.reason()).isEmpty();
    for (int i = 0; i < 4; i++) {
      version.check(List.of(write(2)));
    }
    assertThat(version.reason()).isEqualTo("its file keeps changing");
    assertThat(reports)
        .containsExactly("models: model a version 1 is not reloaded: its file keeps changing");
    version.check(List.of(file));
    assertThat(version.reason()).isEmpty();
    assertThat(version.loads()).isEqualTo(2);
  }

  /** As when a single model is served, which is not removed with its file. */
  @Test
  void check_fileThatIsGone_isSaidAfterTheSecondLook() throws IOException {
    Path file = write(1);
    Files.delete(file);
    version.check(List.of(file));
    assertThat(version.reason()).as("it may be being replaced").isEmpty();
    version.check(List.of(file));
    version.check(List.of(file));
    assertThat(version.reason()).isEqualTo("its file is gone");
    assertThat(reports)
        .containsExactly("models: model a version 1 is not reloaded: its file is gone");
    assertThat(version.isReady()).isTrue();
  }

  /** Its own text is the path alone. */
  @Test
  void problem_ofAMissingFolder_saysThatItIsMissing() {
    assertThat(ModelVersion.problem(new NoSuchFileException("models")))
        .isEqualTo("models: there is no such file or folder");
  }
}
