package io.fovea.data;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.CRC32;

/**
 * Detects damage before a picture is decoded. The decoders of ImageIO check neither the checksums
 * of a PNG file nor its end, and replace missing parts by other pixels.
 */
final class Integrity {
  private static final byte[] PNG = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};

  /** Length, type and checksum of a chunk. */
  private static final int AROUND_CHUNK = 12;

  private Integrity() {}

  /** The first fault of a PNG or JPEG file; empty for intact ones and for other formats. */
  static Optional<String> fault(byte[] bytes) {
    if (Arrays.equals(bytes, 0, Math.min(PNG.length, bytes.length), PNG, 0, PNG.length)) {
      return pngFault(bytes);
    }
    boolean isJpeg = bytes.length > 2 && (bytes[0] & 0xff) == 0xff && (bytes[1] & 0xff) == 0xd8;
    // The end of a thumbnail comes before the last scan; other data may follow the picture's end.
    return isJpeg && lastMarker(bytes, 0xd9) < lastMarker(bytes, 0xda)
        ? Optional.of("its end marker EOI is missing")
        : Optional.empty();
  }

  /**
   * Checks the chunks (W3C, Portable Network Graphics, section 5): the checksums of the critical
   * ones, whose types begin with a capital letter, and IEND at the end.
   */
  private static Optional<String> pngFault(byte[] bytes) {
    ByteBuffer file = ByteBuffer.wrap(bytes);
    CRC32 checksum = new CRC32();
    for (long at = PNG.length; at + AROUND_CHUNK <= bytes.length; ) {
      int offset = (int) at;
      long length = file.getInt(offset) & 0xffff_ffffL;
      String type = new String(bytes, offset + 4, 4, StandardCharsets.ISO_8859_1);
      if (at + AROUND_CHUNK + length > bytes.length) {
        break;
      }
      if (Character.isUpperCase(type.charAt(0))) {
        checksum.reset();
        checksum.update(bytes, offset + 4, 4 + (int) length);
        if ((int) checksum.getValue() != file.getInt(offset + 8 + (int) length)) {
          return Optional.of(
              "the checksum of its chunk at byte %d does not fit the content".formatted(at));
        }
      }
      if (type.equals("IEND")) {
        return Optional.empty();
      }
      at += AROUND_CHUNK + length;
    }
    return Optional.of("its last chunk IEND is missing");
  }

  private static int lastMarker(byte[] bytes, int marker) {
    for (int i = bytes.length - 2; i >= 0; i--) {
      if ((bytes[i] & 0xff) == 0xff && (bytes[i + 1] & 0xff) == marker) {
        return i;
      }
    }
    return -1;
  }
}
