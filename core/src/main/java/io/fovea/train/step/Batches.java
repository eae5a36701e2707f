package io.fovea.train.step;

import io.fovea.dataset.Augmentation;
import io.fovea.dataset.Batch;
import io.fovea.dataset.Dataset;
import io.fovea.dataset.Targets;
import io.fovea.network.execution.DatasetCheck;
import io.fovea.parallel.Workers;
import io.fovea.preprocessing.Preprocessing;
import io.fovea.random.RandomKey;
import io.fovea.tensor.Tensor;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Loads images by index into one reused batch: pixels, augmentation, the model's preprocessing,
 * images in parallel, then mixtures of images if the augmentation has any.
 */
public final class Batches {
  private final Dataset data;
  private final Preprocessing preprocessing;
  private final int elements;
  private final int classes;
  private final Memory loaded;
  private Augmentation augmentation = Augmentation.none();
  private Augmentation.Augmenter[] augmenters = {};
  private @Nullable Memory mixed;
  private int[] order = {};
  private int from;
  private int count;
  private BatchShard share = new BatchShard(0, 0, true);
  private int[] partners = {};
  private int[] places = {};
  private RandomKey epoch = RandomKey.of(0);

  /** The arrays of one batch, of the largest size. */
  private static final class Memory {
    private final Tensor x;
    private final int[] labels;
    private final float[] shares;

    Memory(Dataset data, int largest) {
      x = Tensor.zeros(data.shape(), largest);
      labels = new int[largest];
      shares = new float[largest * data.classes().size()];
    }

    Batch front(int count, int classes) {
      return new Batch(x.slice(0, count), Targets.on(labels, shares, count, classes));
    }
  }

  public Batches(Dataset data, Preprocessing preprocessing, int largest) {
    this.data = data;
    this.preprocessing = preprocessing;
    this.elements = data.shape().elements();
    this.classes = data.classes().size();
    this.loaded = new Memory(data, largest);
  }

  /**
   * Batches that up to {@code threads} threads augment.
   *
   * @param background what surrounds the images, one pixel a channel
   */
  public Batches(
      Dataset data,
      Preprocessing preprocessing,
      int largest,
      Augmentation augmentation,
      float[] background,
      int threads) {
    this(data, preprocessing, largest);
    this.augmentation = augmentation;
    this.augmenters = new Augmentation.Augmenter[threads];
    Arrays.setAll(augmenters, i -> augmentation.augmenter(data.shape(), background));
    this.mixed = augmentation.mixes() ? new Memory(data, largest) : null;
  }

  /** A worker's share of the images order[from] to order[from + count - 1]. */
  public Batch load(
      int[] order, int from, int count, BatchShard share, RandomKey epoch, Workers workers) {
    workers.run(begin(order, from, count, share, epoch), this::image);
    return end();
  }

  /**
   * Begins a batch: call {@link #image} for each image, then {@link #end}.
   *
   * @param count the images of the full batch
   * @return the number of images to load: the share's, then their mixing partners
   */
  public int begin(int[] order, int from, int count, BatchShard share, RandomKey epoch) {
    this.order = order;
    this.from = from;
    this.count = count;
    this.share = share;
    this.epoch = epoch;
    this.partners =
        mixed == null ? new int[0] : epoch.with("partners").with(from).permutation(count);
    this.places = places();
    return places.length;
  }

  /** The positions in the batch of the share's images, then of their mixing partners. */
  private int[] places() {
    int[] all = new int[mixed == null ? share.count() : 2 * share.count()];
    int n = 0;
    for (int place = share.begin(); place < share.end(); place++) {
      all[n++] = place;
    }
    if (mixed == null) {
      return all;
    }
    for (int place = share.begin(); place < share.end(); place++) {
      int partner = partners[place];
      if (partner < share.begin() || partner >= share.end()) {
        all[n++] = partner;
      }
    }
    return Arrays.copyOf(all, n);
  }

  /** Loads image n of those to load. No two calls have the same worker at the same time. */
  public void image(int n, int worker) {
    int index = order[from + places[n]];
    float[] x = loaded.x.array();
    data.pixels(index, x, n * elements);
    if (augmenters.length > 0) {
      augmenters[worker].change(x, n * elements, epoch.with(index));
    }
    preprocessing.apply(x, n * elements, elements);
    loaded.labels[n] = DatasetCheck.label(data, index);
    data.shares(index, loaded.shares, n * classes);
  }

  /** Ends the batch after all its images are loaded; returns the share. */
  public Batch end() {
    Batch batch = loaded.front(places.length, classes);
    Memory target = mixed;
    if (target == null) {
      return batch;
    }
    System.arraycopy(loaded.labels, 0, target.labels, 0, share.count());
    Batch mixture = target.front(share.count(), classes);
    int[] slots = new int[count];
    for (int n = 0; n < places.length; n++) {
      slots[places[n]] = n;
    }
    for (int n = 0; n < share.count(); n++) {
      RandomKey own = epoch.with(order[from + places[n]]);
      augmentation.mix(mixture, batch, n, slots[partners[places[n]]], own);
    }
    return mixture;
  }
}
