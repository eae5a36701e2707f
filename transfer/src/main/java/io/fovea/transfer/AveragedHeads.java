package io.fovea.transfer;

import io.fovea.data.base.GroupedParts;
import io.fovea.dataset.Dataset;
import io.fovea.layer.Clip;
import io.fovea.layer.Concat;
import io.fovea.layer.Dense;
import io.fovea.layer.GlobalAvgPool2d;
import io.fovea.layer.Relu;
import io.fovea.network.Graph;
import io.fovea.network.Network;
import io.fovea.parallel.Workers;
import io.fovea.tensor.Shape;
import io.fovea.train.CachedFeatures;
import io.fovea.transfer.head.Familiarity;
import io.fovea.transfer.head.FeatureRange;
import io.fovea.transfer.head.Folds;
import io.fovea.transfer.head.HeadFit;
import io.fovea.transfer.head.LinearHead;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The unchanged backbone with new last layers: one logistic regression on the pooled features of
 * each of up to three of its layers, and the mean of their logits. That is an ordinary network: the
 * pooled layers, joined, and one dense layer.
 */
final class AveragedHeads implements CandidateMethod {
  /** What the layers are called, from the network's end. */
  private static final List<String> NAMES = List.of("late", "middle", "early");

  /** The photos that measure the time of features. */
  private static final int MEASURED = 64;

  private final Transfer settings;
  private final Dataset train;
  private final List<Double> classWeights;
  private final int[] groups;
  private final Network network;
  private final String head;
  private final List<FeatureRange> ranges = new ArrayList<>();
  private final int views;
  private @Nullable CachedFeatures features;

  AveragedHeads(
      Transfer settings, Network start, Dataset train, List<Double> classWeights, int views) {
    this.settings = settings;
    this.train = train;
    this.classWeights = classWeights;
    this.groups = GroupedParts.numbers(train);
    this.network = joined(start);
    this.head = OutputLayer.dense(network.graph()).name();
    this.views = views;
  }

  /**
   * The node whose features tell unlike photos: the last activation of maps larger than the
   * smallest. Training changes it less than what the last layer reads, whose features separate the
   * classes and nothing else: strangers fall among them (decision 37).
   */
  static String sign(Graph graph) {
    List<String> taps = taps(graph);
    return taps.get(Math.min(1, taps.size() - 1));
  }

  /** The input of the last layer, then the last activations of maps larger than the smallest. */
  static List<String> taps(Graph graph) {
    Map<Integer, String> last = new LinkedHashMap<>(); // by height, in the graph's order
    for (Graph.Node node : graph.nodes()) {
      Shape shape = graph.shape(node.name());
      if (shape.rank() == 3 && (node.layer() instanceof Relu || node.layer() instanceof Clip)) {
        // Put anew: the order is that of the last activation of each height.
        last.remove(shape.size(1));
        last.put(shape.size(1), node.name());
      }
    }
    List<String> maps = new ArrayList<>(last.values());
    List<String> taps = new ArrayList<>(List.of(OutputLayer.dense(graph).inputs().getFirst()));
    for (int i = maps.size() - 2; i >= 0 && taps.size() < NAMES.size(); i--) {
      taps.add(maps.get(i));
    }
    return taps;
  }

  /** The network without a head: its last layer is the backbone's, all zeros. */
  private Network joined(Network start) {
    Graph whole = start.graph();
    Graph.Node output = OutputLayer.dense(whole);
    List<String> taps = taps(whole);
    List<Graph.Node> nodes = new ArrayList<>(whole.upTo(taps.getFirst()).nodes());
    taps.removeIf(tap -> nodes.stream().noneMatch(node -> node.name().equals(tap)));
    List<String> rows = new ArrayList<>();
    int from = 0;
    for (int i = 0; i < taps.size(); i++) {
      Shape shape = whole.shape(taps.get(i));
      boolean isMaps = shape.rank() == 3;
      rows.add(
          isMaps
              ? Graph.added(nodes, NAMES.get(i) + "_features", new GlobalAvgPool2d(), taps.get(i))
              : taps.get(i));
      int count = isMaps ? shape.size(0) : shape.elements();
      ranges.add(new FeatureRange(from, count));
      from += count;
    }
    String last =
        rows.size() > 1
            ? Graph.added(nodes, "features", new Concat(), rows.toArray(String[]::new))
            : rows.getFirst();
    Dense dense = new Dense(train.classes().size(), true);
    nodes.add(new Graph.Node(output.name(), dense, List.of(last)));
    Graph graph = Graph.of(whole.input(), nodes);
    return Backbone.classifier(graph, start, start.labels());
  }

  @Override
  public double secondsPerPhoto() {
    Dataset few = train.first(Math.min(MEASURED, train.size()));
    double least = Double.POSITIVE_INFINITY;
    // The first pass is slowed by compilation; the faster one counts.
    for (int i = 0; i < 2; i++) {
      long from = System.nanoTime();
      settings.features(OutputLayer.below(network), few, 1);
      least = Math.min(least, (System.nanoTime() - from) * 1e-9 / few.size());
    }
    return least;
  }

  private CachedFeatures features() {
    if (features == null) {
      features = settings.features(OutputLayer.below(network), train, views);
    }
    return features;
  }

  /** One head for each layer; each has the penalty that is best for it. */
  private List<HeadFit> fit(CachedFeatures own, int[] groups) {
    try (Workers workers = Workers.of(settings.threads)) {
      Folds folds = settings.penaltyFolds(own, groups);
      return ranges.stream()
          .map(range -> HeadFit.of(own, range, folds, classWeights, settings.kernels, workers))
          .toList();
    }
  }

  private static LinearHead mean(List<HeadFit> fits) {
    return LinearHead.mean(fits.stream().map(HeadFit::head).toList());
  }

  @Override
  public HeldOut judge(int[] rest, int[] held) {
    CachedFeatures others = features().select(rest);
    LinearHead fitted = mean(fit(others, IntStream.of(rest).map(i -> groups[i]).toArray()));
    CachedFeatures own = features().select(held);
    Familiarity known = Familiarity.of(ofSign(others));
    return HeldOut.of(held, ofSign(own), i -> fitted.logits(own, i), known);
  }

  private CachedFeatures ofSign(CachedFeatures all) {
    FeatureRange range = ranges.get(Math.min(1, ranges.size() - 1));
    return all.columns(range.from(), range.count());
  }

  @Override
  public CachedFeatures features(Network made) {
    return ofSign(features());
  }

  @Override
  public Trained make() {
    List<HeadFit> fits = fit(features(), groups);
    LinearHead fitted = mean(fits);
    fitted.publish(network, head);
    return new Trained(
        network,
        fitted.score(features().plain(), classWeights),
        Optional.of(HeadFit.Logits.mean(fits.stream().map(HeadFit::heldOut).toList())));
  }
}
