package io.fovea.transfer;

import io.fovea.data.base.GroupedParts;
import io.fovea.dataset.Dataset;
import io.fovea.network.Network;
import io.fovea.parallel.Workers;
import io.fovea.train.CachedFeatures;
import io.fovea.train.EpochReport;
import io.fovea.transfer.head.FeatureRange;
import io.fovea.transfer.head.HeadFit;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A network whose last layer was solved, not trained: logistic regression with L2 on the features
 * of the unchanged backbone, to its optimum.
 *
 * @param network the network with the new layer
 * @param features the layer's inputs
 * @param strength C, the inverse strength of the penalty, chosen on photos that were held out
 * @param validation loss and accuracy of that strength on these; empty if there were too few
 * @param judged the number of these photos
 * @param train loss and accuracy on the training photos themselves
 * @param seconds the time that it took
 */
public record LastLayer(
    Network network,
    int features,
    double strength,
    Optional<EpochReport.Score> validation,
    int judged,
    EpochReport.Score train,
    double seconds) {
  /** The accuracy on the photos that chose the strength; empty if there were too few. */
  public Optional<Accuracy> accuracy() {
    return validation.map(score -> new Accuracy(score.accuracy(), judged));
  }

  static LastLayer fit(Transfer settings, Dataset train, @Nullable Dataset validation) {
    long begin = System.nanoTime();
    Network network = settings.backbone.classifier(train.classes());
    Network cut = OutputLayer.below(network);
    List<Double> weights = settings.classWeights(train);
    CachedFeatures features = settings.features(cut, train, settings.views);
    try (Workers workers = Workers.of(settings.threads)) {
      HeadFit fit =
          validation == null
              ? HeadFit.of(
                  features,
                  FeatureRange.all(features),
                  settings.penaltyFolds(features, GroupedParts.numbers(train)),
                  weights,
                  settings.kernels,
                  workers)
              : HeadFit.of(
                  features,
                  settings.features(cut, validation, 1),
                  weights,
                  settings.kernels,
                  workers);
      fit.head().publish(network, OutputLayer.dense(network.graph()).name());
      return new LastLayer(
          network,
          fit.head().width(),
          fit.strength(),
          Optional.of(fit).filter(own -> own.judged() > 0).map(HeadFit::validation),
          fit.judged(),
          fit.head().score(features.plain(), weights),
          (System.nanoTime() - begin) * 1e-9);
    }
  }
}
