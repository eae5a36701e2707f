package io.fovea.cli.command.use;

import io.fovea.cli.run.RunFolders;
import io.fovea.cli.screen.Console;
import io.fovea.cli.screen.UsageException;
import io.fovea.cli.train.flags.TrainFlags;
import io.fovea.data.augment.Pipeline;
import io.fovea.dataset.Augmentation;
import io.fovea.inference.TestTimeAugmentation;
import io.fovea.network.Network;
import io.fovea.tensor.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The flag for test-time augmentation of commands that classify pictures. */
final class ViewFlags {
  private static final int MOST = 1000;

  @Option(
      names = "--tta",
      paramLabel = "N",
      description =
          "Test-time augmentation: the mean over N views of each picture, the first unchanged; crops, and flips if the run MODEL was trained with flips (default: 1).")
  private int views = 1;

  int count() {
    if (views < 1 || views > MOST) {
      throw new UsageException(
          "--tta: expects a whole number from 1 to %,d, got %d".formatted(MOST, views));
    }
    return views;
  }

  /**
   * The views, if there are more than the picture itself; prints them on the screen.
   *
   * @param model the network's origin: a run folder gives the kind of views
   */
  Optional<TestTimeAugmentation> views(Path model, Network network, long seed, Console screen)
      throws IOException {
    if (count() == 1) {
      return Optional.empty();
    }
    Shape shape = network.graph().input();
    if (shape.rank() != 3) {
      throw new UsageException(
          "--tta: needs a model for pictures, got one for inputs of shape "
              + shape
              + "; leave it out");
    }
    Pipeline trained = TrainFlags.AUGMENT.parse(RunFolders.flag(model, "augment").orElse("none"));
    List<Augmentation> all = trained.views(views, shape);
    screen.say(
        "test-time augmentation: the mean over %d views, the picture itself and %s"
            .formatted(
                views,
                String.join(
                    " or ", all.stream().skip(1).map(Augmentation::text).distinct().toList())));
    return Optional.of(new TestTimeAugmentation(all, seed));
  }
}
