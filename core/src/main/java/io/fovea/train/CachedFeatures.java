package io.fovea.train;

import io.fovea.dataset.Augmentation;
import io.fovea.dataset.Batch;
import io.fovea.dataset.Dataset;
import io.fovea.inference.Classifier;
import io.fovea.kernel.KernelSet;
import io.fovea.network.Network;
import io.fovea.network.execution.DatasetCheck;
import io.fovea.parallel.Workers;
import io.fovea.preprocessing.Preprocessing;
import io.fovea.train.step.BatchShard;
import io.fovea.train.step.Batches;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The features that a frozen network computes for the images of a data set: a row of F numbers for
 * each image and view. View 0 is the unchanged image, the others are augmented. Each view passes
 * through the network once, however often its features are read. Immutable.
 */
public final class CachedFeatures {
  /**
   * The most images of a batch; with few threads, four a thread take as long and need less memory.
   */
  private static final int BATCH = 64;

  private final float[] values;
  private final int[] labels;
  private final int width;
  private final int views;
  private final int classes;

  private CachedFeatures(float[] values, int[] labels, int width, int views, int classes) {
    this.values = values;
    this.labels = labels;
    this.width = width;
    this.views = views;
    this.classes = classes;
  }

  /**
   * Computes the features.
   *
   * @param cut the network that computes the features, such as {@link Network#pooledFeatures}
   * @param views the rows of an image, 1 or more
   * @param augmentation changes all views except the first, keyed by the seed, the view and the
   *     image
   * @throws IllegalArgumentException if the augmentation mixes images, the views are no positive
   *     number, or the features would be more than an array can hold
   */
  public static CachedFeatures of(
      Network cut,
      Dataset data,
      int views,
      Augmentation augmentation,
      long seed,
      int threads,
      KernelSet kernels) {
    int width = cut.graph().output().elements();
    if (views < 1 || (views > 1 && augmentation.mixes())) {
      throw new IllegalArgumentException(
          "features: expects 1 view or more and an augmentation without mixtures, got %d and \"%s\"; leave mixup and cutmix out"
              .formatted(views, augmentation.text()));
    }
    long floats = (long) data.size() * views * width;
    if (floats > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(
          "features: %,d images in %d views with %,d features each are more than fit into an array; take fewer images or views"
              .formatted(data.size(), views, width));
    }
    float[] values = new float[(int) floats];
    int[] labels = new int[data.size()];
    Arrays.setAll(labels, i -> DatasetCheck.label(data, i));
    int[] order = IntStream.range(0, data.size()).toArray();
    int most = Math.clamp(4L * threads, 8, BATCH);
    float[] background = views > 1 ? Preprocessing.backgroundColour(data) : new float[0];
    try (Workers workers = Workers.of(threads);
        Classifier classifier = Classifier.of(cut, threads, kernels)) {
      for (int view = 0; view < views; view++) {
        Batches batches =
            view == 0
                ? new Batches(data, cut.preprocessing(), most)
                : new Batches(data, cut.preprocessing(), most, augmentation, background, threads);
        for (int from = 0; from < data.size(); from += most) {
          int count = Math.min(most, data.size() - from);
          BatchShard all = BatchShard.of(count, 0, 1);
          Batch batch =
              batches.load(order, from, count, all, Augmentation.key(seed, view), workers);
          float[] y = classifier.outputs(batch.x()).toArray(); // in the order of dense weights
          for (int n = 0; n < count; n++) {
            int row = (from + n) * views + view;
            System.arraycopy(y, n * width, values, row * width, width);
          }
        }
      }
    }
    return new CachedFeatures(values, labels, width, views, data.classes().size());
  }

  /**
   * Features from elsewhere, one view of each image.
   *
   * @param values (N, F), row-major; the memory is not copied
   * @param labels (N), from 0 to below the number of classes
   */
  public static CachedFeatures of(float[] values, int[] labels, int classes) {
    return new CachedFeatures(values, labels, values.length / labels.length, 1, classes);
  }

  /** The number of images. */
  public int size() {
    return labels.length;
  }

  /** F, the features of a row. */
  public int width() {
    return width;
  }

  /** The rows of an image. */
  public int views() {
    return views;
  }

  /** The number of classes. */
  public int classes() {
    return classes;
  }

  /** The label of an image. */
  public int label(int image) {
    return labels[image];
  }

  /** Feature f of an image's view. */
  public float value(int image, int view, int f) {
    return values[(image * views + view) * width + f];
  }

  /** The features of some images, in the given order, as a copy. */
  public CachedFeatures select(int[] images) {
    float[] chosen = new float[images.length * views * width];
    int[] own = new int[images.length];
    for (int i = 0; i < images.length; i++) {
      own[i] = labels[images[i]];
      System.arraycopy(values, images[i] * views * width, chosen, i * views * width, views * width);
    }
    return new CachedFeatures(chosen, own, width, views, classes);
  }

  /** The same images with view 0 only. */
  public CachedFeatures plain() {
    return views == 1 ? this : columns(0, width);
  }

  /** The same images with {@code count} features of view 0, from number {@code from} on. */
  public CachedFeatures columns(int from, int count) {
    float[] chosen = new float[size() * count];
    for (int i = 0; i < size(); i++) {
      System.arraycopy(values, i * views * width + from, chosen, i * count, count);
    }
    return new CachedFeatures(chosen, labels, count, 1, classes);
  }

  /** The features of an image's view 0, as a copy. */
  public float[] row(int image) {
    return Arrays.copyOfRange(values, image * views * width, (image * views + 1) * width);
  }
}
