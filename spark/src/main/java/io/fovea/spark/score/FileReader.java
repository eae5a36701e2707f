package io.fovea.spark.score;

import io.fovea.data.Images;
import io.fovea.data.base.DataException;
import io.fovea.dataset.Image;
import io.fovea.inference.Classifier;
import org.apache.spark.sql.catalyst.InternalRow;

/** Decodes image files and fits them to the model, as {@link Classifier#classify(Image)} does. */
record FileReader(PictureColumn column, Classifier model)
    implements BatchedPredictions.Input<InternalRow> {
  @Override
  public void read(InternalRow row, float[] x, int offset) throws InvalidInputException {
    column.requirePresent(row);
    byte[] bytes = row.getBinary(column.ordinal());
    Image image;
    try {
      image = Images.read(bytes, column.place(row), model.input(), model.preprocessing().framing());
    } catch (DataException undecodable) {
      String cure =
          bytes.length == model.input().elements()
              ? "; for bytes that are pixels set bytesAre to \"pixels\""
              : "";
      throw new InvalidInputException("FoveaModel: " + undecodable.getMessage() + cure);
    }
    model.preprocessing().inputs(image, model.input(), x, offset);
  }
}
