package io.fovea.data.show;

import io.fovea.dataset.Dataset;
import io.fovea.random.RandomKey;
import io.fovea.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** A random sample of images of a data set, by seed, without repetition. */
final class Samples {
  private Samples() {}

  static List<SampleSheet.Cell> draw(Dataset dataset, int count, long seed) {
    return Arrays.stream(indices(dataset, count, seed))
        .mapToObj(index -> sample(dataset, index))
        .toList();
  }

  /** The indices of {@code count} images, or of all if there are fewer. */
  static int[] indices(Dataset dataset, int count, long seed) {
    int[] order = RandomKey.of(seed).with("samples").permutation(dataset.size());
    return Arrays.copyOf(order, Math.min(count, order.length));
  }

  static SampleSheet.Cell sample(Dataset dataset, int index) {
    return new SampleSheet.Cell(dataset.image(index), dataset.classes().get(dataset.label(index)));
  }

  /**
   * A one-line summary of a data set, for example {@code 60,000 images of 28x28 in grey, 10
   * classes}.
   */
  static String summary(Dataset dataset) {
    Shape shape = dataset.shape();
    return String.format(Locale.ROOT, "%,d", dataset.size())
        + (dataset.size() == 1 ? " image of " : " images of ")
        + shape.size(2)
        + "x"
        + shape.size(1)
        + (shape.size(0) == 1 ? " in grey, " : " in colour, ")
        + dataset.classes().size()
        + " classes";
  }
}
