package io.fovea.cli.command;

import static io.fovea.cli.CommandRun.fovea;
import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.cli.CommandRun;
import io.fovea.cli.TransferProgramTest;
import io.fovea.format.Models;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pretrained networks for two classes with one training photo each. */
class FewPhotosTest {
  @TempDir Path folder;

  @BeforeEach
  void photosAndBackbone() throws IOException {
    TransferProgramTest.photosAndBackbone(folder);
    for (String shape : List.of("bar", "cross")) {
      Path all = folder.resolve("photos").resolve(shape);
      move(all.resolve("p0.png"), folder.resolve("few/train").resolve(shape));
      move(all.resolve("p1.png"), folder.resolve("few/test").resolve(shape));
    }
  }

  private static void move(Path file, Path into) throws IOException {
    Files.createDirectories(into);
    Files.move(file, into.resolve(file.getFileName()));
  }

  private CommandRun train(String flags) {
    return fovea(
        "train %s --model resnet8 --out %s --pretrained %s " + flags,
        folder.resolve("few"),
        folder.resolve("run"),
        folder.resolve("backbone.safetensors"));
  }

  private void assertTrained(CommandRun run) throws IOException {
    run.done();
    assertThat(Models.load(folder.resolve("run/model.safetensors")).labels())
        .containsExactly("bar", "cross");
  }

  @Test
  void train_recipePhotosOfOnePhotoAClass_trainsAndWarnsOfTheValidation() throws IOException {
    CommandRun run = train("--recipe photos --fine-tune 2");
    assertTrained(run);
    assertThat(run.err())
        .contains(
            "2 of 2 classes have a single training photo: where it is held out, nothing was learned"
                + " of its class, so validation accuracy is too low; give 2 or more of each class")
        .contains("chosen: ")
        .contains("training on all 2 photos");
  }

  @Test
  void train_pretrainedOfOnePhoto_takesTheDefaultPenalty() throws IOException {
    CommandRun run = train("--augment none --limit 1");
    assertTrained(run);
    assertThat(run.err())
        .contains("last layer: fitted to 64 features of 1 photos in ")
        .contains("; penalty C = 1.0, the default: too few photos to choose it")
        .contains("1 of 2 classes have a single training photo");
  }
}
