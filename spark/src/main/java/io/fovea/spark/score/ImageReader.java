package io.fovea.spark.score;

import io.fovea.data.png.Opacity;
import io.fovea.dataset.Image;
import io.fovea.inference.Classifier;
import org.apache.spark.sql.catalyst.InternalRow;

/**
 * Reads the struct of Spark's image source: 8-bit rows from top to bottom, grey, or blue, green,
 * red, or the same with alpha. Transparent pixels are blended with white, as when Fovea decodes the
 * file.
 */
record ImageReader(PictureColumn column, Classifier model)
    implements BatchedPredictions.Input<InternalRow> {
  /** The fields of the struct, as in {@code ImageSchema.columnSchema}. */
  static final int FIELDS = 6;

  private static final int ORIGIN = 0;
  private static final int HEIGHT = 1;
  private static final int WIDTH = 2;
  private static final int CHANNELS = 3;
  private static final int MODE = 4;
  private static final int DATA = 5;

  @Override
  public void read(InternalRow row, float[] x, int offset) throws InvalidInputException {
    column.requirePresent(row);
    Image image = image(row, row.getStruct(column.ordinal(), FIELDS));
    model.preprocessing().inputs(image, model.input(), x, offset);
  }

  private Image image(InternalRow row, InternalRow picture) throws InvalidInputException {
    int height = picture.getInt(HEIGHT);
    int width = picture.getInt(WIDTH);
    int channels = picture.getInt(CHANNELS);
    byte[] data = picture.isNullAt(DATA) ? new byte[0] : picture.getBinary(DATA);
    // OpenCV's type: depth in the lowest three bits, 0 for 8 bits; channels - 1 in the next.
    boolean known =
        (channels == 1 || channels == 3 || channels == 4)
            && picture.getInt(MODE) == (channels - 1) << 3;
    if (!known || height < 1 || width < 1 || data.length != (long) height * width * channels) {
      throw new InvalidInputException(
          "FoveaModel: %s: expects an image of 8 bits and 1, 3 or 4 channels, got %dx%dx%d in mode %d with %d bytes; Spark could not decode the file, or this column is not from its image source"
              .formatted(
                  place(row, picture), channels, height, width, picture.getInt(MODE), data.length));
    }
    return Image.of(
        channels == 1 ? 1 : 3, height, width, channels == 1 ? data : rgb(data, channels));
  }

  private String place(InternalRow row, InternalRow picture) {
    return picture.isNullAt(ORIGIN)
        ? column.place(row)
        : column.name() + " of " + picture.getUTF8String(ORIGIN);
  }

  private static byte[] rgb(byte[] data, int channels) {
    byte[] rgb = new byte[data.length / channels * 3];
    for (int from = 0, to = 0; to < rgb.length; from += channels, to += 3) {
      int alpha = channels == 4 ? data[from + 3] & 0xff : 255;
      for (int c = 0; c < 3; c++) {
        rgb[to + c] = Opacity.onWhite(data[from + 2 - c] & 0xff, alpha, 255);
      }
    }
    return rgb;
  }
}
