package io.fovea.cli.train;

import io.fovea.dataset.Dataset;
import io.fovea.layer.KernelSet;
import io.fovea.network.Graph;
import io.fovea.network.Network;
import io.fovea.network.Weights;
import io.fovea.parallel.Workers;
import io.fovea.train.CachedFeatures;
import io.fovea.train.Checkpoint;
import io.fovea.train.EpochReport;
import io.fovea.train.Folds;
import io.fovea.train.HeadFit;
import io.fovea.train.History;
import io.fovea.train.Listener;
import io.fovea.train.Training;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A run without steps, for listeners: its network is complete, and its only epoch is the fit of a
 * last layer, or a choice among candidates.
 */
record HeadTraining(Network network, TrainJob job) implements Training {
  /** The folds of the cross-validation that chooses the penalty's strength. */
  private static final int FOLDS = 5;

  /** The number of images from which one fold is enough. */
  private static final int MANY = 2_000;

  /** A fitted last layer, with its time and accuracy. */
  record Fitted(HeadFit fit, EpochReport.Score train, double seconds) {}

  /** The network without its last layer. */
  static Network cut(Network network) {
    return network.features(lastInput(network.graph()));
  }

  /** The node that is the last layer's input. */
  static String lastInput(Graph graph) {
    String head = TransferSettings.head(graph);
    return graph.nodes().stream()
        .filter(node -> node.name().equals(head))
        .findFirst()
        .orElseThrow()
        .inputs()
        .getFirst();
  }

  /** The values that a cut network computes for some images of the run. */
  static CachedFeatures features(
      TrainJob job, Network cut, Dataset images, int views, int threads) {
    Settings settings = job.settings();
    return CachedFeatures.of(
        cut, images, views, settings.augmentation(), settings.seed(), threads, settings.kernels());
  }

  /** Fits the last layer of the job's network in place. */
  static Fitted fit(TrainJob job, int threads) {
    long begin = System.nanoTime();
    Network network = job.network();
    Network cut = cut(network);
    Dataset train = job.parts().train();
    List<Double> weights = job.settings().loss().classWeights(train);
    KernelSet kernels = job.settings().kernels();
    CachedFeatures features = features(job, cut, train, job.settings().transfer().views(), threads);
    try (Workers workers = Workers.of(threads)) {
      HeadFit fit;
      if (job.parts().validation().isPresent()) {
        CachedFeatures held = features(job, cut, job.parts().validation().get(), 1, threads);
        fit = HeadFit.of(features, held, weights, kernels, workers);
      } else {
        fit = HeadFit.of(features, folds(features, job.settings()), weights, kernels, workers);
      }
      fit.head().publish(network, TransferSettings.head(network.graph()));
      EpochReport.Score score = fit.head().score(features.plain(), weights);
      return new Fitted(fit, score, (System.nanoTime() - begin) * 1e-9);
    }
  }

  /** The folds that choose the penalty's strength; with many images, one holdout. */
  static Folds folds(CachedFeatures train, Settings settings) {
    int[] labels = IntStream.range(0, train.size()).map(train::label).toArray();
    Folds folds = Folds.of(labels, Math.clamp(train.size(), 2, FOLDS), settings.seed());
    return train.size() > MANY ? folds.single() : folds;
  }

  /** Reports the run's only epoch to all listeners. */
  History finish(
      EpochReport.Score train,
      Optional<EpochReport.Score> validation,
      double seconds,
      List<Listener> listeners) {
    EpochReport report =
        new EpochReport(
            1, 1, train.loss(), train.accuracy(), validation, Optional.empty(), seconds);
    List<EpochReport> epochs = new ArrayList<>(List.of(report));
    listeners.forEach(listener -> listener.onEpoch(this, report));
    listeners.forEach(listener -> listener.onEnd(this));
    return new History(network, epochs, 1, false, false);
  }

  @Override
  public Weights snapshot() {
    return network.weights();
  }

  /** A checkpoint at the end of the run; there is nothing to resume. */
  @Override
  public Checkpoint checkpoint() {
    return new Checkpoint(
        network.weights(),
        "l-bfgs",
        Map.of(),
        new Checkpoint.Position(1, 2, 0, 0, 0, 0, 0),
        job.settings().seed(),
        "",
        job.settings().kernels().title(),
        List.of());
  }

  @Override
  public int epochs() {
    return 1;
  }

  @Override
  public int images() {
    return job.parts().train().size();
  }

  @Override
  public long steps() {
    return 1;
  }

  /** Does nothing: the work is complete when listeners are called. */
  @Override
  public void stop() {}
}
