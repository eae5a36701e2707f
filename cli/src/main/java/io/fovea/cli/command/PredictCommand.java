package io.fovea.cli.command;

import io.fovea.cli.report.NumberFormats;
import io.fovea.cli.run.RunFolders;
import io.fovea.cli.screen.Console;
import io.fovea.cli.screen.Json;
import io.fovea.cli.screen.UsageException;
import io.fovea.cli.train.flags.FrameFlag;
import io.fovea.cli.train.flags.ThreadFlags;
import io.fovea.data.Images;
import io.fovea.data.base.DataException;
import io.fovea.dataset.Image;
import io.fovea.inference.Ensemble;
import io.fovea.inference.Prediction;
import io.fovea.inference.TestTimeAugmentation;
import io.fovea.kernel.KernelSet;
import io.fovea.network.Network;
import io.fovea.preprocessing.Preprocessing.Fitted;
import io.fovea.serve.PredictionJson;
import io.fovea.tensor.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
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
final class PredictCommand extends ScreenCommand {
  /**
   * The multiply-adds that the reference kernels do in about a tenth of a second after a cold
   * start.
   */
  private static final long LITTLE_WORK = 40_000_000;

  /** Model files up to this size are read in negligible time. */
  private static final long LITTLE_FILE = 32 << 20;

  /**
   * The exit code of a quick start, whose JVM is set up for little work, if there is more work: the
   * launcher then starts the full JVM (docs/decisions/0009).
   */
  static final int NEEDS_FULL_START = 75;

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

  PredictCommand(Console screen) {
    super(screen);
  }

  /** Whether the launcher started the JVM for little work. */
  static boolean isQuickStart() {
    return "quick".equals(System.getProperty("fovea.start"));
  }

  @Override
  public Integer call() throws IOException {
    if (top != null && top < 1) {
      throw new UsageException("--top: expects a whole number from 1 up, got \"" + top + "\"");
    }
    int threads = threadFlags.count(screen);
    boolean quick = isQuickStart();
    if (quick && bytes() > LITTLE_FILE) {
      return NEEDS_FULL_START;
    }
    List<String> remarks = new ArrayList<>();
    List<Network> networks =
        preprocessingFlags.openAll(model.path, others, remarks::add).stream()
            .map(frameFlag::apply)
            .toList();
    boolean little = viewFlags.count() * work(networks) < LITTLE_WORK;
    if (quick && !little) {
      return NEEDS_FULL_START;
    }
    remarks.forEach(screen::say); // once: the full start opens the models again
    // Reading the run's JSON takes a tenth of the start time.
    long seed = viewFlags.count() == 1 ? VIEW_SEED : RunFolders.seed(model.path).orElse(VIEW_SEED);
    Optional<TestTimeAugmentation> views =
        viewFlags.views(model.path, networks.getFirst(), seed, screen);
    // A new JVM interprets its first loops, and finishes plain loops before it has compiled vector
    // loops.
    KernelSet kernels = little ? KernelSet.REFERENCE : KernelSet.fastest();
    List<Map<String, Object>> all = new ArrayList<>();
    List<DataException> failures = new ArrayList<>();
    Optional<String> stretched = Optional.empty();
    int width = images.stream().mapToInt(file -> file.toString().length()).max().orElse(0);
    try (Ensemble ensemble = Ensemble.of(networks, threads, kernels)) {
      for (int from = 0; from < images.size(); ) {
        Pictures some = Pictures.read(images, from, networks, failures);
        if (stretched.isEmpty()) {
          stretched = some.stretched;
          stretched.ifPresent(screen::say); // once per command
        }
        List<Prediction> answers =
            some.pictures.isEmpty()
                ? List.of()
                : views.isPresent()
                    ? ensemble.classify(some.pictures, views.get())
                    : ensemble.classify(some.pictures);
        for (int i = 0; i < answers.size(); i++) {
          Optional<String> doubt = some.doubts.get(i);
          if (common.json) {
            all.add(json(some.files.get(i), answers.get(i), doubt));
          } else {
            screen.println(line(some.files.get(i), width, answers.get(i)));
          }
          InputWarning.say(screen, some.files.get(i), doubt);
        }
        from = some.end;
      }
    }
    if (common.json && (failures.isEmpty() || !all.isEmpty())) {
      screen.println(Json.line(all));
    }
    failures.forEach(failure -> screen.fail(String.valueOf(failure.getMessage()), ""));
    return failures.isEmpty() ? 0 : 1;
  }

  /**
   * A batch of the readable pictures, as many as are in memory at once.
   *
   * @param pictures already fitted if there is one model
   * @param doubts for each, how it differs from the first model's training images, or null
   * @param stretched the warning for the first one whose proportions are lost
   * @param end the index of the first unread one
   */
  record Pictures(
      List<Path> files,
      List<Image> pictures,
      List<Optional<String>> doubts,
      Optional<String> stretched,
      int end) {
    private static final int MOST = 256;

    private static final long MOST_BYTES = 64 << 20;

    static Pictures read(
        List<Path> all, int from, List<Network> networks, List<DataException> failures) {
      Network first = networks.getFirst();
      Shape shape = first.graph().input();
      List<Path> files = new ArrayList<>();
      List<Optional<String>> doubts = new ArrayList<>();
      List<Image> pictures = new ArrayList<>();
      Optional<String> stretched = Optional.empty();
      int end = from;
      long bytes = 0;
      while (end < all.size() && pictures.size() < MOST && bytes < MOST_BYTES) {
        Path file = all.get(end++);
        try {
          Image picture = Images.read(file);
          bytes += (long) picture.channels() * picture.height() * picture.width();
          stretched =
              stretched.or(
                  () -> InputWarning.ofStretching(file, picture, first.preprocessing(), shape));
          Fitted fitted = first.preprocessing().fitted(picture, shape);
          files.add(file);
          pictures.add(networks.size() == 1 ? fitted.image() : picture);
          doubts.add(fitted.doubt());
        } catch (DataException failure) {
          failures.add(failure);
        }
      }
      return new Pictures(files, pictures, doubts, stretched, end);
    }
  }

  /** The total size of the model files that are regular files. */
  private long bytes() {
    return Stream.concat(Stream.of(model.path), others.stream())
        .mapToLong(file -> file.toFile().length())
        .sum();
  }

  private long work(List<Network> networks) {
    return images.size()
        * networks.stream()
            .mapToLong(network -> network.summary(KernelSet.REFERENCE).multiplyAdds())
            .sum();
  }

  private String line(Path file, int width, Prediction answer) {
    StringBuilder line = new StringBuilder();
    line.append(file);
    line.append(" ".repeat(width - file.toString().length()));
    for (Prediction.ClassProbability best : answer.top(top == null ? 1 : top)) {
      line.append(
          "  %s %s".formatted(best.label(), NumberFormats.plainPercent(best.probability())));
    }
    answer
        .answer()
        .filter(own -> own.isAll() || own.isUnlike() || own.labels().size() != 1)
        .ifPresent(own -> line.append("  -> ").append(own));
    return line.toString();
  }

  private Map<String, Object> json(Path file, Prediction answer, Optional<String> doubt) {
    Map<String, Object> one = new LinkedHashMap<>();
    one.put("file", file.toString());
    one.putAll(top == null ? PredictionJson.of(answer) : PredictionJson.top(answer, top));
    doubt.ifPresent(text -> one.put(PredictionJson.DOUBT, text));
    return one;
  }
}
