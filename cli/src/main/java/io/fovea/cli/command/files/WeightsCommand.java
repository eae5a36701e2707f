package io.fovea.cli.command.files;

import io.fovea.cli.command.base.CommandGroup;
import io.fovea.cli.screen.CommonFlags;
import io.fovea.cli.screen.Console;
import io.fovea.cli.screen.Json;
import io.fovea.data.PretrainedWeights;
import io.fovea.data.base.DataException;
import io.fovea.data.base.DataOptions;
import io.fovea.file.Table;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code fovea weights}: list, fetch. */
@Command(name = "weights", description = "Pretrained weights: list the named ones, download one.")
public final class WeightsCommand extends CommandGroup {
  public WeightsCommand(Console screen) {
    super(screen);
  }

  @Command(name = "list", description = "Lists the named weights.")
  int list(@Mixin CommonFlags common) {
    common.show(
        screen, new Listed(PretrainedWeights.cache(), PretrainedWeights.named()), this::print);
    return 0;
  }

  private record Listed(Path cache, List<PretrainedWeights.Named> weights) {}

  private void print(Listed result) {
    Table table = new Table(4, "name", "here", "licence", "what");
    for (PretrainedWeights.Named weights : result.weights) {
      table.row(
          weights.name(),
          weights.cached() ? "yes" : "no",
          weights.licence(),
          weights.description());
    }
    screen.out().print(table);
    screen.println("cache: " + result.cache);
  }

  @Command(
      name = "fetch",
      description = "Downloads weights and their licence into the cache, checked by SHA-256.")
  int fetch(
      @Parameters(paramLabel = "NAME", description = "A name of fovea weights list.") String name,
      @Mixin CommonFlags common)
      throws DataException {
    PretrainedWeights.Fetched fetched =
        PretrainedWeights.fetch(name, DataOptions.standard().withReporter(screen::say));
    common.show(
        screen, new Downloaded(fetched.weights(), fetched.file(), fetched.licence()), this::print);
    return 0;
  }

  private record Downloaded(
      @Json.Inline PretrainedWeights.Named weights, Path file, Path licenceFile) {}

  private void print(Downloaded result) {
    PretrainedWeights.Named own = result.weights;
    screen.println("%s: %s".formatted(own.name(), result.file));
    screen.println(
        "licence: %s, %s; text: %s".formatted(own.licence(), own.copyright(), result.licenceFile));
  }
}
