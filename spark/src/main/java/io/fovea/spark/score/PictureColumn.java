package io.fovea.spark.score;

import io.fovea.inference.Classifier;
import java.io.Serializable;
import org.apache.spark.sql.catalyst.InternalRow;

/**
 * The column of pictures: its position and its type. The driver creates it from the schema; the
 * executors create readers from it.
 *
 * @param format the type of the values
 * @param ordinal the column's index in the row
 * @param name the column's name
 * @param origin the index of a text column with the origin of rows, or -1
 * @param pixels whether numbers are pixels from 0 to 255; else they are scaled
 * @param channelsFirst whether numbers and raw bytes are in (C, H, W) order; else (H, W, C)
 */
record PictureColumn(
    Format format, int ordinal, String name, int origin, boolean pixels, boolean channelsFirst)
    implements Serializable {

  /** The types of a column's values. */
  enum Format {
    /** Bytes of PNG, JPEG, BMP or GIF files. */
    FILES,
    /** Bytes, one for each pixel and channel. */
    BYTES,
    /** The struct of Spark's image source. */
    IMAGES,
    FLOATS,
    DOUBLES,
    INTS,
    /** Vectors of Spark ML, dense or sparse. */
    VECTORS
  }

  /** Reads the column's values as inputs of a model; for one task. */
  BatchedPredictions.Input<InternalRow> reader(Classifier model) {
    return switch (format) {
      case FILES -> new FileReader(this, model);
      case IMAGES -> new ImageReader(this, model);
      case BYTES, FLOATS, DOUBLES, INTS, VECTORS -> new NumberReader(this, model);
    };
  }

  void requirePresent(InternalRow row) throws InvalidInputException {
    if (row.isNullAt(ordinal)) {
      throw new InvalidInputException(
          "FoveaModel: " + place(row) + ": expects a picture, got null");
    }
  }

  /** The column and, if known, the row's origin. */
  String place(InternalRow row) {
    return origin < 0 || row.isNullAt(origin)
        ? name
        : name + " of " + row.getUTF8String(origin).toString();
  }
}
