package io.fovea.data.picture;

import io.fovea.data.base.DataException;

/**
 * Detects damage before a JPEG is decoded. The decoder of ImageIO does not check its end, and
 * replaces missing parts by other pixels.
 */
public final class Integrity {
  /**
   * The most scans of a JPEG. Encoders write about ten; each costs a pass over all pixels, and may
   * take ten bytes of a file.
   */
  private static final int MOST_SCANS = 100;

  // Markers of JPEG files, each after a byte 0xff (ITU-T T.81, table B.1).
  private static final int SOF0 = 0xc0;
  private static final int RST0 = 0xd0;
  private static final int SOI = 0xd8;
  private static final int EOI = 0xd9;
  private static final int SOS = 0xda;

  private Integrity() {}

  /**
   * Refuses truncated JPEG files, and those of many scans: a small progressive JPEG could keep its
   * decoder busy for hours. Other formats are not checked.
   *
   * @param name the picture's name in messages
   */
  static void require(byte[] bytes, String name) throws DataException {
    if (bytes.length > 2 && (bytes[0] & 0xff) == 0xff && (bytes[1] & 0xff) == SOI) {
      int scans = scans(bytes);
      if (scans > MOST_SCANS) {
        throw new DataException(
            "image %s: expects a JPEG of at most 100 scans, got more; save it anew, not progressively"
                .formatted(name));
      }
      if (scans < 0) {
        throw ImageCodec.undecodable(name, "its end marker EOI is missing", null);
      }
    }
  }

  /**
   * Counts the scans of a JPEG up to its end marker EOI, or to the first that is too many; -1
   * without EOI. Goes from marker to marker as the decoder does (ITU-T T.81, annex B). A thumbnail
   * and its EOI lie in a segment, which is skipped by its length. Behind the first EOI after a scan
   * cameras append a film or a second picture, which may hold any bytes.
   */
  private static int scans(byte[] bytes) {
    int scans = 0;
    for (int at = 2; at + 1 < bytes.length; ) {
      int marker = bytes[at + 1] & 0xff;
      if (bytes[at] != (byte) 0xff || marker == 0xff) {
        at++; // coded pixels, or a fill byte
      } else if (marker == EOI && scans > 0) {
        return scans;
      } else if (marker < SOF0 || (marker >= RST0 && marker <= EOI)) {
        at += 2; // without a length; 0 is a coded 0xff
      } else {
        if (marker == SOS && ++scans > MOST_SCANS) {
          return scans;
        }
        if (at + 3 >= bytes.length) {
          return -1;
        }
        at += 2 + Math.max(2, (bytes[at + 2] & 0xff) << 8 | (bytes[at + 3] & 0xff));
      }
    }
    return -1;
  }
}
