package io.fovea.transfer;

import io.fovea.dataset.Dataset;
import io.fovea.layer.AvgPool2d;
import io.fovea.network.Graph;
import io.fovea.network.Network;
import io.fovea.network.Weights;
import io.fovea.network.Zoo;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Window;
import io.fovea.train.CachedFeatures;
import io.fovea.train.DivergedException;
import io.fovea.train.EpochReport;
import io.fovea.train.Listener;
import io.fovea.train.StepReport;
import io.fovea.train.Trainer;
import io.fovea.train.Training;
import io.fovea.transfer.head.Familiarity;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Trains all layers: the backbone's with a new last layer, or a small network's. */
record TrainedLayers(
    SearchPlan.Planned planned,
    Transfer settings,
    Network start,
    Dataset train,
    List<Double> classWeights)
    implements CandidateMethod {
  /** The longest side of photos for the network from scratch. */
  private static final int SCRATCH_SIDE = 96;

  /** The steps that measure the time of a step; the first ones are slow. */
  private static final int MEASURED_STEPS = 8;

  /** Trials are reported by their scores; a trainer without listeners would log. */
  private static final Listener SILENT = new Listener() {};

  private static final String SCRATCH_POOL = "reduced";

  private boolean isTuned() {
    return planned.kind() == CandidateKind.TUNED;
  }

  @Override
  public double secondsPerPhoto() {
    double[] most = {0};
    Listener fastest =
        new Listener() {
          @Override
          public void onStep(Training running, StepReport step) {
            most[0] = Math.max(most[0], step.imagesPerSecond());
          }
        };
    try {
      trainer(network()).until(MEASURED_STEPS).listener(fastest).fit(train);
    } catch (DivergedException early) {
      // As the first trial will.
    }
    return most[0] == 0 ? 0 : 1 / most[0];
  }

  private Network network() {
    return isTuned() ? start.copy() : small();
  }

  private Trainer trainer(Network network) {
    Trainer trainer = settings.trainer(network, classWeights).listener(SILENT);
    if (isTuned()) {
      settings.tune(trainer);
    }
    if (planned.rate() != 1) {
      trainer.rate("*", planned.rate());
    }
    return trainer.epochs(planned.passes()).earlyStop(0).until(Long.MAX_VALUE);
  }

  @Override
  public HeldOut judge(int[] rest, int[] held) {
    Network network = network();
    trainer(network).fit(train.select(rest, train.name()));
    Network whole = network.featuresBeside(AveragedHeads.sign(network.graph()));
    CachedFeatures all = settings.features(whole, train, 1);
    int classes = train.classes().size();
    CachedFeatures features = all.columns(classes, all.width() - classes);
    return HeldOut.of(
        held,
        features.select(held),
        i -> IntStream.range(0, classes).mapToDouble(k -> all.value(held[i], 0, k)).toArray(),
        Familiarity.of(features.select(rest)));
  }

  @Override
  public CachedFeatures features(Network made) {
    return settings.features(sign(made), train, 1);
  }

  private static Network sign(Network network) {
    return network.pooledFeatures(AveragedHeads.sign(network.graph()));
  }

  @Override
  public Trained make() {
    Network network = network();
    EpochReport last = trainer(network).fit(train).epochs().getLast();
    return new Trained(
        network, new EpochReport.Score(last.trainLoss(), last.trainAccuracy()), Optional.empty());
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
