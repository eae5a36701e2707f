package io.fovea.data;

import io.fovea.dataset.Dataset;
import io.fovea.dataset.Framing;
import io.fovea.dataset.Image;
import io.fovea.tensor.Shape;
import java.io.Serializable;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
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
    this(
        name,
        shape.sizes(),
        classes.toArray(String[]::new),
        images,
        labels,
        origins == null ? null : origins.toArray(String[]::new),
        framing);
  }

  private PixelDataset(
      String name,
      int[] sizes,
      String[] classes,
      byte[][] images,
      int[] labels,
      String @Nullable [] origins,
      Framing framing) {
    if (images.length != labels.length) {
      throw new IllegalArgumentException(
          "%s: expects a label for each image, got %d for %d"
              .formatted(name, labels.length, images.length));
    }
    this.name = name;
    this.sizes = sizes;
    this.classes = classes;
    this.images = images;
    this.labels = labels;
    this.origins = origins;
    this.framing = framing;
  }

  /** Refuses images that cannot fit into memory before anything is allocated. */
  static void requireMemory(String what, long count, long bytesEach) throws DataException {
    long needed = Math.multiplyHigh(count, bytesEach) != 0 ? Long.MAX_VALUE : count * bytesEach;
    long most = Runtime.getRuntime().maxMemory();
    if (needed < 0 || needed > most) {
      throw new DataException(
          "%s: %s images of %s bytes need %s MB of memory, Java may use %s MB; choose a smaller image size or raise the limit with -Xmx"
              .formatted(what, count, bytesEach, megabytes(needed), megabytes(most)));
    }
  }

  private static long megabytes(long bytes) {
    return bytes / 1_000_000;
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

  Image image(int index) {
    return Image.of(sizes[0], sizes[1], sizes[2], images[index]);
  }

  /** This data set with transposed images. */
  PixelDataset transposed() {
    int channels = sizes[0];
    int height = sizes[1];
    int width = sizes[2];
    byte[][] turned = new byte[images.length][];
    for (int n = 0; n < turned.length; n++) {
      turned[n] = new byte[images[n].length];
      for (int k = 0; k < turned[n].length; k++) {
        int y = k / channels / height;
        int x = k / channels % height;
        turned[n][k] = images[n][(x * width + y) * channels + k % channels];
      }
    }
    int[] across = {channels, width, height};
    return new PixelDataset(name, across, classes, turned, labels, origins, framing);
  }

  /** This data set with the size and the colours of the options. */
  PixelDataset as(DataOptions options) throws DataException {
    int height = options.imageSize().map(ImageSize::height).orElse(sizes[1]);
    int width = options.imageSize().map(ImageSize::width).orElse(sizes[2]);
    int channels = options.channels().orElse(sizes[0]);
    Shape wanted = Shape.of(channels, height, width);
    if (wanted.equals(shape())) {
      return this;
    }
    requireMemory(name, size(), wanted.elements());
    byte[][] converted = new byte[images.length][];
    IntStream.range(0, images.length)
        .parallel()
        .forEach(
            i -> converted[i] = image(i).withChannels(channels).resized(height, width).pixels());
    return new PixelDataset(
        name, wanted.sizes(), classes, converted, labels, origins, Framing.STRETCH);
  }
}
