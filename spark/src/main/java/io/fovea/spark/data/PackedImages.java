package io.fovea.spark.data;

import io.fovea.data.base.DataException;
import io.fovea.data.base.PixelDataset;
import io.fovea.dataset.Framing;
import io.fovea.dataset.Image;
import io.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.sql.Row;

/** Images of one shape in memory, a byte a pixel, from {@link ImageRows}. */
final class PackedImages {
  private PackedImages() {}

  /**
   * The images of rows, in their order.
   *
   * @throws IllegalArgumentException if there are none, one cannot be decoded, they differ in
   *     shape, or a label is not one of the classes
   */
  static PixelDataset of(String name, List<String> classes, Framing framing, Iterator<Row> rows) {
    List<byte[]> pixels = new ArrayList<>();
    List<Integer> labels = new ArrayList<>();
    List<String> origins = new ArrayList<>();
    Shape shape = null;
    while (rows.hasNext()) {
      Row row = rows.next();
      Image image = image(row, Shape.of(), framing);
      Shape own = Shape.of(image.channels(), image.height(), image.width());
      if (shape == null) {
        shape = own;
      } else if (!shape.equals(own)) {
        throw new SparkImagesException(
            "%s is %s, but %s is %s; give all images one shape by decoded(size, grayscale)"
                .formatted(row.getString(ImageRows.ORIGIN), own, origins.getFirst(), shape));
      }
      pixels.add(image.pixels());
      labels.add(label(row, classes));
      origins.add(row.getString(ImageRows.ORIGIN));
    }
    if (shape == null) {
      throw new SparkImagesException(
          "%s has no images; use fewer parts than there are images".formatted(name));
    }
    return new PixelDataset(
        name,
        shape,
        classes,
        pixels.toArray(byte[][]::new),
        labels.stream().mapToInt(Integer::intValue).toArray(),
        origins,
        framing);
  }

  static Image image(Row row, Shape input, Framing framing) {
    try {
      return ImageRows.image(row, input, framing);
    } catch (DataException undecodable) {
      throw new SparkImagesException(String.valueOf(undecodable.getMessage()), undecodable);
    }
  }

  private static int label(Row row, List<String> classes) {
    int label = classes.indexOf(row.getString(ImageRows.LABEL));
    if (label < 0) {
      throw new SparkImagesException(
          "%s has the label \"%s\", which is not one of the classes %s"
              .formatted(row.getString(ImageRows.ORIGIN), row.getString(ImageRows.LABEL), classes));
    }
    return label;
  }
}
