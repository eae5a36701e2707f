package io.fovea.cli.train.engine;

import io.fovea.cli.screen.UsageException;
import io.fovea.cli.train.flags.Settings;
import io.fovea.cli.train.flags.TrainFlags;
import io.fovea.data.base.DataSplit;
import io.fovea.data.base.GroupedParts;
import io.fovea.data.base.ImageCopies;
import io.fovea.dataset.Dataset;
import io.fovea.random.RandomKey;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The training images of a run, and its validation images, if any; test images are in neither. */
record TrainingParts(Dataset train, Optional<Dataset> validation) {
  /** Splits the training images by {@code --limit} and {@code --validation}. */
  static TrainingParts of(DataSplit split, Settings settings) {
    TrainingParts parts = split(split, settings);
    return new TrainingParts(ChangedImages.of(parts.train, settings), parts.validation);
  }

  private static TrainingParts split(DataSplit split, Settings settings) {
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
          "validation",
          "%s of %d images gives %d for validation and %d for training; change it"
              .formatted(share, train.size(), held, train.size() - held));
    }
    RandomKey key = RandomKey.of(settings.get(TrainFlags.SEED)).with("validation");
    BitSet chosen = new BitSet(train.size());
    if (GroupedParts.isGrouped(train)) {
      int[] labels = IntStream.range(0, train.size()).map(train::label).toArray();
      double[] shares = {1 - share, share};
      int[] parts = GroupedParts.of(labels, GroupedParts.numbers(train), shares, key);
      IntStream.range(0, parts.length).filter(i -> parts[i] == 1).forEach(chosen::set);
    } else {
      Arrays.stream(key.permutation(train.size())).limit(held).forEach(chosen::set);
    }
    int[] validation = chosen.stream().toArray();
    chosen.flip(0, train.size());
    return new TrainingParts(
        train.select(chosen.stream().toArray(), train.name()),
        Optional.of(train.select(validation, split.name() + " validation")));
  }

  /**
   * A line about photos that lie on both sides of a split: equal ones, and where features are
   * computed anyway also resized and mirrored ones. Slow sets are not read for it.
   */
  Optional<String> copies(Dataset test, boolean isNear) {
    Dataset[] sets =
        Stream.of(Optional.of(train), validation, Optional.of(test))
            .flatMap(Optional::stream)
            .toArray(Dataset[]::new);
    if (Arrays.stream(sets).anyMatch(Dataset::isSlow)) {
      return Optional.empty();
    }
    List<ImageCopies.Copy> across =
        (isNear ? ImageCopies.all(sets) : ImageCopies.exact(sets))
            .stream().filter(copy -> part(sets, copy.image()) != part(sets, copy.of())).toList();
    return across.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "copies: %,d held-out images are also in training or validation, such as %s, which is %s; their figures are too good; fovea data check lists them"
                .formatted(
                    across.size(),
                    origin(sets, across.getFirst().image()),
                    origin(sets, across.getFirst().of())));
  }

  private static int part(Dataset[] sets, int index) {
    int before = 0;
    int part = 0;
    while (index >= before + sets[part].size()) {
      before += sets[part++].size();
    }
    return part;
  }

  private static String origin(Dataset[] sets, int index) {
    int part = part(sets, index);
    int before = Arrays.stream(sets).limit(part).mapToInt(Dataset::size).sum();
    return sets[part].origin(index - before);
  }
}
