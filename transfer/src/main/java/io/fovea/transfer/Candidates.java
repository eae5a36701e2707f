package io.fovea.transfer;

import io.fovea.dataset.Dataset;
import io.fovea.layer.AvgPool2d;
import io.fovea.layer.Clip;
import io.fovea.layer.Dense;
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
import io.fovea.train.Listener;
import io.fovea.train.StepReport;
import io.fovea.train.Trainer;
import io.fovea.train.Training;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The methods that {@link CandidateSearch} tries. */
final class Candidates {
  /** The fewest epochs of a trial, unless --fine-tune has fewer. */
  private static final int LEAST_EPOCHS = 8;

  /** The most layers from which features are taken. */
  private static final int TAPS = 3;

  /** The longest side of photos for the network from scratch. */
  private static final int SCRATCH_SIDE = 96;

  /** The photos and steps that estimate the time of a trial. */
  private static final int MEASURED = 64;

  private static final int MEASURED_STEPS = 6;

  /** The number of views below which no estimate is made. */
  private static final long FEW_VIEWS = 1_000;

  /** The share of the remaining time that the features of one layer may take. */
  private static final double SHARE = 0.5;

  /** Trials are reported by their scores; a trainer without listeners would log. */
  private static final Listener SILENT = new Listener() {};

  private static final String SCRATCH_POOL = "reduced";
  private static final double SCRATCH_RATE = 7; // multiple of the tuning rate: about 0.002

  private final Transfer settings;
  private final Network start;
  private final Dataset train;
  private final List<Double> classWeights;

  Candidates(Transfer settings, Dataset train) {
    this.settings = settings;
    this.start = settings.backbone.classifier(train.classes());
    this.train = train;
    this.classWeights = settings.classWeights(train);
  }

  /** A method of training a classifier. */
  interface CandidateMethod {
    /** Its name on the screen. */
    String name();

    CandidateKind kind();

    /** Whether layers before the last one are trained; such candidates need a clear lead. */
    default boolean isTrained() {
      return kind() != CandidateKind.FROZEN;
    }

    /**
     * Limits the time of one validation fold and the final training to some seconds.
     *
     * @return the reason if that is not possible; else empty
     */
    Optional<String> fit(Folds folds, double seconds);

    /** Trains on some images and validates on others. */
    EpochReport.Score judge(int[] rest, int[] held);

    /** The network, trained on all images. */
    Trained make();
  }

  /** A network and its score on the training images: while they trained it, or afterwards. */
  record Trained(Network network, EpochReport.Score score) {}

  /** The methods of the given kinds, the simplest first. */
  List<CandidateMethod> methods(List<CandidateKind> kinds) {
    List<CandidateMethod> methods = new ArrayList<>();
    if (kinds.contains(CandidateKind.FROZEN)) {
      for (String tap : taps(start.graph())) {
        methods.add(new FrozenFeatures(tap, methods.isEmpty()));
      }
    }
    for (CandidateKind kind : List.of(CandidateKind.TUNED, CandidateKind.SCRATCH)) {
      if (kinds.contains(kind)) {
        methods.add(new TrainedLayers(kind));
      }
    }
    return methods;
  }

  private static String notTried(String what, double seconds) {
    return String.format(
        Locale.ROOT,
        "not tried: %s would take %.0f minutes; a longer time limit gives more",
        what,
        Math.ceil(seconds / 60));
  }

  /** The input of the last layer, then the last activations of maps larger than the smallest. */
  static List<String> taps(Graph graph) {
    Map<Integer, String> last = new LinkedHashMap<>(); // by height, in the graph's order
    for (Graph.Node node : graph.nodes()) {
      Shape shape = graph.shape(node.name());
      if (shape.rank() == 3 && (node.layer() instanceof Relu || node.layer() instanceof Clip)) {
        last.remove(shape.size(1));
        last.put(shape.size(1), node.name());
      }
    }
    List<String> maps = new ArrayList<>(last.values());
    List<String> taps = new ArrayList<>(List.of(OutputLayer.dense(graph).inputs().getFirst()));
    for (int i = maps.size() - 2; i >= 0 && taps.size() < TAPS; i--) {
      taps.add(maps.get(i));
    }
    return taps;
  }

  /** A last layer on pooled features of the unchanged backbone. */
  private final class FrozenFeatures implements CandidateMethod {
    private final String tap;
    private final Network cut;
    private final boolean isFirst;
    private int views;
    private @Nullable CachedFeatures features;

    FrozenFeatures(String tap, boolean isFirst) {
      this.tap = tap;
      this.cut = start.pooledFeatures(tap);
      this.isFirst = isFirst;
    }

    @Override
    public String name() {
      Shape shape = start.graph().shape(tap);
      return "frozen features at %s (%d%s)"
          .formatted(
              tap,
              shape.size(0),
              shape.rank() == 3 ? " maps of %dx%d".formatted(shape.size(1), shape.size(2)) : "");
    }

    @Override
    public CandidateKind kind() {
      return CandidateKind.FROZEN;
    }

    /** As many views as the time allows; at least one of the first layer. */
    @Override
    public Optional<String> fit(Folds folds, double seconds) {
      views = settings.views;
      if ((long) train.size() * views < FEW_VIEWS) {
        return Optional.empty();
      }
      Dataset few = train.first(MEASURED);
      double least = Double.POSITIVE_INFINITY;
      for (int i = 0; i < 2; i++) {
        long begin = System.nanoTime();
        settings.features(cut, few, 1);
        least = Math.min(least, (System.nanoTime() - begin) * 1e-9 / few.size());
      }
      double all = least * train.size();
      views = Math.clamp((long) (SHARE * seconds / all), 0, views);
      if (views == 0 && !isFirst) {
        return Optional.of(notTried("they", all / SHARE));
      }
      views = Math.max(1, views);
      return Optional.empty();
    }

    private CachedFeatures features() {
      if (features == null) {
        features = settings.features(cut, train, views);
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
      try (Workers workers = Workers.of(settings.threads)) {
        return HeadFit.of(own, settings.penaltyFolds(own), classWeights, settings.kernels, workers);
      }
    }

    @Override
    public Trained make() {
      String head = OutputLayer.dense(start.graph()).name();
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
      return new Trained(
          Network.of(graph, Weights.of(graph, values), cut.preprocessing(), start.labels()),
          fitted.head().score(features().plain(), classWeights));
    }
  }

  /** Trains all layers: the backbone's with a new last layer, or a small network's. */
  private final class TrainedLayers implements CandidateMethod {
    private final CandidateKind kind;
    private int epochs = settings.epochs;

    TrainedLayers(CandidateKind kind) {
      this.kind = kind;
    }

    private boolean isTuned() {
      return kind == CandidateKind.TUNED;
    }

    @Override
    public String name() {
      return "%s, %d epochs".formatted(isTuned() ? "tuned" : "small network from scratch", epochs);
    }

    @Override
    public CandidateKind kind() {
      return kind;
    }

    @Override
    public Optional<String> fit(Folds folds, double seconds) {
      double perImage = secondsPerImage();
      long images = (long) train.size() + folds.rest(0).length; // the final training, and one fold
      int possible = (int) Math.min(epochs, seconds / (perImage * images));
      int least = Math.min(LEAST_EPOCHS, epochs);
      if (possible < least) {
        return Optional.of(notTried(least + " epochs", least * perImage * images));
      }
      epochs = possible;
      return Optional.empty();
    }

    /** The time of a training step: the fastest of some, since the first ones are slow. */
    private double secondsPerImage() {
      double[] seconds = {Double.POSITIVE_INFINITY};
      trainer(network())
          .until(MEASURED_STEPS)
          .listener(
              new Listener() {
                @Override
                public void onStep(Training running, StepReport step) {
                  seconds[0] = Math.min(seconds[0], 1 / step.imagesPerSecond());
                }
              })
          .fit(train);
      return seconds[0];
    }

    private Network network() {
      return isTuned() ? start.copy() : small();
    }

    private Trainer trainer(Network network) {
      Trainer trainer = settings.trainer(network, classWeights).listener(SILENT);
      if (isTuned()) {
        settings.tune(trainer);
      } else {
        trainer.rate("*", SCRATCH_RATE);
      }
      return trainer.epochs(epochs).earlyStop(0);
    }

    @Override
    public EpochReport.Score judge(int[] rest, int[] held) {
      Network network = network();
      trainer(network).fit(train.select(rest, train.name()));
      try (Workers workers = Workers.of(settings.threads)) {
        Evaluation evaluation =
            Evaluation.of(network, train.select(held, train.name()), workers, settings.kernels);
        return new EpochReport.Score(evaluation.loss(), evaluation.accuracy());
      }
    }

    @Override
    public Trained make() {
      Network network = network();
      EpochReport last = trainer(network).fit(train).epochs().getLast();
      return new Trained(network, new EpochReport.Score(last.trainLoss(), last.trainAccuracy()));
    }
  }

  /** A small residual network after a pooling that reduces photos. */
  private Network small() {
    Shape input = start.graph().input();
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
        Weights.initial(graph, settings.initializer, settings.seed),
        start.preprocessing(),
        start.labels());
  }
}
