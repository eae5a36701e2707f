package io.fovea.spark.score;

import io.fovea.inference.Classifier;
import java.io.Serializable;
import org.apache.spark.sql.catalyst.InternalRow;

/**
 * The column that pictures come in: where it is, and what its values are. Made on the driver from
 * the schema; travels to the executors, which make readers of it.
 *
 * @param kind what the values are
 * @param ordinal the column's place in the row
 * @param name the column's name
 * @param origin the place of a text column that says where a row came from, or -1
 * @param pixels whether numbers are pixels from 0 to 255; else they are scaled already
 * @param channelsFirst whether numbers and raw bytes lie (C, H, W); else (H, W, C)
 */
record PictureColumn(
    Kind kind, int ordinal, String name, int origin, boolean pixels, boolean channelsFirst)
    implements Serializable {

  /** What a column's values are. */
  enum Kind {
    /** Bytes of PNG, JPEG, BMP or GIF files. */
    FILES,
    /** Bytes, one a pixel and channel. */
    BYTES,
    /** The struct of Spark's image source. */
    IMAGES,
    /** Arrays of float. */
    FLOATS,
    /** Arrays of double. */
    DOUBLES,
    /** Arrays of int. */
    INTS,
    /** Vectors of Spark ML, dense or sparse. */
    VECTORS
  }

  /** Reads the column's values as inputs of a model; for one task. */
  Answers.Input<InternalRow> reader(Classifier model) {
    return switch (kind) {
      case FILES -> new FileReader(this, model);
      case IMAGES -> new ImageReader(this, model);
      case BYTES, FLOATS, DOUBLES, INTS, VECTORS -> new NumberReader(this, model);
    };
  }

  /** Refuses null. */
  void requirePresent(InternalRow row) throws InvalidInputException {
    if (row.isNullAt(ordinal)) {
      throw new InvalidInputException(
          "FoveaModel: " + place(row) + ": expects a picture, got null");
    }
  }

  /** The column and, where the row says it, where the row came from. */
  String place(InternalRow row) {
    return origin < 0 || row.isNullAt(origin)
        ? name
        : name + " of " + row.getUTF8String(origin).toString();
  }
}
