package io.fovea.cli.command.use;

import io.fovea.cli.command.base.InputWarning;
import io.fovea.cli.command.base.ModelArgument;
import io.fovea.cli.command.base.Pictures;
import io.fovea.cli.command.base.PreprocessingFlags;
import io.fovea.cli.command.base.ScreenCommand;
import io.fovea.cli.report.NumberFormats;
import io.fovea.cli.run.ModelFiles;
import io.fovea.cli.run.RunFolders;
import io.fovea.cli.screen.Console;
import io.fovea.cli.screen.Json;
import io.fovea.cli.screen.UsageException;
import io.fovea.cli.train.flags.FrameFlag;
import io.fovea.cli.train.flags.ThreadFlags;
import io.fovea.data.base.DataException;
import io.fovea.inference.Ensemble;
import io.fovea.inference.Prediction;
import io.fovea.inference.TestTimeAugmentation;
import io.fovea.kernel.KernelSet;
import io.fovea.network.Network;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code fovea predict}. */
@Command(
    name = "predict",
    description = {
      "Classifies pictures: PNG, JPEG, BMP or GIF of any size.",
      "Each is converted to the model's channels, inverted if its background has the other polarity, and resized or framed like the training images.",
      "Pictures that cannot be read are listed at the end, and the exit code is 1; the others get their predictions."
    })
public final class PredictCommand extends ScreenCommand {
  /** The seed of the views if the model is not from a run with a seed. */
  private static final long VIEW_SEED = 42;

  @Mixin private final ModelArgument model = new ModelArgument();

  @Parameters(index = "1..*", arity = "1..*", paramLabel = "IMAGE", description = "Picture files.")
  private List<Path> images = new ArrayList<>();

  @Option(
      names = "--top",
      paramLabel = "K",
      description = "Print the K most probable labels (default: 1; with --json all of them).")
  private @Nullable Integer top;

  @Option(
      names = "--with",
      paramLabel = "MODEL",
      description =
          "Another model of an ensemble with the first: the prediction is the mean of the probabilities. Repeatable.")
  private List<Path> others = new ArrayList<>();

  @Mixin private final ViewFlags viewFlags = new ViewFlags();

  @Mixin private final PreprocessingFlags preprocessingFlags = new PreprocessingFlags();

  @Mixin private final FrameFlag frameFlag = new FrameFlag();

  @Mixin private final ThreadFlags threadFlags = new ThreadFlags();

  public PredictCommand(Console screen) {
    super(screen);
  }

  @Override
  public Integer call() throws IOException {
    UsageException.requirePositive("--top", top);
    int threads = threadFlags.count(screen);
    QuickStart start = new QuickStart(model.path, others);
    if (start.isTooShortFor(0)) {
      return QuickStart.NEEDS_FULL_START;
    }
    List<String> remarks = new ArrayList<>();
    List<Network> networks =
        ModelFiles.openAll(model.path, others, preprocessingFlags.scaling(), remarks::add).stream()
            .map(frameFlag::apply)
            .toList();
    long work = (long) viewFlags.count() * images.size() * multiplyAdds(networks);
    if (start.isTooShortFor(work)) {
      return QuickStart.NEEDS_FULL_START;
    }
    remarks.forEach(screen::say); // once: the full start opens the models again
    // Reading the run's JSON takes a tenth of the start time.
    long seed = viewFlags.count() == 1 ? VIEW_SEED : RunFolders.seed(model.path).orElse(VIEW_SEED);
    Optional<TestTimeAugmentation> views =
        viewFlags.views(model.path, networks.getFirst(), seed, screen);
    List<Answered> all = new ArrayList<>();
    List<DataException> failures = new ArrayList<>();
    Optional<String> stretched = Optional.empty();
    int width = images.stream().mapToInt(file -> file.toString().length()).max().orElse(0);
    try (Ensemble ensemble = Ensemble.of(networks, threads, QuickStart.kernels(work))) {
      for (int from = 0; from < images.size(); ) {
        Pictures some = Pictures.read(images, from, networks.getFirst(), failures);
        if (stretched.isEmpty()) {
          stretched = some.stretched();
          stretched.ifPresent(screen::say); // once per command
        }
        List<Prediction> answers =
            some.pictures().isEmpty()
                ? List.of()
                : views.isPresent()
                    ? ensemble.classify(some.pictures(), views.get())
                    : ensemble.classify(some.pictures());
        for (int i = 0; i < answers.size(); i++) {
          if (common.json) {
            Map<String, Object> members = answers.get(i).members(top == null ? 0 : top);
            all.add(new Answered(some.files().get(i), members));
          } else {
            screen.println(line(some.files().get(i), width, answers.get(i)));
          }
          InputWarning.say(screen, some.files().get(i), answers.get(i).doubt());
        }
        from = some.end();
      }
    }
    if (common.json && (failures.isEmpty() || !all.isEmpty())) {
      screen.println(Json.line(all));
    }
    failures.forEach(failure -> screen.fail(String.valueOf(failure.getMessage()), ""));
    return failures.isEmpty() ? 0 : 1;
  }

  private static long multiplyAdds(List<Network> networks) {
    return networks.stream()
        .mapToLong(network -> network.summary(KernelSet.REFERENCE).multiplyAdds())
        .sum();
  }

  private String line(Path file, int width, Prediction answer) {
    return file
        + " ".repeat(width - file.toString().length())
        + words(answer, top == null ? 1 : top);
  }

  /** The most probable classes, and the answer by the model's rule where it is not the first. */
  static String words(Prediction prediction, int top) {
    StringBuilder line = new StringBuilder();
    for (Prediction.ClassProbability best : prediction.top(top)) {
      line.append(
          "  %s %s".formatted(best.label(), NumberFormats.plainPercent(best.probability())));
    }
    prediction.verdict().ifPresent(own -> line.append("  -> ").append(own));
    return line.toString();
  }

  private record Answered(Path file, @Json.Inline Map<String, Object> prediction) {}
}
