package io.fovea.transfer.sort;

import io.fovea.data.base.PixelDataset;
import io.fovea.kernel.KernelSet;
import io.fovea.loss.SoftmaxCrossEntropy;
import io.fovea.parallel.Workers;
import io.fovea.train.CachedFeatures;
import io.fovea.transfer.head.FeatureRange;
import io.fovea.transfer.head.LinearHead;
import io.fovea.transfer.head.SoftmaxRegression;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Logistic regression on the features of the photos that a person has labelled. */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record SortModel(SortFeatures features, LinearHead head, int[] present, int classes) {
  /** C of the fit: near the optimum for 10 to 500 photos, where a search would take 30 fits. */
  private static final double STRENGTH = 1e-2;

  /** Photos with features, their classes, and the names of all classes. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record Labelled(List<Path> photos, int[] labels, List<String> classes) {
    /** The classes that have photos, ascending: without the others, no bias runs away. */
    public int[] present() {
      return IntStream.of(labels).distinct().sorted().toArray();
    }

    private int[] numbered() {
      int[] present = present();
      return IntStream.of(labels).map(label -> Arrays.binarySearch(present, label)).toArray();
    }

    /** The features of the photos, whose labels are numbers of the present classes. */
    public CachedFeatures rows(SortFeatures features) {
      return features.rows(photos, numbered(), present().length);
    }

    /** Thumbnails of the photos, with the same labels. */
    public PixelDataset thumbnails(SortFeatures features) {
      List<String> names = IntStream.of(present()).mapToObj(classes::get).toList();
      return features.thumbnails(photos, names, numbered());
    }
  }

  /** The fit; null where fewer than two classes have photos. */
  public static @Nullable SortModel fit(SortFeatures features, Labelled photos) {
    int[] present = photos.present();
    if (present.length < 2) {
      return null;
    }
    CachedFeatures rows = photos.rows(features);
    try (Workers workers = Workers.of(1)) {
      LinearHead head =
          new SoftmaxRegression(
                  rows, FeatureRange.all(rows), List.of(), KernelSet.fastest(), workers)
              .fit(STRENGTH);
      return new SortModel(features, head, present, photos.classes.size());
    }
  }

  /** Whether every class had photos. */
  public boolean knowsAll() {
    return present.length == classes;
  }

  /** A probability for each class, 0 for one that had no photos. */
  public double[] probabilities(Path photo) {
    double[] logP = new double[present.length];
    SoftmaxCrossEntropy.logProbabilities(logP, head.logits(features.known(photo).features()));
    double[] all = new double[classes];
    for (int k = 0; k < present.length; k++) {
      all[present[k]] = StrictMath.exp(logP[k]);
    }
    return all;
  }

  /** The difference between the two largest probabilities. */
  public double margin(Path photo) {
    double[] sorted = probabilities(photo);
    Arrays.sort(sorted);
    return sorted[sorted.length - 1] - sorted[sorted.length - 2];
  }
}
