package io.fovea.spark.data;

import io.fovea.data.DataException;
import io.fovea.dataset.Dataset;
import io.fovea.dataset.Framing;
import io.fovea.dataset.Image;
import io.fovea.tensor.Shape;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.sql.Row;

/** Images of one shape in memory, a byte a pixel, from {@link ImageRows}. */
final class PackedImages implements Dataset, Serializable {
  private static final long serialVersionUID = 1;

  private final String name;
  private final int[] sizes;
  private final String[] classes;
  private final int[] labels;
  private final byte[][] pixels;
  private final String[] origins;
  private final Framing framing;

  private PackedImages(
      String name,
      int[] sizes,
      String[] classes,
      int[] labels,
      byte[][] pixels,
      String[] origins,
      Framing framing) {
    this.name = name;
    this.sizes = sizes;
    this.classes = classes;
    this.labels = labels;
    this.pixels = pixels;
    this.origins = origins;
    this.framing = framing;
  }

  /**
   * The images of rows in the order in which they come.
   *
   * @throws IllegalArgumentException if there are none, one cannot be decoded, they differ in
   *     shape, or a label is none of the classes
   */
  static PackedImages of(
      String name, List<String> classes, Framing framing, Iterator<Row> rows) {
    List<byte[]> pixels = new ArrayList<>();
    List<Integer> labels = new ArrayList<>();
    List<String> origins = new ArrayList<>();
    Shape shape = null;
    while (rows.hasNext()) {
      Row row = rows.next();
      Image image = image(row);
      Shape own = Shape.of(image.channels(), image.height(), image.width());
      if (shape == null) {
        shape = own;
      } else if (!shape.equals(own)) {
        throw new IllegalArgumentException(
            "SparkImages: %s is %s, but %s is %s; give all images one shape by decoded(size, grayscale)"
                .formatted(row.getString(ImageRows.ORIGIN), own, origins.getFirst(), shape));
      }
      pixels.add(image.pixels());
      labels.add(label(row, classes));
      origins.add(row.getString(ImageRows.ORIGIN));
    }
    if (shape == null) {
      throw new IllegalArgumentException(
          "SparkImages: %s has no images; use fewer parts than there are images".formatted(name));
    }
    return new PackedImages(
        name,
        shape.sizes(),
        classes.toArray(new String[0]),
        labels.stream().mapToInt(Integer::intValue).toArray(),
        pixels.toArray(new byte[0][]),
        origins.toArray(new String[0]),
        framing);
  }

  private static Image image(Row row) {
    try {
      return ImageRows.image(row);
    } catch (DataException undecodable) {
      throw new IllegalArgumentException("SparkImages: " + undecodable.getMessage(), undecodable);
    }
  }

  private static int label(Row row, List<String> classes) {
    int label = classes.indexOf(row.getString(ImageRows.LABEL));
    if (label < 0) {
      throw new IllegalArgumentException(
          "SparkImages: %s has the label \"%s\", which is none of the classes %s"
              .formatted(row.getString(ImageRows.ORIGIN), row.getString(ImageRows.LABEL), classes));
    }
    return label;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public int size() {
    return labels.length;
  }

  @Override
  public Shape shape() {
    return Shape.of(sizes);
  }

  @Override
  public List<String> classes() {
    return Arrays.asList(classes);
  }

  @Override
  public int label(int index) {
    return labels[index];
  }

  @Override
  public void pixels(int index, float[] destination, int offset) {
    byte[] image = pixels[index];
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
    return origins[index];
  }
}
