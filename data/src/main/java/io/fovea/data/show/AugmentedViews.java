package io.fovea.data.show;

import io.fovea.dataset.Augmentation;
import io.fovea.dataset.Batch;
import io.fovea.dataset.Dataset;
import io.fovea.dataset.Image;
import io.fovea.dataset.Targets;
import io.fovea.preprocessing.Preprocessing;
import io.fovea.random.RandomKey;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Some images of a data set, each augmented as in successive epochs: the pixels of a training run
 * with this seed, except that mixing partners are taken from these images.
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record AugmentedViews(Dataset dataset, Augmentation augmentation, int[] indices, long seed) {
  /** Row by row: an image, then its versions in the epochs 1 to columns - 1. */
  static List<SampleSheet.Cell> draw(
      Dataset dataset, Augmentation augmentation, int rows, int columns, long seed) {
    int[] indices = Samples.indices(dataset, rows, seed);
    AugmentedViews versions = new AugmentedViews(dataset, augmentation, indices, seed);
    List<List<SampleSheet.Cell>> epochs = new ArrayList<>();
    for (int epoch = 1; epoch < columns; epoch++) {
      epochs.add(versions.epoch(epoch));
    }
    List<SampleSheet.Cell> all = new ArrayList<>();
    for (int n = 0; n < indices.length; n++) {
      all.add(Samples.sample(dataset, indices[n]));
      for (List<SampleSheet.Cell> epoch : epochs) {
        all.add(epoch.get(n));
      }
    }
    return all;
  }

  private List<SampleSheet.Cell> epoch(int epoch) {
    RandomKey key = Augmentation.key(seed, epoch);
    Batch batch = batch();
    Augmentation.Augmenter augmenter =
        augmentation.augmenter(dataset.shape(), Preprocessing.backgroundColour(dataset));
    int elements = dataset.shape().elements();
    for (int n = 0; n < indices.length; n++) {
      augmenter.change(batch.x().array(), n * elements, key.with(indices[n]));
    }
    if (augmentation.mixes()) {
      Batch mixed = batch();
      int[] partners = key.with("partners").permutation(indices.length);
      for (int n = 0; n < indices.length; n++) {
        augmentation.mix(mixed, batch, n, partners[n], key.with(indices[n]));
      }
      batch = mixed;
    }
    return samples(batch);
  }

  private Batch batch() {
    int classes = dataset.classes().size();
    Tensor x = Tensor.zeros(dataset.shape(), indices.length);
    float[] shares = new float[indices.length * classes];
    for (int n = 0; n < indices.length; n++) {
      dataset.pixels(indices[n], x.array(), n * dataset.shape().elements());
      dataset.shares(indices[n], shares, n * classes);
    }
    int[] labels = Arrays.stream(indices).map(dataset::label).toArray();
    return new Batch(x, Targets.on(labels, shares, indices.length, classes));
  }

  private List<SampleSheet.Cell> samples(Batch batch) {
    Shape shape = dataset.shape();
    List<SampleSheet.Cell> samples = new ArrayList<>();
    for (int n = 0; n < indices.length; n++) {
      Image image = Image.of(shape, batch.x().array(), n * shape.elements());
      samples.add(new SampleSheet.Cell(image, caption(batch.targets(), n)));
    }
    return samples;
  }

  /** The class, or of a mixture each class with its share: {@code 5 70%, 3 30%}. */
  private String caption(Targets targets, int n) {
    List<String> parts = new ArrayList<>();
    for (int k = 0; k < targets.classes(); k++) {
      float share = targets.share(n, k);
      if (share > 0.995) {
        return dataset.classes().get(k);
      }
      if (share >= 0.005) {
        parts.add(String.format(Locale.ROOT, "%s %.0f%%", dataset.classes().get(k), 100 * share));
      }
    }
    return String.join(", ", parts);
  }
}
