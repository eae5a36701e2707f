package io.fovea.spark.data;

import io.fovea.data.Images;
import io.fovea.data.base.DataException;
import io.fovea.data.base.ImageSize;
import io.fovea.data.picture.ImageSizeSurvey;
import io.fovea.dataset.Dataset;
import io.fovea.dataset.Framing;
import io.fovea.dataset.Image;
import io.fovea.preprocessing.ImageFraming;
import io.fovea.tensor.Shape;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.MetadataBuilder;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * The rows of {@link SparkImages}: {@code index} (from 0, without gaps: the order), {@code label}
 * (the class's name), {@code origin}, {@code channels}, {@code height}, {@code width} and {@code
 * content}, which are the pixels, a byte each, channels-last; or, if the three sizes are 0, the
 * bytes of an image file. The metadata of {@code label}, which parquet files keep, has the names of
 * all classes, in order, and the images' framing.
 */
final class ImageRows {
  static final int INDEX = 0;
  static final int LABEL = 1;
  static final int ORIGIN = 2;
  static final int CHANNELS = 3;
  static final int HEIGHT = 4;
  static final int WIDTH = 5;
  static final int CONTENT = 6;

  private static final String CLASSES = "fovea.classes";
  private static final String FRAMING = "fovea.framing";

  private ImageRows() {}

  static StructType schema(List<String> classes) {
    StructField label =
        DataTypes.createStructField(
            "label", DataTypes.StringType, false, metadata(classes, Framing.CROP));
    return new StructType()
        .add("index", DataTypes.LongType, false)
        .add(label)
        .add("origin", DataTypes.StringType, false)
        .add("channels", DataTypes.IntegerType, false)
        .add("height", DataTypes.IntegerType, false)
        .add("width", DataTypes.IntegerType, false)
        .add("content", DataTypes.BinaryType, false);
  }

  static Metadata metadata(List<String> classes, Framing framing) {
    return new MetadataBuilder()
        .putStringArray(CLASSES, classes.toArray(new String[0]))
        .putString(FRAMING, framing.name())
        .build();
  }

  static Optional<List<String>> classes(StructType schema) {
    return said(schema, CLASSES).map(said -> List.of(said.getStringArray(CLASSES)));
  }

  /** The framing in a schema; shards without one were stretched. */
  static Framing framing(StructType schema) {
    return said(schema, FRAMING)
        .map(said -> Framing.valueOf(said.getString(FRAMING)))
        .orElse(Framing.STRETCH);
  }

  private static Optional<Metadata> said(StructType schema, String key) {
    return schema.getFieldIndex("label").isEmpty()
        ? Optional.empty()
        : Optional.of(schema.apply("label").metadata()).filter(said -> said.contains(key));
  }

  static Row file(long index, String label, String origin, byte[] bytes) {
    return RowFactory.create(index, label, origin, 0, 0, 0, bytes);
  }

  static Row pixels(long index, String label, String origin, Image image) {
    return RowFactory.create(
        index, label, origin, image.channels(), image.height(), image.width(), image.pixels());
  }

  static Row of(Dataset images, int i) {
    String label = images.classes().get(images.label(i));
    return pixels(i, label, images.origin(i), images.image(i));
  }

  static Row withIndex(Row row, long index) {
    return RowFactory.create(
        index,
        row.get(LABEL),
        row.get(ORIGIN),
        row.get(CHANNELS),
        row.get(HEIGHT),
        row.get(WIDTH),
        row.get(CONTENT));
  }

  /**
   * A row's picture, for a model's input; see {@link Images#read(byte[], String, Shape, Framing)}.
   *
   * @throws DataException if its content is a file that cannot be decoded
   */
  static Image image(Row row, Shape input, Framing framing) throws DataException {
    byte[] content = row.getAs(CONTENT);
    return row.getInt(CHANNELS) == 0
        ? Images.read(content, row.getString(ORIGIN), input, framing)
        : Image.of(row.getInt(CHANNELS), row.getInt(HEIGHT), row.getInt(WIDTH), content);
  }

  /** The same row of pixels in three channels. */
  static Row coloured(Row row) {
    if (row.getInt(CHANNELS) != 1) {
      return row;
    }
    Image grey = Image.of(1, row.getInt(HEIGHT), row.getInt(WIDTH), row.<byte[]>getAs(CONTENT));
    return pixels(
        row.getLong(INDEX), row.getString(LABEL), row.getString(ORIGIN), grey.withChannels(3));
  }

  /** The sides of a row's picture; empty for a file that cannot be read. */
  static Optional<ImageSizeSurvey.Sides> sides(Row row) {
    return row.getInt(CHANNELS) == 0
        ? ImageSizeSurvey.sides(row.getAs(CONTENT), row.getString(ORIGIN))
        : Optional.of(new ImageSizeSurvey.Sides(row.getInt(WIDTH), row.getInt(HEIGHT)));
  }

  static Image as(Image image, Optional<ImageSize> size, boolean grey, Framing framing) {
    Image coloured = grey ? image.withChannels(1) : image;
    return size.map(wanted -> ImageFraming.of(coloured, wanted.height(), wanted.width(), framing))
        .orElse(coloured);
  }
}
