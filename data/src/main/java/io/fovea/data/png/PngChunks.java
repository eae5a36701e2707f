package io.fovea.data.png;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;

/**
 * The chunks of a file that decide its pixels (section 5.3): each has a length, a type of four
 * letters, a content, a checksum. They stay where they are; nothing is copied or inflated here.
 *
 * @param pixels the contents of the IDAT chunks, in order
 * @param palette the content of PLTE, empty without
 * @param transparency the content of tRNS, empty without
 */
record PngChunks(List<Span> pixels, Span palette, Span transparency) {
  static final int IHDR = 0x49484452;
  static final int PLTE = 0x504c5445;
  static final int IDAT = 0x49444154;
  static final int IEND = 0x49454e44;
  static final int TRNS = 0x74524e53;

  /** Length, type and checksum of a chunk. */
  private static final int AROUND = 12;

  /** In the first letter of a type: a decoder may pass over the chunk. */
  private static final int ANCILLARY = 0x20000000;

  private static final Span NONE = new Span(0, 0);

  /** Bytes of the file. */
  record Span(int from, int length) {}

  /**
   * Goes from chunk to chunk up to IEND; what follows is ignored. Checks the checksums of the
   * critical chunks and of tRNS, which changes pixels.
   */
  static PngChunks of(byte[] bytes) throws PngException {
    ByteBuffer file = ByteBuffer.wrap(bytes);
    List<Span> pixels = new ArrayList<>();
    Span palette = NONE;
    Span transparency = NONE;
    int last = IHDR;
    for (long at = PngHeader.LENGTH; at + AROUND <= bytes.length; ) {
      int offset = (int) at;
      long length = file.getInt(offset) & 0xffff_ffffL;
      int type = file.getInt(offset + 4);
      if (at + AROUND + length > bytes.length) {
        break;
      }
      boolean isCritical = (type & ANCILLARY) == 0;
      Span content = new Span(offset + 8, (int) length);
      if ((isCritical || type == TRNS) && !isIntact(bytes, content, file)) {
        throw wrongChecksum(at);
      }
      if (type == IEND) {
        return new PngChunks(pixels, palette, transparency);
      } else if (type == IDAT && (pixels.isEmpty() || last == IDAT)) {
        pixels.add(content);
      } else if (type == PLTE && pixels.isEmpty()) {
        palette = content;
      } else if (type == TRNS && pixels.isEmpty()) {
        transparency = content;
      } else if (isCritical) {
        throw new PngException(
            "its chunk %s at byte %d is unknown or out of place"
                .formatted(new String(bytes, offset + 4, 4, StandardCharsets.ISO_8859_1), at));
      }
      last = type;
      at += AROUND + length;
    }
    throw new PngException("its last chunk IEND is missing");
  }

  static boolean isIntact(byte[] bytes, Span content, ByteBuffer file) {
    CRC32 checksum = new CRC32();
    checksum.update(bytes, content.from - 4, 4 + content.length);
    return (int) checksum.getValue() == file.getInt(content.from + content.length);
  }

  static PngException wrongChecksum(long at) {
    return new PngException(
        "the checksum of its chunk at byte %d does not fit the content".formatted(at));
  }

  /** The compressed bytes of all pixels. */
  long compressed() {
    return pixels.stream().mapToLong(Span::length).sum();
  }
}
