package io.fovea.studio.runs;

import io.fovea.data.PretrainedWeights;
import io.fovea.data.base.ImageSize;
import io.fovea.data.base.PixelDataset;
import io.fovea.dataset.Dataset;
import io.fovea.dataset.Framing;
import io.fovea.format.Models;
import io.fovea.http.HttpError;
import io.fovea.kernel.KernelSet;
import io.fovea.network.Graph;
import io.fovea.network.Initializer;
import io.fovea.network.Network;
import io.fovea.network.Summary;
import io.fovea.network.Zoo;
import io.fovea.run.RunConfig;
import io.fovea.studio.web.LruCache;
import io.fovea.tensor.Shape;
import io.fovea.train.DivergedException;
import io.fovea.train.Listener;
import io.fovea.train.StepReport;
import io.fovea.train.Trainer;
import io.fovea.train.Training;
import io.fovea.transfer.CandidateKind;
import io.fovea.transfer.Effort;
import io.fovea.transfer.SearchPlan;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.function.BiFunction;
import java.util.stream.IntStream;

/**
 * Estimates memory and time of a run before it begins: memory by {@link Trainer#memory}; time from
 * the speed of an earlier run with the same network, images and batches, or else from some measured
 * steps.
 */
public final class RunCostEstimate {
  private static final int KEPT = 100;
  private static final long MEASURED_NANOS = 2_000_000_000L;

  /** The most multiply-adds of a measured step, unless a single image needs more. */
  private static final long STEP_WORK = 1_000_000_000L;

  /** Forward, the gradient of the input, and that of the weights. */
  private static final int PASSES = 3;

  private final Runs runs;
  private final RunDatasets datasets;
  private final RunScore.Cache scores;
  private final BiFunction<Map<String, String>, Network, Trainer> trainers;
  private final LruCache<String, Double> measured = new LruCache<>(KEPT);

  /**
   * Estimates of runs.
   *
   * @param trainers the trainer of a network with the settings of all flags
   */
  public RunCostEstimate(
      Runs runs,
      RunDatasets datasets,
      RunScore.Cache scores,
      BiFunction<Map<String, String>, Network, Trainer> trainers) {
    this.runs = runs;
    this.datasets = datasets;
    this.scores = scores;
    this.trainers = trainers;
  }

  Map<String, Object> of(LaunchRoutes.Launch launch) throws IOException {
    Map<String, String> flags = launch.all();
    Dataset train = datasets.catalog().open(launch.data()).train();
    boolean isPretrained = !flags.getOrDefault("pretrained", "").isEmpty();
    Graph graph = graph(flags, train, isPretrained);
    Summary summary = Summary.of(graph, KernelSet.fastest());
    int batch = number(flags, "batch", 64);
    long images = images(flags, train.size());
    long bytes = bytes(graph, flags, train, images);
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("parameters", summary.parameters());
    all.put("input", graph.input().sizes());
    all.put("images", images);
    all.put("bytes", bytes);
    all.put("available", Runtime.getRuntime().maxMemory());
    int tuned = number(flags, "fine-tune", 0);
    int views = number(flags, "views", 1);
    double passes =
        !flags.getOrDefault("candidates", "").isEmpty()
            ? searchPasses(flags.getOrDefault("effort", ""), (int) images, views, tuned)
            : isPretrained ? views / (double) PASSES + tuned : number(flags, "epochs", 1);
    speed(launch, graph, batch, bytes)
        .ifPresent(speed -> all.put("seconds", images * passes / speed));
    return all;
  }

  /** The work of a search, in epochs of tuning; its small network has a seventh of the work. */
  private static double searchPasses(String effort, int images, int views, int epochs) {
    Map<CandidateKind, Double> work =
        Map.of(
            CandidateKind.FROZEN, 1.0 / PASSES,
            CandidateKind.TUNED, 1.0,
            CandidateKind.SCRATCH, 1 / 7.0);
    List<CandidateKind> all = List.of(CandidateKind.values());
    Effort level = Effort.valueOf(effort.toUpperCase(Locale.ROOT));
    return SearchPlan.of(level, all, images, images, views, epochs).seconds(work) / images;
  }

  private static int number(Map<String, String> flags, String name, int otherwise) {
    return Integer.parseInt(flags.getOrDefault(name, Integer.toString(otherwise)));
  }

  private static long images(Map<String, String> flags, int all) {
    int limit = number(flags, "limit", 0);
    double held = Double.parseDouble(flags.getOrDefault("validation", "0"));
    return Math.round((limit > 0 ? Math.min(limit, all) : all) * (1 - held));
  }

  private static Graph graph(Map<String, String> flags, Dataset train, boolean isPretrained)
      throws IOException {
    String model = flags.getOrDefault("model", Zoo.TWO_LAYER_CNN.title());
    if (!Zoo.titles().contains(model)) {
      return Models.load(Path.of(model)).graph();
    }
    Shape own = train.shape();
    String size = flags.getOrDefault("image-size", "");
    ImageSize usual =
        isPretrained ? pretrainedSize(flags) : new ImageSize(own.size(2), own.size(1));
    ImageSize chosen = size.isEmpty() ? usual : ImageSize.parse(size);
    boolean isGrey = flags.getOrDefault("grayscale", "off").equals("on");
    int channels = isPretrained ? 3 : isGrey ? 1 : own.size(0);
    Shape input = Shape.of(channels, chosen.height(), chosen.width());
    try {
      return Zoo.named(model).graph(input, train.classes().size());
    } catch (IllegalArgumentException misfit) {
      throw new HttpError(
          400,
          "--image-size: %s cannot use images of %s: %s"
              .formatted(model, chosen, misfit.getMessage()));
    }
  }

  private static ImageSize pretrainedSize(Map<String, String> flags) {
    String what = flags.getOrDefault("pretrained", "");
    boolean isOpenImages = what.equals(PretrainedWeights.OPEN_IMAGES);
    if (what.equals("auto")) { // those of ImageNet, unless only the others are here
      isOpenImages =
          isHere(PretrainedWeights.OPEN_IMAGES)
              && !isHere(PretrainedWeights.IMAGENET + flags.get("model"));
    }
    int side = isOpenImages ? 160 : 224;
    return new ImageSize(side, side);
  }

  private static boolean isHere(String weights) {
    return PretrainedWeights.named().stream()
        .anyMatch(one -> one.name().equals(weights) && one.cached());
  }

  /** What the trainer needs, and the images, which it does not count. */
  private long bytes(Graph graph, Map<String, String> flags, Dataset train, long images) {
    long decoded = images * graph.input().elements();
    try {
      Trainer trainer = trainers.apply(flags, Network.of(graph, Initializer.he(), 1)).test(train);
      return trainer.memory().total() + Math.min(decoded, Runtime.getRuntime().maxMemory() / 4);
    } catch (IllegalArgumentException misfit) {
      throw new HttpError(400, String.valueOf(misfit.getMessage()));
    }
  }

  /** Training images a second; empty if it cannot be estimated now. */
  private OptionalDouble speed(LaunchRoutes.Launch launch, Graph graph, int batch, long bytes)
      throws IOException {
    boolean isBusy = false;
    for (String run : runs.names()) {
      isBusy |= runs.state(run) == RunState.RUNNING;
      RunConfig config = runs.config(run);
      boolean isAlike =
          List.of("model", "batch", "image-size", "grayscale", "optimizer").stream()
              .allMatch(name -> config.flag(name).equals(launch.all().getOrDefault(name, "")));
      double speed = isAlike ? scores.of(runs.metrics(run)).imagesPerSecond() : Double.NaN;
      if (speed > 0 && datasets.name(run).orElse("").equals(launch.data())) {
        return OptionalDouble.of(speed);
      }
    }
    String key = graph.input() + " " + graph.nodes();
    var before = measured.get(key);
    if (before.isPresent()) {
      return OptionalDouble.of(before.get());
    }
    if (isBusy || bytes > Runtime.getRuntime().maxMemory() / 2) {
      return OptionalDouble.empty(); // a running training would disturb it, or memory is short
    }
    double speed = measured(graph, batch);
    measured.put(key, speed);
    return OptionalDouble.of(speed);
  }

  /** The fastest of some steps, four or more, with images of noise; the first run uncompiled. */
  private static double measured(Graph graph, int batch) {
    long work = PASSES * Math.max(1, Summary.of(graph, KernelSet.fastest()).multiplyAdds());
    int size = Math.clamp(STEP_WORK / work, 1, batch);
    byte[][] pixels = new byte[2 * size][graph.input().elements()];
    Random random = new Random(1);
    Arrays.stream(pixels).forEach(random::nextBytes);
    int[] labels = new int[pixels.length];
    Arrays.setAll(labels, i -> i % graph.output().elements());
    List<String> classes =
        IntStream.range(0, graph.output().elements()).mapToObj(Integer::toString).toList();
    Dataset noise =
        new PixelDataset("noise", graph.input(), classes, pixels, labels, null, Framing.STRETCH);
    double[] best = {0};
    long end = System.nanoTime() + MEASURED_NANOS;
    Listener watch =
        new Listener() {
          @Override
          public void onStep(Training training, StepReport step) {
            best[0] = Math.max(best[0], step.imagesPerSecond());
            if (step.step() > 3 && System.nanoTime() - end > 0) {
              training.stop();
            }
          }
        };
    try {
      Trainer.of(Network.of(graph, Initializer.he(), 1))
          .batchSize(size)
          .epochs(1_000_000)
          .listener(watch)
          .fit(noise);
    } catch (DivergedException ofNoise) {
      // Its speed is known anyway.
    }
    return best[0];
  }
}
