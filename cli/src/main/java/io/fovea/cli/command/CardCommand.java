package io.fovea.cli.command;

import io.fovea.cli.run.ModelFiles;
import io.fovea.cli.run.RunFolders;
import io.fovea.cli.screen.Console;
import io.fovea.cli.screen.Json;
import io.fovea.cli.train.flags.DataFlags;
import io.fovea.cli.train.flags.LossFlags;
import io.fovea.cli.train.flags.ThreadFlags;
import io.fovea.data.base.DataException;
import io.fovea.data.base.DataSplit;
import io.fovea.kernel.KernelSet;
import io.fovea.loss.Loss;
import io.fovea.metrics.Evaluation;
import io.fovea.network.Network;
import io.fovea.parallel.Workers;
import io.fovea.run.RunFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code fovea card}. */
@Command(
    name = "card",
    description = {
      "Writes a model card of a run in Markdown: model, data, licences, settings, figures of each class, limits, and the command that repeats it.",
      "The best model is tested on the run's test images; if they cannot be opened, the card says so."
    })
final class CardCommand extends ScreenCommand {
  private static final long HELD_OUT_SEED = 42;

  @Parameters(index = "0", paramLabel = "RUN", description = "The folder of a run.")
  private Path run = Path.of("");

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "DATA",
      description = "The present place of the run's data set (default: as recorded).")
  private @Nullable String data;

  @Option(
      names = "--out",
      paramLabel = "FILE.md",
      description = "The file to write (default: print it).")
  private @Nullable Path out;

  @Mixin private final ThreadFlags threadFlags = new ThreadFlags();

  @Mixin private final DataFlags dataFlags = new DataFlags();

  CardCommand(Console screen) {
    super(screen);
  }

  @Override
  public Integer call() throws IOException {
    if (out != null) {
      OutputFiles.requireEnding("--out", out, ".md");
    }
    int threads = threadFlags.count(screen);
    RunFacts facts = RunFacts.of(run);
    Network network = ModelFiles.open(run);
    Optional<DataSplit> split = Optional.empty();
    String problem = "";
    try {
      long seed = RunFolders.seed(run).orElse(HELD_OUT_SEED);
      String place = data != null ? data : facts.dataPlace();
      split = Optional.of(dataFlags.openFor(place, network, screen, seed));
      if (!split.get().test().classes().equals(network.labels())) {
        split = Optional.empty();
        problem = "the images at %s have other classes".formatted(place);
      }
    } catch (DataException missing) {
      problem = String.valueOf(missing.getMessage());
    }
    if (!problem.isEmpty()) {
      screen.say("the card has no test figures: " + problem);
    }
    Optional<Evaluation> test = Optional.empty();
    if (split.isPresent()) {
      try (Workers workers = Workers.of(threads)) {
        Loss loss = LossFlags.ofRun(run, split.get().train());
        test =
            Optional.of(
                Evaluation.of(network, split.get().test(), workers, KernelSet.fastest(), loss));
      }
    }
    String text =
        new ModelCard(
                facts.data(network, split, new RunFolder(run).metrics().epochs(), test),
                facts,
                split,
                problem)
            .markdown();
    if (out != null) {
      OutputFiles.write("card", out, text);
    }
    print(text, test);
    return 0;
  }

  private void print(String text, Optional<Evaluation> test) throws IOException {
    Console to = OutputFiles.about(screen, out == null ? List.of() : List.of(out));
    if (common.json) {
      Map<String, Object> result = new LinkedHashMap<>();
      result.put("run", run.toString());
      test.ifPresent(
          evaluation ->
              result.put(
                  evaluation.multiLabel().isPresent() ? "testMeanAP" : "testAccuracy",
                  evaluation.figure()));
      result.put("card", text);
      to.println(Json.line(result));
    } else if (out != null) {
      to.println("wrote " + out);
    } else {
      screen.out().print(text);
    }
  }
}
