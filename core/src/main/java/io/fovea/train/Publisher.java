package io.fovea.train;

import io.fovea.dataset.Dataset;
import io.fovea.kernel.KernelSet;
import io.fovea.metrics.Evaluation;
import io.fovea.metrics.MultiLabelScores;
import io.fovea.network.AnswerRule;
import io.fovea.network.Network;
import io.fovea.network.Weights;
import io.fovea.parallel.Workers;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Publishes a run's weights in its network; where images have several labels, with thresholds by
 * the validation images, or the usual ones if there are none.
 */
final class Publisher {
  private final Network network;
  private final boolean isMultiLabel;
  private final @Nullable Dataset validation;
  private Optional<AnswerRule.SeveralLabels> rule = Optional.empty();

  Publisher(Trainer settings, Dataset data) {
    this.network = settings.network;
    this.isMultiLabel = data.isMultiLabel();
    this.validation = settings.validation;
  }

  /** Takes the thresholds of an evaluation of the weights that are published next. */
  void see(Dataset set, Evaluation evaluation) {
    if (set.equals(validation)) {
      rule = evaluation.multiLabel().map(MultiLabelScores::rule);
    }
  }

  void publish(Weights weights) {
    if (!isMultiLabel) {
      network.publish(weights);
      return;
    }
    int classes = network.labels().size();
    network.publish(weights, rule.orElseGet(() -> AnswerRule.SeveralLabels.usual(classes)));
  }

  /** The same for a run's last weights, which may be those of an earlier epoch. */
  void last(Weights weights, Workers workers, KernelSet kernels) {
    publish(weights);
    if (isMultiLabel && validation != null) {
      see(validation, Evaluation.of(network, validation, workers, kernels));
      publish(weights);
    }
  }
}
