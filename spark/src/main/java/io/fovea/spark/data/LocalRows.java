package io.fovea.spark.data;

import io.fovea.data.base.DataOptions;
import io.fovea.data.base.ImageSize;
import io.fovea.data.picture.ImageSizeSurvey;
import io.fovea.dataset.Dataset;
import io.fovea.dataset.Framing;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Row;

/** Images on the driver: pixels, in order and of one size; grey and colour images may be mixed. */
record LocalRows(List<String> classes, Framing framing, List<Row> rows) {

  /**
   * Collects images with the given options. Pixels of the right size keep their framing.
   *
   * @param name the set's name, for messages
   */
  static LocalRows of(SparkImages images, String name, DataOptions options) {
    if (images.count() == 0) {
      throw new SparkImagesException("there are no images");
    }
    ImageSize size = options.imageSize().orElseGet(() -> size(images, name, options));
    String others =
        "channels = 0 or height <> %d or width <> %d".formatted(size.height(), size.width());
    Framing framing = images.rows().where(others).isEmpty() ? images.framing() : options.framing();
    SparkImages decoded = images.decoded(Optional.of(size), options.grayscale(), framing);
    List<Row> rows = new ArrayList<>(decoded.rows().collectAsList());
    rows.sort(Comparator.comparingLong(row -> row.getLong(ImageRows.INDEX)));
    return new LocalRows(images.classes(), framing, rows);
  }

  /** Pixels of one size keep it; otherwise a size is chosen as for a folder of image files. */
  private static ImageSize size(SparkImages images, String name, DataOptions options) {
    long count = images.count();
    List<ImageSizeSurvey.Sides> sides =
        images
            .rows()
            .toJavaRDD()
            .filter(row -> ImageSizeSurvey.looksAt(row.getLong(ImageRows.INDEX), count))
            .flatMap(row -> ImageRows.sides(row).stream().iterator())
            .collect();
    if (images.rows().where("channels = 0").isEmpty() && sides.stream().distinct().count() == 1) {
      ImageSizeSurvey.Sides all = sides.getFirst();
      return new ImageSize((int) all.width(), (int) all.height());
    }
    ImageSizeSurvey.Choice choice = ImageSizeSurvey.choose(name, sides);
    if (!choice.remark().isEmpty()) {
      options.reporter().accept(choice.remark());
    }
    return choice.size();
  }

  ImageSize size() {
    Row first = rows.getFirst();
    return new ImageSize(first.getInt(ImageRows.WIDTH), first.getInt(ImageRows.HEIGHT));
  }

  boolean coloured() {
    return rows.stream().anyMatch(row -> row.getInt(ImageRows.CHANNELS) > 1);
  }

  /** The data set; grey images are converted to colour if others are in colour. */
  Dataset images(String name, boolean colour) {
    return PackedImages.of(
        name,
        classes,
        framing,
        rows.stream().map(row -> colour ? ImageRows.coloured(row) : row).iterator());
  }
}
