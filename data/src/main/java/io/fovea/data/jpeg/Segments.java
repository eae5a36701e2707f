package io.fovea.data.jpeg;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The segments of a file, from marker to marker (T.81, annex B). */
final class Segments {
  private static final int SOI = 0xd8;
  private static final int EOI = 0xd9;
  private static final int SOS = 0xda;

  /** Encoders write about ten scans; each costs a pass over all pixels. */
  private static final int MOST_SCANS = 100;

  /**
   * Each scan may bring all eight Huffman tables anew. A table of 18 bytes takes as long as some
   * kilobytes of pixels: a file of 250 MB full of them took 24 seconds.
   */
  private static final int MOST_TABLES = 8 * MOST_SCANS;

  final int[][] factors = new int[4][];
  final HuffmanTable[] dcTables = new HuffmanTable[4];
  final HuffmanTable[] acTables = new HuffmanTable[4];
  int restartInterval;
  private final byte[] data;
  private Optional<FrameHeader> frame = Optional.empty();
  private boolean isJfif;
  private int adobe = -1;
  private int position = 2;
  private int scans;
  private int tables;

  Segments(byte[] data) throws JpegException {
    this.data = data;
    Arrays.fill(factors, new int[0]);
    Arrays.fill(dcTables, HuffmanTable.NONE);
    Arrays.fill(acTables, HuffmanTable.NONE);
    if (u16(0) != 0xffd8) {
      throw JpegException.damaged("it does not begin with ff d8");
    }
  }

  private int u8(int at) throws JpegException {
    if (at >= data.length) {
      throw JpegException.truncated();
    }
    return data[at] & 0xff;
  }

  private int u16(int at) throws JpegException {
    return u8(at) << 8 | u8(at + 1);
  }

  FrameHeader frame() {
    return frame.orElseThrow();
  }

  /** The number of scans so far, the present one included. */
  int scans() {
    return scans;
  }

  /** Continues at a place behind the bits of a scan. */
  void moveTo(int at) {
    position = at;
  }

  /** Reads up to the next scan, and its header; empty at the end marker. */
  Optional<ScanHeader> next() throws JpegException {
    while (true) {
      while (u8(position) != 0xff) {
        position++; // bytes of no meaning behind a scan
      }
      while (u8(position) == 0xff) {
        position++;
      }
      int start = position - 1;
      int marker = u8(position++);
      if (marker == EOI) {
        if (frame.isPresent()) {
          return Optional.empty();
        } // otherwise the end of tables that come in a file of their own (B.5)
      } else if (marker == SOI && frame.isPresent()) {
        throw JpegException.damaged("a second start marker at byte %d".formatted(start));
      } else if (marker > 1 && (marker < 0xd0 || marker > SOI)) {
        if (marker == SOS && ++scans > MOST_SCANS) {
          throw JpegException.unsupported("more than 100 scans");
        }
        int from = position;
        int length = u16(from);
        if (from + length > data.length) {
          throw JpegException.truncated();
        }
        try {
          if (length < 2) {
            throw JpegException.damaged("a segment without its length");
          }
          position += length;
          if (marker == SOS) {
            return Optional.of(scan(from + 2, position));
          }
          segment(marker, from + 2, position);
        } catch (JpegException e) {
          throw e.at("segment ff %02x at byte %d".formatted(marker, start));
        }
      }
    }
  }

  private void segment(int marker, int at, int end) throws JpegException {
    switch (marker) {
      case 0xc0, 0xc1, 0xc2 -> frame(at, end, marker == 0xc2);
      case 0xc3 -> throw JpegException.unsupported("lossless coding");
      case 0xc5, 0xc6, 0xc7 -> throw JpegException.unsupported("hierarchical coding");
      case 0xc8, 0xc9, 0xca, 0xcb, 0xcd, 0xce, 0xcf ->
          throw JpegException.unsupported("arithmetic coding");
      case 0xc4 -> huffman(at, end);
      case 0xdb -> quantisation(at, end);
      case 0xdd -> {
        require(end - at == 2, "a restart interval of wrong length");
        restartInterval = u16(at);
      }
      case 0xe0 -> isJfif |= end - at >= 14 && startsWith(at, "JFIF\0");
      case 0xee -> {
        if (end - at >= 12 && startsWith(at, "Adobe")) {
          adobe = data[at + 11] & 0xff;
        }
      }
      default -> {
        boolean isSkipped = marker == 0xcc || marker == 0xdc || (marker & 0xf0) == 0xe0;
        require(isSkipped || marker == 0xfe, "a marker of no known meaning");
      }
    }
  }

  private static void require(boolean isRight, String otherwise) throws JpegException {
    if (!isRight) {
      throw JpegException.damaged(otherwise);
    }
  }

  private boolean startsWith(int at, String text) {
    for (int i = 0; i < text.length(); i++) {
      if (data[at + i] != text.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private void frame(int at, int end, boolean isProgressive) throws JpegException {
    require(frame.isEmpty(), "a second frame header");
    require(end - at >= 6, "a frame header of wrong length");
    if (u8(at) != 8) {
      throw JpegException.unsupported(u8(at) + " bits a sample");
    }
    int height = u16(at + 1);
    int width = u16(at + 3);
    int count = u8(at + 5);
    if (height == 0) {
      throw JpegException.unsupported("a height that comes after the pixels (DNL)");
    }
    require(width > 0, "a width of 0");
    if (count != 1 && count != 3 && count != 4) {
      throw JpegException.unsupported(count + " colour components");
    }
    require(end - at == 6 + 3 * count, "a frame header of wrong length");
    List<FrameHeader.Sampling> components = new ArrayList<>();
    for (int c = at + 6; c < end; c += 3) {
      int h = u8(c + 1) >> 4;
      int v = u8(c + 1) & 15;
      require(h >= 1 && h <= 4 && v >= 1 && v <= 4, "sampling factors beyond 1 to 4");
      components.add(new FrameHeader.Sampling(u8(c), h, v, u8(c + 2)));
    }
    FrameHeader read = new FrameHeader(width, height, isProgressive, components);
    for (FrameHeader.Sampling each : components) {
      if (read.maxH() % each.h() != 0 || read.maxV() % each.v() != 0) {
        throw JpegException.unsupported("sampling factors that do not divide each other");
      }
    }
    frame = Optional.of(read);
  }

  private void quantisation(int from, int end) throws JpegException {
    for (int at = from; at < end; ) {
      int bytes = u8(at) >> 4 == 0 ? 1 : 2;
      int number = u8(at) & 15;
      boolean isRight = u8(at) >> 4 <= 1 && number <= 3 && at + 1 + 64 * bytes <= end;
      require(isRight, "a damaged quantisation table");
      int[] table = new int[64];
      for (int k = 0; k < 64; k++) {
        table[EntropyReader.NATURAL[k]] = bytes == 1 ? u8(at + 1 + k) : u16(at + 1 + 2 * k);
      }
      factors[number] = table;
      at += 1 + 64 * bytes;
    }
  }

  private void huffman(int from, int end) throws JpegException {
    for (int at = from; at < end; ) {
      require(at + 17 <= end, "a damaged Huffman table");
      if (++tables > MOST_TABLES) {
        throw JpegException.unsupported("more than %d Huffman tables".formatted(MOST_TABLES));
      }
      int kind = u8(at) >> 4;
      int number = u8(at) & 15;
      int[] counts = new int[17];
      for (int i = 1; i <= 16; i++) {
        counts[i] = u8(at + i);
      }
      int total = Arrays.stream(counts).sum();
      boolean isRight = kind <= 1 && number <= 3 && total <= 256 && at + 17 + total <= end;
      require(isRight, "a damaged Huffman table");
      byte[] symbols = Arrays.copyOfRange(data, at + 17, at + 17 + total);
      (kind == 0 ? dcTables : acTables)[number] = HuffmanTable.of(counts, symbols, kind == 0);
      at += 17 + total;
    }
  }

  private ScanHeader scan(int at, int end) throws JpegException {
    require(frame.isPresent(), "a scan before the frame header");
    int n = u8(at);
    require(n >= 1 && n <= 4 && end - at == 4 + 2 * n, "a scan header of wrong length");
    List<Integer> ids = new ArrayList<>();
    List<Integer> dc = new ArrayList<>();
    List<Integer> ac = new ArrayList<>();
    for (int i = at + 1; i < at + 1 + 2 * n; i += 2) {
      ids.add(u8(i));
      dc.add(u8(i + 1) >> 4);
      ac.add(u8(i + 1) & 15);
    }
    int rest = at + 1 + 2 * n;
    int bits = u8(rest + 2);
    ScanHeader read =
        new ScanHeader(ids, dc, ac, u8(rest), u8(rest + 1), bits >> 4, bits & 15, end);
    if (frame().isProgressive()) {
      read.requireProgression();
    }
    return read;
  }

  /** What the components mean, as libjpeg guesses ({@code jdapimin.c}). */
  Colours colours() {
    List<FrameHeader.Sampling> all = frame().components();
    if (all.size() == 1) {
      return Colours.GREY;
    }
    if (all.size() == 4) {
      return adobe > 0 ? Colours.YCCK : Colours.CMYK;
    }
    if (isJfif || adobe >= 0) {
      return !isJfif && adobe == 0 ? Colours.RGB : Colours.YCC;
    }
    boolean isNamed = all.get(0).id() == 'R' && all.get(1).id() == 'G' && all.get(2).id() == 'B';
    return isNamed ? Colours.RGB : Colours.YCC;
  }
}
