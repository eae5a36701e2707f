package io.fovea.cli.train.engine;

import io.fovea.cli.screen.UsageException;
import io.fovea.cli.train.flags.Settings;
import io.fovea.cli.train.flags.TrainFlags;
import io.fovea.data.base.DataSplit;
import io.fovea.dataset.Dataset;
import io.fovea.random.RandomKey;
import java.util.Arrays;
import java.util.Optional;

/** The training images of a run, and its validation images, if any; test images are in neither. */
record TrainingParts(Dataset train, Optional<Dataset> validation) {
  /** Splits the training images by {@code --limit} and {@code --validation}. */
  static TrainingParts of(DataSplit split, Settings settings) {
    Dataset train = split.train();
    if (settings.get(TrainFlags.LIMIT) > 0) {
      train = train.first(settings.get(TrainFlags.LIMIT));
    }
    double share = settings.get(TrainFlags.VALIDATION);
    if (share == 0) {
      return new TrainingParts(train, Optional.empty());
    }
    int held = (int) Math.round(share * train.size());
    if (held < 1 || held >= train.size()) {
      throw new UsageException(
          "--validation: %s of %d images gives %d for validation and %d for training; change it"
              .formatted(share, train.size(), held, train.size() - held));
    }
    int[] order =
        RandomKey.of(settings.get(TrainFlags.SEED)).with("validation").permutation(train.size());
    int[] validation = Arrays.copyOf(order, held);
    int[] rest = Arrays.copyOfRange(order, held, order.length);
    Arrays.sort(validation);
    Arrays.sort(rest);
    return new TrainingParts(
        train.select(rest, train.name()),
        Optional.of(train.select(validation, split.name() + " validation")));
  }
}
