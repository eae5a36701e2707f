package io.fovea.rivals.compare;

import io.fovea.format.onnx.OnnxModel;
import io.fovea.format.onnx.value.Dimension;
import io.fovea.rivals.measure.Action;
import io.fovea.rivals.measure.Architecture;
import io.fovea.rivals.measure.MeasurementSettings;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command line of bench/rivals/run. */
@Command(
    name = "bench/rivals/run",
    sortOptions = false,
    description = "Compares Fovea with other libraries, side by side on this machine.",
    footer = "Ends with 0 where every library took part in all rounds, and with 1 otherwise.")
final class RivalsCommand implements Callable<Integer> {
  private static final String ALL = "all";
  private static final String ALL_NETWORKS = "two-layer,pooled,resnet8";
  private static final String TRAINED =
      "two-layer,resnet8,mobilenet-v2,mobilenet-v2-last,resnet18,efficientnet-b0";

  /** Of networks of photos, whose step takes most of a second. */
  private static final int WARM_UP_STEPS_OF_PHOTOS = 5;

  @Parameters(
      index = "0",
      paramLabel = "ACTION",
      description =
          "train (images/s, MB), latency (us of one image), onnx (ms, images/s, MB) or cold (ms in each second of a new process); or all that bench/RESULTS.md is made from, which takes no NETWORK")
  private String action = ALL;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "NETWORK",
      description =
          "two-layer, pooled, resnet8 or all of these; to train also mobilenet-v2 and resnet18, whole or -last, and efficientnet-b0; for onnx and cold FILE.onnx[,FILE.onnx...]")
  private String network = ALL;

  @Parameters(
      index = "2",
      paramLabel = "BATCH",
      split = ",",
      arity = "0..1",
      description =
          "such as 64 or 64,256; train has 64, or 16 for photos, latency 1; onnx 1 and 8, or what the file fixes")
  private List<Integer> batches = List.of();

  @Option(names = "--pairs", defaultValue = "5", description = "Rounds: ${DEFAULT-VALUE}.")
  private int pairs;

  @Option(
      names = "--only",
      split = ",",
      paramLabel = "LIBRARY",
      description = "Of fovea, djl, pytorch, onnxruntime.")
  private List<Participant> only = List.of(Participant.values());

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "MNIST's IDX files; fetched by npm unless given.")
  private @Nullable Path data;

  @Option(
      names = "--seconds",
      defaultValue = "8",
      description = "Measured in each process: ${DEFAULT-VALUE}.")
  private double seconds;

  @Option(
      names = "--warm-up",
      defaultValue = "5",
      paramLabel = "SECONDS",
      description =
          "Not measured before, at least: ${DEFAULT-VALUE}; for cold the most that Fovea's warmUp() takes, 0 for none.")
  private double warmUp;

  @Option(
      names = "--warm-up-steps",
      paramLabel = "STEPS",
      description = "And at least so many: 100, or 3 for onnx, 5 for networks of photos.")
  private @Nullable Integer warmUpSteps;

  @Option(
      names = "--models",
      paramLabel = "DIR",
      description = "The ONNX files for all: bench/rivals/target/models unless given.")
  private @Nullable Path models;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description =
          "A measurement for bench/results.json and all values, saved after each comparison.")
  private @Nullable Path file;

  @SuppressWarnings("UnusedVariable") // picocli acts on it
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Shows this.")
  private boolean help;

  private final PrintStream out = System.out;
  private final Installation installation = Installation.here();
  private final List<String> words;

  private RivalsCommand(List<String> words) {
    this.words = words;
  }

  /** Compares. */
  public static void main(String[] arguments) {
    System.exit(line(List.of(arguments)).execute(arguments));
  }

  static CommandLine line(List<String> words) {
    CommandLine line = new CommandLine(new RivalsCommand(words));
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setExecutionExceptionHandler(
        (failed, command, parsed) -> {
          command.getErr().println("rivals: " + failed.getMessage());
          return 1;
        });
    return line;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (pairs < 1) {
      throw new IllegalArgumentException("pairs: expected at least 1, got " + pairs);
    }
    List<Comparison> comparisons = new ArrayList<>();
    for (MeasurementSettings settings : cases()) {
      Comparison comparison = new Comparison(settings, only, installation, out);
      out.println(comparison.title());
      comparison.run(pairs);
      comparisons.add(comparison);
      if (file != null) {
        new ResultsJson(comparisons, installation, words).write(file, pairs);
      }
    }
    out.println();
    out.println(new ComparisonReport(comparisons, installation).text());
    return comparisons.stream().allMatch(Comparison::isComplete) ? 0 : 1;
  }

  private List<MeasurementSettings> cases() throws IOException, InterruptedException {
    if (action.equals(ALL)) {
      return everything();
    }
    Action chosen = Action.named(action);
    return chosen.readsFiles()
        ? fileCases(chosen, Stream.of(network.split(",", -1)).map(Path::of).toList())
        : cases(chosen, network.equals(ALL) ? ALL_NETWORKS : network);
  }

  /** What bench/RESULTS.md is made from. Memory is measured where networks train, and of files. */
  private List<MeasurementSettings> everything() throws IOException, InterruptedException {
    if (!network.equals(ALL) || !batches.isEmpty()) {
      throw new IllegalArgumentException(
          "all: expected no NETWORK and no BATCH, got %s; name one action to choose them"
              .formatted(network));
    }
    Path folder = models == null ? installation.target().resolve("models") : models;
    List<Path> files = List.of();
    if (Files.isDirectory(folder)) {
      try (Stream<Path> all = Files.list(folder)) {
        files = all.filter(it -> it.toString().endsWith(".onnx")).sorted().toList();
      }
    }
    if (files.isEmpty()) {
      throw new IllegalArgumentException(
          "all: expected ONNX files in %s, got none; bench/README.md says how to make them"
              .formatted(folder));
    }
    List<MeasurementSettings> cases = new ArrayList<>(cases(Action.TRAIN, TRAINED));
    cases.addAll(cases(Action.LATENCY, ALL_NETWORKS));
    cases.addAll(fileCases(Action.ONNX, files));
    return cases;
  }

  private List<MeasurementSettings> cases(Action each, String networks)
      throws IOException, InterruptedException {
    DataFolders folders = new DataFolders(data, installation.target());
    List<MeasurementSettings> cases = new ArrayList<>();
    for (String title : networks.split(",", -1)) {
      Architecture architecture = Architecture.named(title);
      Path folder = folders.of(architecture);
      boolean photos = architecture.readsPhotos();
      int steps = photos ? WARM_UP_STEPS_OF_PHOTOS : each.usualWarmUpSteps();
      int usual = photos ? MeasurementSettings.PHOTOS : each.usualBatch();
      for (int batch : batches.isEmpty() ? List.of(usual) : batches) {
        cases.add(settings(each, architecture.title(), batch, folder, steps));
      }
    }
    return cases;
  }

  private List<MeasurementSettings> fileCases(Action each, List<Path> files) throws IOException {
    List<MeasurementSettings> cases = new ArrayList<>();
    for (Path file : files) {
      Path at = file.toAbsolutePath();
      String title = at.getFileName().toString().replaceFirst("\\.onnx$", "");
      for (int batch : batches.isEmpty() ? usualBatches(at) : batches) {
        cases.add(settings(each, title, batch, at, each.usualWarmUpSteps()));
      }
    }
    return cases;
  }

  /** One image and eight; only the file's own number where it fixes one. */
  private static List<Integer> usualBatches(Path file) throws IOException {
    List<Dimension> dims = OnnxModel.read(file).inputs().getFirst().dims();
    return dims == null || dims.isEmpty() || !dims.getFirst().isFixed()
        ? List.of(1, 8)
        : List.of(dims.getFirst().size());
  }

  private MeasurementSettings settings(Action each, String title, int batch, Path at, int steps) {
    return new MeasurementSettings(
        each, title, batch, at, warmUp, warmUpSteps == null ? steps : warmUpSteps, seconds);
  }
}
