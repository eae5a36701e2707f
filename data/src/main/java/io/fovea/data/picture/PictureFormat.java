package io.fovea.data.picture;

import io.fovea.data.base.DataException;
import io.fovea.dataset.Image;
import java.io.IOException;
import java.io.InputStream;

/** Decodes the files of one format, or of several. Names are for messages. */
interface PictureFormat {
  /** Decodes a file to an upright picture, reduced if the target allows it. */
  Image read(byte[] bytes, String name, DecodingTarget target) throws DataException;

  /** Width and height of the upright picture, from its header. */
  ImageSizeSurvey.Sides sides(byte[] bytes, String name) throws DataException;

  /** The most bytes that {@link #read} takes besides the file's own, by the file's header. */
  long memory(InputStream file, String name, DecodingTarget target) throws IOException;
}
