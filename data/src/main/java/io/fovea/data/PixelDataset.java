package io.fovea.data;

import io.fovea.dataset.Dataset;
import io.fovea.dataset.Framing;
import io.fovea.dataset.Image;
import io.fovea.tensor.Shape;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Images held in memory as bytes, one channels-last array an image, so that the whole is not
 * limited to the 2 GiB of one Java array. Immutable.
 */
final class PixelDataset implements Dataset {
  private final String name;
  private final Shape shape;
  private final List<String> classes;
  private final byte[][] images;
  private final int[] labels;
  private final @Nullable List<String> origins;
  private final Framing framing;

  /** Takes the arrays as they are: the caller gives them away. */
  PixelDataset(
      String name,
      Shape shape,
      List<String> classes,
      byte[][] images,
      int[] labels,
      @Nullable List<String> origins) {
    this(name, shape, classes, images, labels, origins, Framing.STRETCH);
  }

  /** The same with the way in which pictures got the size. */
  PixelDataset(
      String name,
      Shape shape,
      List<String> classes,
      byte[][] images,
      int[] labels,
      @Nullable List<String> origins,
      Framing framing) {
    assert images.length == labels.length;
    this.name = name;
    this.shape = shape;
    this.classes = List.copyOf(classes);
    this.images = images;
    this.labels = labels;
    this.origins = origins == null ? null : List.copyOf(origins);
    this.framing = framing;
  }

  /**
   * Refuses what cannot fit into memory before anything is allocated, instead of running out of it
   * half-way.
   */
  static void requireMemory(String what, long count, long bytesEach) throws DataException {
    long needed = Math.multiplyHigh(count, bytesEach) != 0 ? Long.MAX_VALUE : count * bytesEach;
    long most = Runtime.getRuntime().maxMemory();
    if (needed < 0 || needed > most) {
      throw new DataException(
          what
              + ": "
              + count
              + " images of "
              + bytesEach
              + " bytes need "
              + megabytes(needed)
              + " MB of memory, Java may use "
              + megabytes(most)
              + " MB; choose a smaller image size or raise the limit with -Xmx");
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
    return shape;
  }

  @Override
  public List<String> classes() {
    return classes;
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
    return origins == null ? Dataset.super.origin(index) : origins.get(index);
  }

  /** One image. */
  Image image(int index) {
    return Image.of(shape.size(0), shape.size(1), shape.size(2), images[index]);
  }

  /** This data set with rows for columns. */
  PixelDataset transposed() {
    int channels = shape.size(0);
    int height = shape.size(1);
    int width = shape.size(2);
    byte[][] turned = new byte[images.length][];
    for (int n = 0; n < turned.length; n++) {
      turned[n] = new byte[images[n].length];
      for (int k = 0; k < turned[n].length; k++) {
        int y = k / channels / height;
        int x = k / channels % height;
        turned[n][k] = images[n][(x * width + y) * channels + k % channels];
      }
    }
    Shape across = Shape.of(channels, width, height);
    return new PixelDataset(name, across, classes, turned, labels, origins, framing);
  }

  /** This data set with the size and the colours that the options ask for. */
  PixelDataset as(DataOptions options) throws DataException {
    int height = options.imageSize().map(ImageSize::height).orElse(shape.size(1));
    int width = options.imageSize().map(ImageSize::width).orElse(shape.size(2));
    int channels = options.channels().orElse(shape.size(0));
    Shape wanted = Shape.of(channels, height, width);
    if (wanted.equals(shape)) {
      return this;
    }
    requireMemory(name, size(), wanted.elements());
    byte[][] converted = new byte[images.length][];
    IntStream.range(0, images.length)
        .parallel()
        .forEach(
            i -> converted[i] = image(i).withChannels(channels).resized(height, width).pixels());
    return new PixelDataset(name, wanted, classes, converted, labels, origins);
  }
}
