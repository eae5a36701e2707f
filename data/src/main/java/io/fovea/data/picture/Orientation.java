package io.fovea.data.picture;

import io.fovea.dataset.FullSize;
import io.fovea.dataset.Image;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * The orientation tag 0x0112 of EXIF (CIPA DC-008, section 4.6.4), 1 to 8: how to mirror or rotate
 * the stored picture so that it is upright.
 *
 * @param tag the value of the tag
 */
public record Orientation(int tag) {
  private static final Orientation UPRIGHT = new Orientation(1);
  private static final int APP1 = 0xE1;
  private static final int START_OF_SCAN = 0xDA;
  private static final ByteBuffer EXIF =
      ByteBuffer.wrap("Exif\0\0".getBytes(StandardCharsets.US_ASCII)).asReadOnlyBuffer();

  /** The orientation in the bytes of a JPEG file; upright where they have none that can be read. */
  public static Orientation of(byte[] jpeg) {
    try {
      int tag = inSegments(ByteBuffer.wrap(jpeg));
      return tag < 1 || tag > 8 ? UPRIGHT : new Orientation(tag);
    } catch (IndexOutOfBoundsException damaged) {
      // The picture itself was decoded; a broken EXIF segment is no reason to refuse it.
      return UPRIGHT;
    }
  }

  /** The tag in the segments that come before the picture (ITU-T T.81, annex B); 0 without one. */
  private static int inSegments(ByteBuffer jpeg) {
    int at = 2; // behind the marker that begins a file
    while (jpeg.get(at) == (byte) 0xFF) {
      int marker = Byte.toUnsignedInt(jpeg.get(at + 1));
      if (marker == START_OF_SCAN) {
        return 0;
      }
      if (marker == 0xFF) { // a fill byte before a marker
        at++;
        continue;
      }
      int length = Short.toUnsignedInt(jpeg.getShort(at + 2));
      int exif = at + 4 + EXIF.limit();
      if (marker == APP1 && jpeg.slice(at + 4, EXIF.limit()).equals(EXIF)) {
        return inTiff(jpeg.slice(exif, at + 2 + length - exif));
      }
      at += 2 + length;
    }
    return 0;
  }

  /** The tag in the first directory of a TIFF structure (TIFF 6.0, section 2); 0 without one. */
  private static int inTiff(ByteBuffer tiff) {
    tiff.order(tiff.get(0) == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    if (tiff.getShort(2) != 42) {
      return 0;
    }
    int directory = tiff.getInt(4);
    int entries = Short.toUnsignedInt(tiff.getShort(directory));
    for (int i = 0; i < entries; i++) {
      int entry = directory + 2 + 12 * i; // tag, type, count, value
      if (tiff.getShort(entry) == 0x0112) {
        return switch (tiff.getShort(entry + 2)) {
          case 3 -> tiff.getShort(entry + 8);
          case 4 -> tiff.getInt(entry + 8); // long, which some programs write
          default -> 0;
        };
      }
    }
    return 0;
  }

  /** Whether width and height are exchanged. */
  public boolean isTurned() {
    return tag >= 5;
  }

  /** The picture standing upright. */
  public Image apply(Image image) {
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
    return Image.of(channels, height, width, upright).reducedFrom(turned(image.fullSize()));
  }

  /** The full size of the upright picture: what was beyond the end may now be before the start. */
  private FullSize turned(FullSize stored) {
    boolean isUpsideDown = tag == 3 || tag == 4 || tag == 6 || tag == 7;
    boolean isMirrored = tag == 2 || tag == 3 || tag == 7 || tag == 8;
    int scale = stored.scale();
    int top = isUpsideDown ? Math.floorMod(-stored.top() - stored.height(), scale) : stored.top();
    int left = isMirrored ? Math.floorMod(-stored.left() - stored.width(), scale) : stored.left();
    return isTurned()
        ? new FullSize(scale, left, top, stored.width(), stored.height())
        : new FullSize(scale, top, left, stored.height(), stored.width());
  }
}
