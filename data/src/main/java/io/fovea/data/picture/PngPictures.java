package io.fovea.data.picture;

import io.fovea.data.base.DataException;
import io.fovea.data.png.PngDecoder;
import io.fovea.data.png.PngException;
import io.fovea.data.png.PngHeader;
import io.fovea.dataset.Image;
import java.io.IOException;
import java.io.InputStream;

/** Decodes PNG, within the limit on pixels; its errors name the picture and the cure. */
final class PngPictures implements PictureFormat {
  @Override
  public Image read(byte[] bytes, String name, DecodingTarget target) throws DataException {
    try {
      PngHeader header = PngHeader.of(bytes);
      ImageCodec.requireSize(name, header.width(), header.height());
      return PngDecoder.read(bytes, header);
    } catch (PngException e) {
      throw ImageCodec.undecodable(name, e.getMessage(), e);
    }
  }

  @Override
  public ImageSizeSurvey.Sides sides(byte[] bytes, String name) throws DataException {
    try {
      PngHeader header = PngHeader.of(bytes);
      return new ImageSizeSurvey.Sides(header.width(), header.height());
    } catch (PngException e) {
      throw ImageCodec.undecodable(name, e.getMessage(), e);
    }
  }

  /** 0 for a picture that {@link #read} refuses. */
  @Override
  public long memory(InputStream file, String name, DecodingTarget target) throws IOException {
    PngHeader header = PngHeader.of(file.readNBytes(PngHeader.LENGTH));
    boolean fits = (long) header.width() * header.height() <= ImageCodec.LARGEST_PIXELS;
    return fits ? header.memory() : 0;
  }
}
