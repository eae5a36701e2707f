package io.fovea.spark.data;

import io.fovea.data.ImageSize;
import io.fovea.dataset.Dataset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Row;

/**
 * Images that have come to the driver: pixels, in order and in one size, some perhaps grey and
 * others coloured.
 */
record LocalRows(List<String> classes, List<Row> rows) {

  /** Fetches images; where no size is given, in that of the first. */
  static LocalRows of(SparkImages images, Optional<ImageSize> size, boolean grey) {
    ImageSize wanted = size.orElseGet(() -> first(images));
    List<Row> rows =
        new ArrayList<>(images.decoded(Optional.of(wanted), grey).rows().collectAsList());
    if (rows.isEmpty()) {
      throw new IllegalArgumentException("SparkImages: there are no images");
    }
    rows.sort(Comparator.comparingLong(row -> row.getLong(ImageRows.INDEX)));
    return new LocalRows(images.classes(), rows);
  }

  private static ImageSize first(SparkImages images) {
    List<Row> first =
        images.decoded(Optional.empty(), false).rows().orderBy("index").limit(1).collectAsList();
    if (first.isEmpty()) {
      throw new IllegalArgumentException("SparkImages: there are no images");
    }
    return size(first.getFirst());
  }

  private static ImageSize size(Row row) {
    return new ImageSize(row.getInt(ImageRows.WIDTH), row.getInt(ImageRows.HEIGHT));
  }

  ImageSize size() {
    return size(rows.getFirst());
  }

  boolean coloured() {
    return rows.stream().anyMatch(row -> row.getInt(ImageRows.CHANNELS) > 1);
  }

  /** As a data set; grey images as coloured ones where others are. */
  Dataset images(String name, boolean colour) {
    return PackedImages.of(
        name, classes, rows.stream().map(row -> colour ? ImageRows.coloured(row) : row).iterator());
  }
}
