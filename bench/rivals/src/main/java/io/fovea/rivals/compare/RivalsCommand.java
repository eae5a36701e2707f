package io.fovea.rivals.compare;

import io.fovea.rivals.measure.Action;
import io.fovea.rivals.measure.Architecture;
import io.fovea.rivals.measure.MeasurementSettings;
import java.io.IOException;
import java.io.PrintStream;
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
  private static final String[] ALL_NETWORKS = {"two-layer", "pooled", "resnet8"};

  @Parameters(
      index = "0",
      paramLabel = "ACTION",
      description =
          "train (images/s), epoch (seconds), infer (images/s), latency (us of one image), load (64 callers) or all of them; or onnx (ms, images/s, MB)")
  private String action = ALL;

  @Parameters(
      index = "1",
      paramLabel = "NETWORK",
      description =
          "two-layer, pooled, resnet8 or all of these; to train also mobilenet-v2 and resnet18, whole or -last; for onnx FILE.onnx[,FILE.onnx...]")
  private String network = ALL;

  @Parameters(
      index = "2",
      paramLabel = "BATCH",
      split = ",",
      arity = "0..1",
      description =
          "such as 64 or 64,256; train and epoch have 64, infer 256, latency and load 1; onnx 1 and 8, or what the file fixes")
  private List<Integer> batches = List.of();

  @Option(names = "--pairs", defaultValue = "5", description = "Rounds: ${DEFAULT-VALUE}.")
  private int pairs;

  @Option(
      names = "--only",
      split = ",",
      paramLabel = "LIBRARY",
      description =
          "Of fovea, djl, tensorflow, pytorch, onnxruntime; for load also fovea_batching, onnxruntime_alone.")
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
      description = "Not measured before, at least: ${DEFAULT-VALUE}.")
  private double warmUp;

  @Option(
      names = "--warm-up-steps",
      paramLabel = "STEPS",
      description = "And at least so many: 100, or 3 for onnx.")
  private @Nullable Integer warmUpSteps;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "All values as JSON too; bench/rivals/chart draws them.")
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
    CommandLine line = new CommandLine(new RivalsCommand(List.of(arguments)));
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setExecutionExceptionHandler(
        (failed, command, parsed) -> {
          command.getErr().println("rivals: " + failed.getMessage());
          return 1;
        });
    System.exit(line.execute(arguments));
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
    }
    if (file != null) {
      new ResultsJson(comparisons, installation, words).write(file);
    }
    out.println();
    out.println(new ComparisonReport(comparisons, installation, words).markdown());
    return comparisons.stream().allMatch(Comparison::isComplete) ? 0 : 1;
  }

  private List<MeasurementSettings> cases() throws IOException, InterruptedException {
    if (!action.equals(ALL) && Action.named(action).readsFiles()) {
      return fileCases(Action.named(action));
    }
    List<Action> actions =
        action.equals(ALL)
            ? Stream.of(Action.values()).filter(it -> !it.readsFiles()).toList()
            : List.of(Action.named(action));
    List<Architecture> architectures =
        Stream.of(network.equals(ALL) ? ALL_NETWORKS : network.split(",", -1))
            .map(Architecture::named)
            .toList();
    DataFolders folders = new DataFolders(data, installation.target());
    List<MeasurementSettings> cases = new ArrayList<>();
    for (Action each : actions) {
      for (Architecture architecture : architectures) {
        Path folder = folders.of(architecture);
        for (int batch : batches.isEmpty() ? List.of(each.usualBatch()) : batches) {
          cases.add(settings(each, architecture.title(), batch, folder));
        }
      }
    }
    return cases;
  }

  private List<MeasurementSettings> fileCases(Action each) throws IOException {
    List<MeasurementSettings> cases = new ArrayList<>();
    for (String word : network.split(",", -1)) {
      Path file = Path.of(word).toAbsolutePath();
      String title = file.getFileName().toString().replaceFirst("\\.onnx$", "");
      for (int batch : batches.isEmpty() ? FileBatches.of(file) : batches) {
        cases.add(settings(each, title, batch, file));
      }
    }
    return cases;
  }

  private MeasurementSettings settings(Action each, String title, int batch, Path at) {
    int steps = warmUpSteps == null ? each.usualWarmUpSteps() : warmUpSteps;
    return new MeasurementSettings(each, title, batch, at, warmUp, steps, seconds);
  }
}
