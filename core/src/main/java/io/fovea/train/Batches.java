package io.fovea.train;

import io.fovea.dataset.Batch;
import io.fovea.dataset.Dataset;
import io.fovea.dataset.Targets;
import io.fovea.network.Preprocessing;
import io.fovea.parallel.Workers;
import io.fovea.tensor.Tensor;

/**
 * Loads images by index into one reused batch: pixels, then the model's preprocessing, images in
 * parallel.
 */
final class Batches {
  private final Dataset data;
  private final Preprocessing preprocessing;
  private final Workers workers;
  private final Tensor x;
  private final int[] labels;
  private final float[] shares;

  Batches(Dataset data, Preprocessing preprocessing, int largest, Workers workers) {
    this.data = data;
    this.preprocessing = preprocessing;
    this.workers = workers;
    this.x = Tensor.zeros(data.shape(), largest);
    this.labels = new int[largest];
    this.shares = new float[largest * data.classes().size()];
  }

  /** The images order[from] to order[from + count - 1]. */
  Batch load(int[] order, int from, int count) {
    int elements = data.shape().elements();
    int classes = data.classes().size();
    workers.run(
        count,
        (n, worker) -> {
          int index = order[from + n];
          data.pixels(index, x.array(), n * elements);
          preprocessing.apply(x.array(), n * elements, elements);
          labels[n] = label(index);
          data.shares(index, shares, n * classes);
        });
    return new Batch(x.slice(0, count), Targets.on(labels, shares, count, classes));
  }

  private int label(int index) {
    int label = data.label(index);
    if (label < 0 || label >= data.classes().size()) {
      throw new IllegalArgumentException(
          "%s: label %d is not from 0 to %d; correct the label, or name all classes"
              .formatted(data.origin(index), label, data.classes().size() - 1));
    }
    return label;
  }
}
