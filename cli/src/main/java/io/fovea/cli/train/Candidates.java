package io.fovea.cli.train;

import io.fovea.dataset.Dataset;
import io.fovea.layer.AvgPool2d;
import io.fovea.layer.Clip;
import io.fovea.layer.Dense;
import io.fovea.layer.KernelSet;
import io.fovea.layer.Relu;
import io.fovea.metrics.Evaluation;
import io.fovea.network.Graph;
import io.fovea.network.Network;
import io.fovea.network.Weights;
import io.fovea.network.Zoo;
import io.fovea.parallel.Workers;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Window;
import io.fovea.train.CachedFeatures;
import io.fovea.train.EpochReport;
import io.fovea.train.Folds;
import io.fovea.train.HeadFit;
import io.fovea.train.Trainer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The ways that {@link CandidateSearch} tries. */
final class Candidates {
  /** Fewer epochs than these are no fair trial. */
  private static final int LEAST_EPOCHS = 8;

  /** Taps of a backbone: the last activation of each of so many of its deepest map sizes. */
  private static final int TAPS = 3;

  /** The network from scratch gets photos of at most so many pixels a side. */
  private static final int SCRATCH_SIDE = 96;

  private static final String SCRATCH_POOL = "reduced";
  private static final double SCRATCH_RATE = 2; // times the learning rate of tuning

  private final TrainJob job;
  private final int threads;
  private final Dataset train;
  private final KernelSet kernels;
  private final List<Double> classWeights;

  Candidates(TrainJob job, int threads) {
    this.job = job;
    this.threads = threads;
    this.train = job.parts().train();
    this.kernels = job.settings().kernels();
    this.classWeights = job.settings().loss().classWeights(train);
  }

  /** One way to a classifier. */
  interface Way {
    /** As the screen shows it. */
    String name();

    /** Whether layers before the last one are trained, which needs a better reason. */
    boolean isTrained();

    /**
     * Sees to it that judging and making take no more than some seconds.
     *
     * @return why that is not possible; nothing where it is
     */
    Optional<String> fit(Folds folds, double seconds);

    /** Trains on some images and judges by others. */
    EpochReport.Score judge(int[] rest, int[] held);

    /** The network, trained on all images. */
    Network make();
  }

  /** The ways of some kinds, the simplest first. */
  List<Way> ways(List<String> kinds) {
    List<Way> ways = new ArrayList<>();
    if (kinds.contains(TransferSettings.FROZEN)) {
      taps(job.network().graph()).forEach(tap -> ways.add(new FrozenFeatures(tap)));
    }
    if (kinds.contains(TransferSettings.TUNED)) {
      ways.add(new TrainedLayers("tuned"));
    }
    if (kinds.contains(TransferSettings.SCRATCH)) {
      ways.add(new TrainedLayers("from scratch"));
    }
    return ways;
  }

  /** What the last layer reads, then the last activation of larger maps. */
  static List<String> taps(Graph graph) {
    Map<Integer, String> last = new LinkedHashMap<>(); // by height, in the graph's order
    for (Graph.Node node : graph.nodes()) {
      Shape shape = graph.shape(node.name());
      if (shape.rank() == 3 && (node.layer() instanceof Relu || node.layer() instanceof Clip)) {
        last.remove(shape.size(1));
        last.put(shape.size(1), node.name());
      }
    }
    List<String> names = new ArrayList<>(last.values());
    return names.subList(Math.max(0, names.size() - TAPS), names.size()).reversed();
  }

  /** A last layer on pooled features of the backbone as it is. */
  private final class FrozenFeatures implements Way {
    private final String tap;
    private @Nullable CachedFeatures features;

    FrozenFeatures(String tap) {
      this.tap = tap;
    }

    @Override
    public String name() {
      return "frozen features at " + tap;
    }

    @Override
    public boolean isTrained() {
      return false;
    }

    @Override
    public Optional<String> fit(Folds folds, double seconds) {
      return Optional.empty(); // the cheapest way: without it there is none at all
    }

    private CachedFeatures features() {
      if (features == null) {
        features = HeadTraining.features(job, job.network().pooledFeatures(tap), train, threads);
      }
      return features;
    }

    @Override
    public EpochReport.Score judge(int[] rest, int[] held) {
      return fit(features().select(rest))
          .head()
          .score(features().select(held).plain(), classWeights);
    }

    private HeadFit fit(CachedFeatures own) {
      try (Workers workers = Workers.of(threads)) {
        return HeadFit.of(
            own, HeadTraining.folds(own, job.settings()), classWeights, kernels, workers);
      }
    }

    @Override
    public Network make() {
      Network cut = job.network().pooledFeatures(tap);
      String head = TransferSettings.head(job.network().graph());
      List<Graph.Node> nodes = new ArrayList<>(cut.graph().nodes());
      nodes.add(
          new Graph.Node(
              head, new Dense(train.classes().size(), true), List.of(nodes.getLast().name())));
      HeadFit fitted = fit(features());
      Map<String, float[]> values = new HashMap<>();
      cut.weights().names().forEach(name -> values.put(name, cut.weights().values(name)));
      values.put(head + ".weight", fitted.head().weight());
      values.put(head + ".bias", fitted.head().bias());
      Graph graph = Graph.of(cut.graph().input(), nodes);
      return Network.of(
          graph, Weights.of(graph, values), cut.preprocessing(), job.network().labels());
    }
  }

  /** All layers trained: the backbone's with a new last layer, or a small network's. */
  private final class TrainedLayers implements Way {
    private final boolean isTuned;
    private int epochs = job.settings().epochs();

    TrainedLayers(String kind) {
      this.isTuned = kind.equals("tuned");
    }

    @Override
    public String name() {
      return "%s, %d epochs".formatted(isTuned ? "tuned" : "small network from scratch", epochs);
    }

    @Override
    public boolean isTrained() {
      return true;
    }

    @Override
    public Optional<String> fit(Folds folds, double seconds) {
      double perImage = secondsPerImage();
      long images = train.size(); // the last training, and those of the parts
      for (int fold = 0; fold < folds.count(); fold++) {
        images += folds.rest(fold).length;
      }
      int possible = (int) Math.min(epochs, seconds / (perImage * images));
      if (possible < LEAST_EPOCHS) {
        return Optional.of(
            String.format(
                java.util.Locale.ROOT,
                "not tried: %d epochs would take %.0f minutes; --time-limit gives more",
                LEAST_EPOCHS,
                Math.ceil(LEAST_EPOCHS * perImage * images / 60)));
      }
      epochs = possible;
      return Optional.empty();
    }

    /** Of a step of training, measured on two after one that warms up. */
    private double secondsPerImage() {
      double[] seconds = new double[1];
      trainer(network())
          .until(3)
          .listener(
              new io.fovea.train.Listener() {
                @Override
                public void onStep(
                    io.fovea.train.Training running, io.fovea.train.StepReport step) {
                  seconds[0] = 1 / step.imagesPerSecond();
                }
              })
          .fit(train);
      return seconds[0];
    }

    private Network network() {
      return isTuned ? backbone() : small();
    }

    private Trainer trainer(Network network) {
      Trainer trainer = Trainer.of(network).threads(threads);
      TrainerSettings.of(job.settings(), job.parts()).apply(trainer);
      if (isTuned) {
        job.settings().transfer().apply(trainer, network);
      } else {
        trainer.rate("*", SCRATCH_RATE);
      }
      return trainer.epochs(epochs).earlyStop(0);
    }

    @Override
    public EpochReport.Score judge(int[] rest, int[] held) {
      Network network = network();
      trainer(network).fit(train.select(rest, train.name()));
      try (Workers workers = Workers.of(threads)) {
        Evaluation evaluation =
            Evaluation.of(network, train.select(held, train.name()), workers, kernels);
        return new EpochReport.Score(evaluation.loss(), evaluation.accuracy());
      }
    }

    @Override
    public Network make() {
      Network network = network();
      trainer(network).fit(train);
      return network;
    }
  }

  /** The backbone with a last layer of zeros: the first steps are the last layer's. */
  private Network backbone() {
    Network network = job.network().copy();
    String head = TransferSettings.head(network.graph());
    Map<String, float[]> values = new HashMap<>();
    Weights old = network.weights();
    for (String name : old.names()) {
      float[] own = old.values(name);
      if (name.startsWith(head + ".")) {
        Arrays.fill(own, 0);
      }
      values.put(name, own);
    }
    network.publish(Weights.of(network.graph(), values));
    return network;
  }

  /** A small residual network behind a pooling that makes photos small. */
  private Network small() {
    Shape input = job.network().graph().input();
    int factor = Math.max(1, Math.ceilDiv(Math.max(input.size(1), input.size(2)), SCRATCH_SIDE));
    Window window = Window.square(factor, factor, 0, 1);
    Shape reduced =
        Shape.of(
            input.size(0), window.outputHeight(input.size(1)), window.outputWidth(input.size(2)));
    List<Graph.Node> nodes = new ArrayList<>();
    nodes.add(new Graph.Node(SCRATCH_POOL, new AvgPool2d(window), List.of(Graph.INPUT)));
    for (Graph.Node node : Zoo.RESNET8.graph(reduced, train.classes().size()).nodes()) {
      List<String> inputs =
          node.inputs().stream()
              .map(name -> name.equals(Graph.INPUT) ? SCRATCH_POOL : name)
              .toList();
      nodes.add(new Graph.Node(node.name(), node.layer(), inputs));
    }
    Graph graph = Graph.of(input, nodes);
    return Network.of(
        graph,
        Weights.initial(graph, job.settings().initializer(), job.settings().seed()),
        job.network().preprocessing(),
        job.network().labels());
  }
}
