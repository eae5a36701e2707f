package io.fovea.cli.command.use;

import io.fovea.cli.command.base.ModelArgument;
import io.fovea.cli.command.base.PreprocessingFlags;
import io.fovea.cli.command.base.ScreenCommand;
import io.fovea.cli.report.LabelFigures;
import io.fovea.cli.run.ModelFiles;
import io.fovea.cli.run.RunFolders;
import io.fovea.cli.screen.Console;
import io.fovea.cli.screen.Failure;
import io.fovea.cli.screen.UsageException;
import io.fovea.cli.train.flags.DataFlags;
import io.fovea.cli.train.flags.FrameFlag;
import io.fovea.cli.train.flags.LossFlags;
import io.fovea.cli.train.flags.ThreadFlags;
import io.fovea.data.base.DataSplit;
import io.fovea.inference.TestTimeAugmentation;
import io.fovea.kernel.KernelSet;
import io.fovea.loss.Loss;
import io.fovea.metrics.ChanceLevel;
import io.fovea.metrics.Evaluation;
import io.fovea.network.Network;
import io.fovea.parallel.Workers;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code fovea eval}. */
@Command(
    name = "eval",
    description =
        "Tests a model, or an ensemble, on the test images of a data set: loss, accuracy, calibration, ROC-AUC, each class, confusion matrix; with several labels a photo mean average precision and each class.")
public final class EvalCommand extends ScreenCommand {
  private static final long HELD_OUT_SEED = 42;

  private static final int USUAL_TOP = 5;

  @Mixin private final ModelArgument model = new ModelArgument();

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "DATA",
      description = "As for train (default: mnist).")
  private String data = "mnist";

  @Option(
      names = "--with",
      paramLabel = "MODEL",
      description =
          "Another model of an ensemble with the first: the prediction is the mean of the probabilities. Repeatable.")
  private List<Path> others = new ArrayList<>();

  @Option(
      names = "--top",
      paramLabel = "K",
      description = "The K of top-K accuracy (default: 5, with more than 5 classes).")
  private @Nullable Integer top;

  @Mixin private final PreprocessingFlags preprocessingFlags = new PreprocessingFlags();

  @Mixin private final FrameFlag frameFlag = new FrameFlag();

  @Mixin private final ThreadFlags threadFlags = new ThreadFlags();

  @Option(
      names = "--seed",
      paramLabel = "N",
      description =
          "The seed of the training run, for a data set without a test part, where the seed decides which images are held out (default: that of the run folder MODEL, else 42).")
  private @Nullable Long seed;

  @Mixin private final ViewFlags viewFlags = new ViewFlags();
  @Mixin private final DataFlags dataFlags = new DataFlags();

  public EvalCommand(Console screen) {
    super(screen);
  }

  private long seedOfRun() throws IOException {
    try {
      return RunFolders.seed(model.path).orElse(HELD_OUT_SEED);
    } catch (Failure damaged) {
      throw new Failure(damaged.getMessage() + ", or give --seed", damaged);
    }
  }

  @Override
  public Integer call() throws IOException {
    int threads = threadFlags.count(screen);
    List<Network> networks =
        ModelFiles.openAll(model.path, others, preprocessingFlags.scaling(), screen::say).stream()
            .map(frameFlag::apply)
            .toList();
    Network network = networks.getFirst();
    OptionalInt k = top(network.labels().size());
    long held = seed == null ? seedOfRun() : seed;
    DataSplit split = dataFlags.openFor(data, network, screen, held);
    Optional<TestTimeAugmentation> views = viewFlags.views(model.path, network, held, screen);
    Evaluation evaluation;
    try (Workers workers = Workers.of(threads)) {
      KernelSet kernels = KernelSet.fastest();
      if (views.isPresent()) {
        evaluation = Evaluation.of(networks, split.test(), workers, kernels, views.get());
      } else if (networks.size() > 1) {
        evaluation = Evaluation.of(networks, split.test(), workers, kernels);
      } else {
        Loss loss = LossFlags.ofRun(model.path, split.train());
        evaluation = Evaluation.of(network, split.test(), workers, kernels, loss);
      }
    }
    if (!split.note().isEmpty()) {
      screen.say(split.note());
    }
    Optional<LabelFigures> several = LabelFigures.of(evaluation, network);
    if (several.isPresent()) {
      common.show(screen, several.get(), figures -> screen.out().print(figures.text()));
      return 0;
    }
    ChanceLevel.warning(
            evaluation.confusion(),
            network.labels(),
            "check that the model was trained, and on this kind of data")
        .ifPresent(screen::say);
    common.show(
        screen, Scores.of(evaluation, network.labels(), k), scores -> scores.print(screen.out()));
    return 0;
  }

  private OptionalInt top(int classes) {
    if (top == null) {
      return classes > USUAL_TOP ? OptionalInt.of(USUAL_TOP) : OptionalInt.empty();
    }
    if (top < 1 || top > classes) {
      throw new UsageException(
          "--top: expects a whole number from 1 to %d, the number of classes, got %d"
              .formatted(classes, top));
    }
    return OptionalInt.of(top);
  }
}
