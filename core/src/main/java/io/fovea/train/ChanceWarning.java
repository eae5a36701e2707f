package io.fovea.train;

import io.fovea.dataset.Dataset;
import io.fovea.metrics.ChanceLevel;
import java.util.Optional;

/** The warning of a run that ended by itself at {@link ChanceLevel}. */
final class ChanceWarning {
  private ChanceWarning() {}

  static Optional<String> of(Trainer settings, History history, Dataset train) {
    boolean isOver = history.stoppedEarly() || !history.stopped();
    boolean isOther = settings.group != null && settings.group.rank() > 0;
    if (train.isMultiLabel() || !isOver || history.epochs().isEmpty() || isOther) {
      return Optional.empty();
    }
    int kept = settings.keepBest ? history.best().epoch() : history.epochs().getLast().epoch();
    EpochReport report = history.epochs().get(kept - 1);
    Dataset images =
        settings.validation != null
            ? settings.validation
            : settings.test != null ? settings.test : train;
    double accuracy =
        report
            .validation()
            .or(report::test)
            .map(EpochReport.Score::accuracy)
            .orElse(report.trainAccuracy());
    return ChanceLevel.warning(
            accuracy,
            images,
            "try another learning rate than %s, more epochs, or another initialisation"
                .formatted(settings.optimizer.learningRate()))
        .map(text -> "train: " + images.name() + ": " + text);
  }
}
