package io.fovea.cli.train.flags;

import io.fovea.cli.screen.Console;
import io.fovea.cli.screen.UsageException;
import io.fovea.data.DataSets;
import io.fovea.data.base.DataOptions;
import io.fovea.data.base.DataSplit;
import io.fovea.data.base.ImageSize;
import io.fovea.network.Network;
import io.fovea.tensor.Shape;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Flags of commands that open a data set. */
public final class DataFlags {
  private static final List<Flag<?>> IMAGES =
      List.of(TrainFlags.IMAGE_SIZE, TrainFlags.GRAYSCALE, TrainFlags.SKIP_BROKEN);

  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec spec;

  @Mixin private final DataDirFlag dataDir = new DataDirFlag();

  @SuppressWarnings("UnusedVariable") // read through the command line's parse result
  @Mixin
  private final CommandSpec images = FlagTable.spec(IMAGES);

  /** The options for a command that has no model yet. */
  public DataOptions options(Console screen, long seed) {
    DataOptions options = given().images().withSeed(seed).withReporter(screen::say);
    return dataDir.folder().map(options::withDataDir).orElse(options);
  }

  private Settings given() {
    Map<String, String> given =
        TrainFlags.given(Objects.requireNonNull(spec).commandLine().getParseResult());
    given.keySet().retainAll(IMAGES.stream().map(Flag::name).toList());
    return Settings.of(given);
  }

  /** Opens a set with a model's size, colours, framing and classes. The flags may repeat these. */
  public DataSplit openFor(String data, Network model, Console screen, long seed)
      throws IOException {
    Shape input = model.graph().input();
    ImageSize own = new ImageSize(input.size(2), input.size(1));
    boolean grey = input.size(0) == 1;
    Settings given = given();
    Optional<ImageSize> asked = given.get(TrainFlags.IMAGE_SIZE);
    if (asked.isPresent() && !asked.get().equals(own)) {
      throw new UsageException(
          "image-size",
          "the model expects images of %dx%d, got %s; leave it out"
              .formatted(own.width(), own.height(), given.text(TrainFlags.IMAGE_SIZE)));
    }
    if (given.get(TrainFlags.GRAYSCALE) && !grey) {
      throw new UsageException("grayscale", "the model expects colour images; leave it out");
    }
    DataOptions options =
        options(screen, seed)
            .withImageSize(own)
            .withChannels(input.size(0))
            .withFraming(model.preprocessing().framing())
            .withClasses(model.labels());
    return DataSets.open(data, options);
  }
}
