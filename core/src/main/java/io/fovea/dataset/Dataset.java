package io.fovea.dataset;

import io.fovea.tensor.Shape;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Labelled images by index. Every image has the same {@link #shape()}; pixels are 0 to 255; the
 * model's preprocessing turns them into network inputs.
 *
 * <p>Implementations are safe for use by several threads at once, and an index always gives the
 * same image.
 */
public interface Dataset {
  /** A name for messages, such as "mnist train". */
  String name();

  /** The number of images. */
  int size();

  /** (C, H, W) of every image; C is 1 for grey, 3 for red, green, blue. */
  Shape shape();

  /** The names of the classes; a label is an index into this list. */
  List<String> classes();

  /**
   * The label of an image, from 0 to classes().size() - 1. Of a {@linkplain #isMultiLabel
   * multi-label} set, the first one; 0 where an image has none.
   */
  int label(int index);

  /**
   * Whether classes do not exclude each other: {@link #shares} of an image then has 1 for each of
   * its classes, several or none.
   */
  default boolean isMultiLabel() {
    return false;
  }

  /**
   * Writes the share of every class in an image, K floats: 1 for its label and 0 elsewhere, unless
   * the classes of this set do not exclude each other.
   */
  default void shares(int index, float[] destination, int offset) {
    java.util.Arrays.fill(destination, offset, offset + classes().size(), 0);
    destination[offset + label(index)] = 1;
  }

  /**
   * Writes the pixels of an image, 0 to 255, channels-last: element (c, h, w) at {@code offset +
   * (h*W + w)*C + c}.
   *
   * @throws IndexOutOfBoundsException if the index is not from 0 to size() - 1
   */
  void pixels(int index, float[] destination, int offset);

  /** An image as a picture: its pixels, rounded to whole numbers. */
  default Image image(int index) {
    float[] pixels = new float[shape().elements()];
    pixels(index, pixels, 0);
    return Image.of(shape(), pixels, 0);
  }

  /**
   * What the background colour of a set is judged by: the sum of an image's pixels for each
   * channel, and behind them the mean of its edges ({@link Image#edgeMean}). Slow data sets do well
   * to remember it, since several training runs ask for it.
   */
  default double[] summary(int index) {
    int channels = shape().size(0);
    float[] pixels = new float[shape().elements()];
    pixels(index, pixels, 0);
    double[] summary = new double[channels + 1];
    for (int i = 0; i < pixels.length; i++) {
      summary[i % channels] += pixels[i];
    }
    summary[channels] = Image.of(shape(), pixels, 0).edgeMean();
    return summary;
  }

  /**
   * Whether {@link #pixels} takes long because it waits or decodes: it reads a disk or a network,
   * for example. A run then loads the next batch while it computes the present one. False where
   * pixels are in memory, which are loaded faster when they are needed. No effect on results.
   */
  default boolean isSlow() {
    return false;
  }

  /**
   * How pictures of other shapes were brought to the size of this set's images; a model that is
   * trained on them frames other pictures in the same way.
   */
  default Framing framing() {
    return Framing.STRETCH;
  }

  /** The origin of an image, for reports: a file name, or its number in the file. */
  default String origin(int index) {
    return name() + " #" + index;
  }

  /**
   * The group of an image, such as the film that it is a frame of; empty if it is in none. Splits
   * keep the images of a group on one side.
   */
  default String group(int index) {
    return "";
  }

  /** A data set of the images at the given indices, in that order. */
  default Dataset select(int[] indices, String name) {
    return new SubsetDataset(this, indices, name, null, null, isMultiLabel());
  }

  /**
   * This data set with the images in groups.
   *
   * @param groups the name of each image's group; empty for an image that is in none
   * @throws IllegalArgumentException if there is not one name for each image
   */
  default Dataset grouped(List<String> groups) {
    if (groups.size() != size()) {
      throw new IllegalArgumentException(
          "%s: expects %d groups, got %d; give an image without one an empty name"
              .formatted(name(), size(), groups.size()));
    }
    String[] names = groups.toArray(new String[0]);
    return new SubsetDataset(this, indices(size()), name(), names, null, isMultiLabel());
  }

  /**
   * This data set as a {@linkplain #isMultiLabel multi-label} one.
   *
   * @param labels the classes of each image, indices into {@link #classes}; empty for none of them
   * @throws IllegalArgumentException if there is not one list for each image, or one has a class
   *     twice or one that is not there
   */
  default Dataset withLabels(List<List<Integer>> labels) {
    if (labels.size() != size()) {
      throw new IllegalArgumentException(
          "%s: expects the labels of %d images, got %d; give an image without any an empty list"
              .formatted(name(), size(), labels.size()));
    }
    int[][] all = new int[size()][];
    for (int i = 0; i < all.length; i++) {
      all[i] = labels.get(i).stream().mapToInt(k -> k).distinct().toArray();
      boolean isKnown = labels.get(i).stream().allMatch(k -> k >= 0 && k < classes().size());
      if (!isKnown || all[i].length < labels.get(i).size()) {
        throw new IllegalArgumentException(
            "%s: expects labels from 0 to %d, each once, got %s"
                .formatted(origin(i), classes().size() - 1, labels.get(i)));
      }
    }
    return new SubsetDataset(this, indices(size()), name(), null, all, true);
  }

  /**
   * This data set with other classes for some images.
   *
   * @param labels the new class of an image, an index into {@link #classes}, by the image's number
   * @throws IllegalArgumentException if there is no such image or class
   */
  default Dataset relabeled(Map<Integer, Integer> labels) {
    int[][] changed = new int[size()][];
    labels.forEach(
        (image, label) -> {
          if (image < 0 || image >= size() || label < 0 || label >= classes().size()) {
            throw new IllegalArgumentException(
                "%s: expects an image below %d and a class below %d, got image %d and class %d"
                    .formatted(name(), size(), classes().size(), image, label));
          }
          changed[image] = new int[] {label};
        });
    return new SubsetDataset(this, indices(size()), name(), null, changed, isMultiLabel());
  }

  /** The first {@code n} images, or all where there are fewer. */
  default Dataset first(int n) {
    return select(indices(Math.min(n, size())), name());
  }

  private static int[] indices(int count) {
    return IntStream.range(0, count).toArray();
  }
}
