package io.fovea.transfer;

import io.fovea.data.base.ImageCopies;
import io.fovea.data.base.PixelDataset;
import io.fovea.loss.SoftmaxCrossEntropy;
import io.fovea.parallel.Workers;
import io.fovea.train.CachedFeatures;
import io.fovea.transfer.head.FeatureRange;
import io.fovea.transfer.head.Folds;
import io.fovea.transfer.head.HeldOutProbabilities;
import io.fovea.transfer.head.LinearHead;
import io.fovea.transfer.head.SoftmaxRegression;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Logistic regression on the features of the photos that a person has labelled. */
final class SortModel {
  private static final int FOLDS = 5;
  private static final long SEED = 42;

  /** C of the fit: near the optimum for 10 to 500 photos, where a search would take 30 fits. */
  private static final double STRENGTH = 1e-2;

  private final SortFeatures features;
  private final LinearHead head;
  private final int[] present;
  private final int classes;

  /** Photos with features, their classes, and the names of all classes. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Labelled(List<Path> photos, int[] labels, List<String> classes) {
    /** The classes that have photos, ascending: without the others, no bias runs away. */
    int[] present() {
      return IntStream.of(labels).distinct().sorted().toArray();
    }

    CachedFeatures rows(SortFeatures features) {
      int[] present = present();
      int[] numbered =
          IntStream.of(labels).map(label -> Arrays.binarySearch(present, label)).toArray();
      return features.rows(photos, numbered, present.length);
    }
  }

  private SortModel(SortFeatures features, LinearHead head, int[] present, int classes) {
    this.features = features;
    this.head = head;
    this.present = present;
    this.classes = classes;
  }

  /** The fit; null where fewer than two classes have photos. */
  static @Nullable SortModel fit(SortFeatures features, Labelled photos) {
    int[] present = photos.present();
    if (present.length < 2) {
      return null;
    }
    CachedFeatures rows = photos.rows(features);
    try (Workers workers = Workers.of(1)) {
      LinearHead head =
          new SoftmaxRegression(
                  rows, FeatureRange.all(rows), List.of(), features.settings().kernels, workers)
              .fit(STRENGTH);
      return new SortModel(features, head, present, photos.classes.size());
    }
  }

  /** Whether every class had photos. */
  boolean knowsAll() {
    return present.length == classes;
  }

  /** A probability for each class, 0 for one that had no photos. */
  double[] probabilities(Path photo) {
    double[] logP = new double[present.length];
    SoftmaxCrossEntropy.logProbabilities(logP, head.logits(features.known(photo).features()));
    double[] all = new double[classes];
    for (int k = 0; k < present.length; k++) {
      all[present[k]] = StrictMath.exp(logP[k]);
    }
    return all;
  }

  /** The difference between the two largest probabilities. */
  double margin(Path photo) {
    double[] sorted = probabilities(photo);
    Arrays.sort(sorted);
    return sorted[sorted.length - 1] - sorted[sorted.length - 2];
  }

  /** The labels that fits to the other folds find improbable, the worst first. */
  static List<PhotoCheck.Photo> doubtful(SortFeatures features, Labelled photos) {
    int[] present = photos.present();
    if (present.length < 2) {
      return List.of();
    }
    CachedFeatures rows = photos.rows(features);
    int count = rows.size();
    List<String> names = IntStream.of(present).mapToObj(photos.classes::get).toList();
    int[] labels = IntStream.range(0, count).map(rows::label).toArray();
    PixelDataset set = features.thumbnails(photos.photos, names, labels);
    int[] groups = IntStream.range(0, count).toArray();
    ImageCopies.all(set).forEach(copy -> groups[copy.image()] = groups[copy.of()]);
    Transfer settings = features.settings();
    double[][] judged =
        HeldOutProbabilities.of(
            rows, Folds.of(labels, groups, FOLDS, SEED), settings.threads, settings.kernels);
    int[] ofClass = new int[present.length];
    IntStream.of(labels).forEach(label -> ofClass[label]++);
    return PhotoCheck.sorted(
            IntStream.range(0, count)
                .mapToObj(i -> PhotoCheck.photo(set, i, false, judged[i], ofClass[labels[i]] == 1))
                .toList())
        .stream()
        .filter(PhotoCheck.Photo::isDoubtful)
        .toList();
  }
}
