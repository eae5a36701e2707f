package io.fovea.data;

import com.drew.imaging.jpeg.JpegMetadataReader;
import com.drew.imaging.jpeg.JpegProcessingException;
import com.drew.metadata.Metadata;
import com.drew.metadata.exif.ExifDirectoryBase;
import com.drew.metadata.exif.ExifIFD0Directory;
import com.drew.metadata.exif.ExifReader;
import io.fovea.dataset.Image;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;

/**
 * How a camera was held: the orientation tag 0x0112 of EXIF (CIPA DC-008, section 4.6.4), 1 to 8.
 * The stored picture is to be mirrored or turned so that it stands upright.
 *
 * @param tag the value of the tag
 */
record Orientation(int tag) {
  private static final Orientation UPRIGHT = new Orientation(1);

  /** The orientation in the bytes of a JPEG file; upright where they have none that can be read. */
  static Orientation of(byte[] jpeg) {
    try {
      Metadata metadata =
          JpegMetadataReader.readMetadata(
              new ByteArrayInputStream(jpeg), List.of(new ExifReader()));
      ExifIFD0Directory directory = metadata.getFirstDirectoryOfType(ExifIFD0Directory.class);
      Integer tag =
          directory == null ? null : directory.getInteger(ExifDirectoryBase.TAG_ORIENTATION);
      return tag == null || tag < 1 || tag > 8 ? UPRIGHT : new Orientation(tag);
    } catch (JpegProcessingException | IOException | RuntimeException unreadable) {
      // The picture itself was decoded; broken remarks of a camera are no reason to refuse it.
      return UPRIGHT;
    }
  }

  /** Whether width and height are exchanged. */
  boolean isTurned() {
    return tag >= 5;
  }

  /** The picture standing upright. */
  Image apply(Image image) {
    if (tag == 1) {
      return image;
    }
    int h = image.height();
    int w = image.width();
    int height = tag >= 5 ? w : h;
    int width = tag >= 5 ? h : w;
    int channels = image.channels();
    byte[] stored = image.pixels();
    byte[] upright = new byte[stored.length];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int from =
            switch (tag) {
              case 2 -> y * w + (w - 1 - x); // mirrored left to right
              case 3 -> (h - 1 - y) * w + (w - 1 - x); // upside down
              case 4 -> (h - 1 - y) * w + x; // mirrored top to bottom
              case 5 -> x * w + y; // rows and columns exchanged
              case 6 -> (h - 1 - x) * w + y; // to be turned clockwise
              case 7 -> (h - 1 - x) * w + (w - 1 - y); // exchanged along the other diagonal
              default -> x * w + (w - 1 - y); // 8: to be turned anticlockwise
            };
        System.arraycopy(stored, from * channels, upright, (y * width + x) * channels, channels);
      }
    }
    return Image.of(channels, height, width, upright);
  }
}
