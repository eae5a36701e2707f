package io.fovea.data.base;

import io.fovea.dataset.Dataset;
import io.fovea.dataset.Framing;
import io.fovea.dataset.Image;
import io.fovea.tensor.Shape;
import java.io.Serializable;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Images in memory as bytes, one channels-last array an image, so that a set is not limited to the
 * 2 GiB of one Java array. Immutable.
 */
public final class PixelDataset implements Dataset, Serializable {
  private static final long serialVersionUID = 1;

  private final String name;
  private final int[] sizes;
  private final String[] classes;
  private final byte[][] images;
  private final int[] labels;
  private final String @Nullable [] origins;
  private final Framing framing;

  /**
   * Uses the arrays without copying; the caller must not change them.
   *
   * @param images the bytes of (H, W, C) of each
   * @param labels one for each image
   * @param origins the origin of each; null for its number
   * @param framing how pictures were brought to the size
   */
  @SuppressWarnings("exports") // jspecify is for compilers alone
  public PixelDataset(
      String name,
      Shape shape,
      List<String> classes,
      byte[][] images,
      int[] labels,
      @Nullable List<String> origins,
      Framing framing) {
    if (images.length != labels.length) {
      throw new IllegalArgumentException(
          "%s: expects a label for each image, got %d for %d"
              .formatted(name, labels.length, images.length));
    }
    this.name = name;
    this.sizes = shape.sizes();
    this.classes = classes.toArray(String[]::new);
    this.images = images;
    this.labels = labels;
    this.origins = origins == null ? null : origins.toArray(String[]::new);
    this.framing = framing;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public int size() {
    return images.length;
  }

  @Override
  public Shape shape() {
    return Shape.of(sizes);
  }

  @Override
  public List<String> classes() {
    return Collections.unmodifiableList(Arrays.asList(classes));
  }

  @Override
  public int label(int index) {
    return labels[Objects.checkIndex(index, labels.length)];
  }

  @Override
  public void pixels(int index, float[] destination, int offset) {
    byte[] image = images[Objects.checkIndex(index, images.length)];
    for (int i = 0; i < image.length; i++) {
      destination[offset + i] = image[i] & 0xff;
    }
  }

  @Override
  public Framing framing() {
    return framing;
  }

  @Override
  public String origin(int index) {
    Objects.checkIndex(index, images.length);
    return origins == null ? Dataset.super.origin(index) : origins[index];
  }

  @Override
  public Image image(int index) {
    return Image.of(sizes[0], sizes[1], sizes[2], images[index]);
  }

  /**
   * This data set with changed pictures.
   *
   * @param shape the shape (C, H, W) of the changed ones
   * @param change is called by several threads
   */
  public PixelDataset map(Shape shape, UnaryOperator<Image> change) {
    byte[][] changed = new byte[images.length][];
    IntStream.range(0, images.length)
        .parallel()
        .forEach(i -> changed[i] = change.apply(image(i)).pixels());
    List<String> own = origins == null ? null : List.of(origins);
    return new PixelDataset(name, shape, classes(), changed, labels, own, framing);
  }
}
