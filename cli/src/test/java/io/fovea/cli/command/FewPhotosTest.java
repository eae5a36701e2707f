package io.fovea.cli.command;

import static io.fovea.cli.CommandRun.fovea;
import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.cli.CommandRun;
import io.fovea.cli.SmallData;
import io.fovea.format.Models;
import io.fovea.network.Graph;
import io.fovea.network.Initializer;
import io.fovea.network.Network;
import io.fovea.network.Weights;
import io.fovea.network.Zoo;
import io.fovea.preprocessing.Preprocessing;
import io.fovea.tensor.Shape;
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
    Path all = SmallData.pictureFolder(folder.resolve("all"), 2);
    for (String shape : List.of("bar", "cross")) {
      move(all.resolve(shape).resolve("p0.png"), folder.resolve("photos/train").resolve(shape));
      move(all.resolve(shape).resolve("p1.png"), folder.resolve("photos/test").resolve(shape));
    }
    Graph graph = Zoo.RESNET8.graph(Shape.of(3, 20, 20), 10);
    Network network =
        Network.of(
            graph,
            Weights.initial(graph, Initializer.he(), 1),
            Preprocessing.unit(3, Preprocessing.Background.MIXED),
            List.of("a", "b", "c", "d", "e", "f", "g", "h", "i", "j"));
    Models.write(network, folder.resolve("backbone.safetensors"));
  }

  private static void move(Path file, Path into) throws IOException {
    Files.createDirectories(into);
    Files.move(file, into.resolve(file.getFileName()));
  }

  private CommandRun train(String flags) {
    return fovea(
        "train %s --model resnet8 --out %s --pretrained %s " + flags,
        folder.resolve("photos"),
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
