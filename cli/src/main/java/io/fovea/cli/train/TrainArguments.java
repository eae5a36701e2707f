package io.fovea.cli.train;

import io.fovea.cli.run.RunFolder;
import io.fovea.cli.screen.CommonFlags;
import io.fovea.cli.screen.Failure;
import io.fovea.cli.screen.Screen;
import io.fovea.cli.screen.UsageException;
import io.fovea.data.DataOptions;
import io.fovea.data.DataSets;
import io.fovea.data.DataSplit;
import io.fovea.network.Network;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/** The arguments of {@code train} and {@code spark-train}, and the run that they describe. */
public final class TrainArguments {
  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec spec;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "DATA",
      description =
          "mnist (default) or another named set (fovea data list), a folder with IDX files, a folder of class folders of images, or a CSV file with lines file,label[,split].")
  private @Nullable String data;

  @SuppressWarnings("UnusedVariable") // read through the command line's parse result
  @Mixin
  private final CommandSpec flags = TrainFlags.spec();

  @Mixin private final DataFlags dataFlags = new DataFlags();

  @Option(
      names = "--threads",
      paramLabel = "N",
      description =
          "Threads, at most 4 for each processor, no effect on results (default: all processors).")
  private @Nullable Integer threads;

  @Option(
      names = "--out",
      paramLabel = "RUN",
      description = "The run folder (default: runs/DATE-TIME-DATA-MODEL).")
  private @Nullable Path out;

  @Option(
      names = "--resume",
      paramLabel = "RUN",
      description = "Resume an interrupted run from its checkpoint.")
  private @Nullable Path resume;

  @Option(
      names = "--studio",
      description = "Start the studio with the run and print its address; it ends with the run.")
  private boolean studio;

  @Mixin private final CommonFlags common = new CommonFlags();

  /** Opens DATA. */
  public interface DataOpener {
    /** The images. */
    DataSplit open(String data, DataOptions options) throws IOException;
  }

  /** The requested threads, or a default. */
  public int threads(int otherwise) {
    return threads == null ? otherwise : ThreadFlags.checked(threads);
  }

  boolean studio() {
    return studio;
  }

  public @Nullable Path dataDir() {
    return dataFlags.dataDir();
  }

  /** The folder of the run to resume. */
  public @Nullable Path resume() {
    return resume;
  }

  public ParseResult parsed() {
    if (spec == null) {
      throw new IllegalStateException("train: called without a command line");
    }
    return spec.commandLine().getParseResult();
  }

  /** The flags of the run, checked. */
  public Settings settings() throws IOException {
    return new Settings(resolveFlags()).checked();
  }

  /**
   * Opens the images, and makes the network and the run's folder.
   *
   * @param command the command's name
   * @param cluster flags of the command that {@code train} lacks
   * @param opener opens DATA
   */
  public TrainJob prepare(
      Screen screen,
      Settings settings,
      String command,
      Map<String, String> cluster,
      DataOpener opener)
      throws IOException {
    String dataName = resolveData(settings.text("recipe"));
    dataFlags.imageSize =
        settings.text("image-size").isEmpty() ? null : settings.text("image-size");
    dataFlags.grayscale = settings.grayscale();
    dataFlags.skipBroken = settings.skipBroken();
    DataOptions asked = dataFlags.options(screen, settings.seed());
    StartingPoint start = resume == null ? StartingPoint.of(settings, asked) : resumed(settings);
    DataOptions options = start.images(asked, settings);
    DataSplit split = opener.open(dataName, options);
    TrainingParts parts = TrainingParts.of(split, settings);
    Settings.requireFit(settings.augmentation(), parts.train().shape());
    Network network = start.network(parts, settings);
    Settings resolved = start.resolved(settings, network);
    resolved.checkFreeze(network);
    resolved.checkLoss(network);
    RunFolder folder =
        resume != null
            ? RunFolder.existing(resume)
            : RunFolder.create(
                out != null ? out : RunFolder.fresh(dataName, settings.text("model")),
                command,
                dataName,
                resolved.flags(),
                cluster);
    return new TrainJob(
        resolved,
        dataName,
        split,
        parts,
        network,
        start.remarks(),
        folder,
        resume != null,
        common.json);
  }

  private StartingPoint resumed(Settings settings) throws IOException {
    Path run = Objects.requireNonNull(resume);
    Path checkpoint = RunFolder.existing(run).file(RunFolder.CHECKPOINT);
    if (!settings.transfer().isOn()) {
      return StartingPoint.resumed(modelFile(settings.text("model"), run), checkpoint);
    }
    if (!settings.transfer().hasSteps()) {
      throw new Failure(
          "--resume: %s has no training steps to resume, since only --fine-tune without --candidates has them; start a new run"
              .formatted(run));
    }
    return StartingPoint.resumed(checkpoint.toString(), checkpoint);
  }

  /** All flags of a new run: the defaults, those of its recipe, and those given. */
  public static Map<String, String> resolved(Map<String, String> given) throws IOException {
    Map<String, String> all = TrainFlags.standard();
    String usual = String.valueOf(all.get("epochs"));
    if (given.containsKey("recipe")) {
      all.putAll(Recipe.of(given.get("recipe")).flags());
    } else if (given.containsKey("pretrained")) {
      all.putAll(TransferSettings.pretrainedFlags());
    }
    all.putAll(given);
    boolean isSet = given.containsKey("epochs") || !usual.equals(all.get("epochs"));
    if (isSet && !all.getOrDefault("pretrained", "").isEmpty()) {
      throw new UsageException(
          "--epochs: with --pretrained, also from a recipe, the last layer is fitted to its optimum; --fine-tune EPOCHS trains the other layers");
    }
    return all;
  }

  /** The defaults, or the resumed run's flags, changed by the given flags. */
  private Map<String, String> resolveFlags() throws IOException {
    Map<String, String> given = TrainFlags.given(parsed());
    if (resume == null) {
      return resolved(given);
    }
    if (out != null) {
      throw new UsageException("--out: needs a new run; --resume writes to the run's folder");
    }
    Map<String, String> before = RunFolder.existing(resume).configuredFlags(TrainFlags.standard());
    for (Map.Entry<String, String> flag : given.entrySet()) {
      if (!flag.getValue().equals(before.get(flag.getKey()))) {
        throw new UsageException(
            "--%s: the run was started with \"%s\", got \"%s\"; resume without it, or start a new run"
                .formatted(flag.getKey(), before.get(flag.getKey()), flag.getValue()));
      }
    }
    return before;
  }

  private String resolveData(String recipe) throws IOException {
    if (resume == null) {
      if (data == null && !recipe.isEmpty()) {
        String own = Recipe.of(recipe).data();
        if (own.isEmpty()) {
          throw new UsageException(
              "DATA: the recipe %s is for your photos; give a folder or a CSV file"
                  .formatted(recipe));
        }
        return own;
      }
      return data != null ? data : "mnist";
    }
    RunFolder run = RunFolder.existing(resume);
    String before = run.configuredData();
    boolean named = DataSets.named().stream().anyMatch(set -> set.name().equals(before));
    String place = named ? before : run.configuredPath(before);
    if (data != null && !data.equals(before) && (named || !isSame(data, place))) {
      throw new UsageException(
          "DATA: the run was started with \"%s\", got \"%s\"; resume without it"
              .formatted(before, data));
    }
    return place;
  }

  /** Whether two texts are paths of one folder. */
  private static boolean isSame(String one, String other) throws IOException {
    Path a = Path.of(one);
    Path b = Path.of(other);
    return Files.exists(a) && Files.exists(b) && Files.isSameFile(a, b);
  }

  /** A model's name, or the path of its file. */
  private static String modelFile(String model, Path resume) throws IOException {
    return ModelChoice.isFile(model) ? RunFolder.existing(resume).configuredPath(model) : model;
  }
}
