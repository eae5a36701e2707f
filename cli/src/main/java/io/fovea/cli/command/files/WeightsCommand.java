package io.fovea.cli.command.files;

import io.fovea.cli.command.base.CommandGroup;
import io.fovea.cli.screen.CommonFlags;
import io.fovea.cli.screen.Console;
import io.fovea.cli.screen.Json;
import io.fovea.data.PretrainedWeights;
import io.fovea.data.base.DataException;
import io.fovea.data.base.DataOptions;
import io.fovea.file.Table;
import java.util.LinkedHashMap;
import java.util.Map;
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
    if (common.json) {
      Map<String, Object> result = new LinkedHashMap<>();
      result.put("cache", PretrainedWeights.cache().toString());
      result.put("weights", PretrainedWeights.named().stream().map(WeightsCommand::facts).toList());
      screen.println(Json.line(result));
      return 0;
    }
    Table table = new Table(4, "name", "here", "licence", "what");
    for (PretrainedWeights.Named weights : PretrainedWeights.named()) {
      table.row(
          weights.name(),
          weights.cached() ? "yes" : "no",
          weights.licence(),
          weights.description());
    }
    screen.out().print(table);
    screen.println("cache: " + PretrainedWeights.cache());
    return 0;
  }

  private static Map<String, Object> facts(PretrainedWeights.Named weights) {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("name", weights.name());
    facts.put("description", weights.description());
    facts.put("licence", weights.licence());
    facts.put("copyright", weights.copyright());
    facts.put("cached", weights.cached());
    return facts;
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
    PretrainedWeights.Named listing = fetched.weights();
    if (common.json) {
      Map<String, Object> facts = facts(listing);
      facts.put("file", fetched.file().toString());
      facts.put("licenceFile", fetched.licence().toString());
      screen.println(Json.line(facts));
      return 0;
    }
    screen.println("%s: %s".formatted(name, fetched.file()));
    screen.println(
        "licence: %s, %s; text: %s"
            .formatted(listing.licence(), listing.copyright(), fetched.licence()));
    return 0;
  }
}
