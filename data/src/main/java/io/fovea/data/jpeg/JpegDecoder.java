package io.fovea.data.jpeg;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Decodes a JPEG file (ITU-T T.81): sequential or progressive, Huffman-coded, 8 bits a sample. The
 * samples are those of libjpeg-turbo with its default settings. For one picture and thread.
 */
public final class JpegDecoder {
  /** Coefficients that all scans together may pass over: 8 times those of 64 million samples. */
  private static final long MOST_PASSES = 512_000_000;

  private final byte[] file;
  private final Segments segments;
  private final EntropyReader in;
  private final ScanHeader first;
  private long passes;

  private JpegDecoder(byte[] file) throws JpegException {
    this.file = file;
    this.segments = new Segments(file);
    this.in = new EntropyReader(file);
    this.first =
        segments
            .next()
            .orElseThrow(() -> JpegException.damaged("no scan before its end marker EOI"));
  }

  /** A decoded picture, channels-last: 1 channel for grey, otherwise red, green and blue. */
  @SuppressWarnings("ArrayRecordComponent") // handed over, never compared
  public record Picture(int channels, int height, int width, byte[] pixels) {}

  /** Reads the headers of a file, or of its beginning up to the first scan. */
  public static JpegDecoder of(byte[] file) throws JpegException {
    return new JpegDecoder(file);
  }

  /** Width as stored. */
  public int width() {
    return segments.frame().width();
  }

  /** Height as stored. */
  public int height() {
    return segments.frame().height();
  }

  /** The most bytes that {@link #decode} takes beside the file. */
  public long memory(int scale) {
    return frame(scale).memory(isOfManyScans());
  }

  /** The bytes of the pixels that {@link #decode} returns. */
  public long pictureBytes(int scale) {
    return frame(scale).pictureBytes();
  }

  private DecodedFrame frame(int scale) {
    return new DecodedFrame(segments.frame(), segments.colours(), scale);
  }

  private boolean isOfManyScans() {
    FrameHeader frame = segments.frame();
    return frame.isProgressive() || first.ids().size() < frame.components().size();
  }

  /**
   * Decodes the picture at 1/scale of its size, each side rounded up. To be called once.
   *
   * @param scale 1, 2, 4 or 8
   */
  public Picture decode(int scale) throws JpegException {
    DecodedFrame frame = frame(scale);
    requireData(frame);
    frame.allocate(isOfManyScans());
    RowWriter rows = new RowWriter(frame);
    for (Optional<ScanHeader> next = Optional.of(first); next.isPresent(); next = segments.next()) {
      if (segments.scans() > 1 && !isOfManyScans()) {
        throw JpegException.damaged("a second scan of all components");
      }
      decode(frame, next.get(), rows);
    }
    for (Plane plane : frame.planes) {
      if (plane.factors.length == 0) {
        throw JpegException.damaged("no scan of one of its colour components");
      }
    }
    if (isOfManyScans()) {
      transform(frame, rows);
    }
    return new Picture(frame.colours.channels(), frame.outHeight, frame.outWidth, rows.pixels);
  }

  /**
   * Refuses a file that is too short for its size before memory is taken. A block has at least a
   * bit for its DC coefficient and, in a sequential scan, one for the end of the others.
   */
  private void requireData(DecodedFrame frame) throws JpegException {
    long blocks = 0;
    for (Plane plane : frame.planes) {
      if (first.ids().contains(plane.id)) {
        blocks += (long) plane.blocksWide * plane.blocksHigh;
      }
    }
    if (blocks / (frame.isProgressive ? 8 : 4) > file.length) {
      throw JpegException.truncated();
    }
  }

  private void decode(DecodedFrame frame, ScanHeader header, RowWriter rows) throws JpegException {
    Plane[] planes = planes(frame, header);
    Scan scan = new Scan(in, frame, header, planes, segments.restartInterval);
    try {
      for (int i = 0; i < planes.length; i++) {
        prepare(frame, planes[i], header, i);
      }
      in.start(header.end());
      scan.decode(rows);
    } catch (JpegException e) {
      throw e.at("scan %d, row of blocks %d".formatted(segments.scans(), scan.row()));
    }
    segments.moveTo(in.position());
  }

  private Plane[] planes(DecodedFrame frame, ScanHeader header) throws JpegException {
    List<Plane> planes = new ArrayList<>();
    int blocks = 0;
    for (int id : header.ids()) {
      Plane plane =
          Arrays.stream(frame.planes)
              .filter(each -> each.id == id && !planes.contains(each))
              .findFirst()
              .orElseThrow(() -> JpegException.damaged("a scan of an unknown component"));
      planes.add(plane);
      blocks += plane.h * plane.v;
      passes +=
          (long) plane.blocksWide
              * plane.blocksHigh
              * (frame.isProgressive ? header.to() - header.from() + 1 : 64);
    }
    if (planes.size() > 1 && blocks > 10) {
      throw JpegException.damaged("more than 10 blocks in an MCU");
    }
    if (passes > MOST_PASSES) {
      throw JpegException.unsupported("scans that pass over more than 512 million coefficients");
    }
    return planes.toArray(Plane[]::new);
  }

  /** Gives a component its tables for a scan. */
  private void prepare(DecodedFrame frame, Plane plane, ScanHeader header, int i)
      throws JpegException {
    boolean isFirst = header.from() == 0 && header.high() == 0;
    if (plane.factors.length == 0) {
      if (frame.isProgressive && !isFirst) {
        throw JpegException.damaged("details of a component before its first scan");
      }
      int number = plane.quantisation;
      plane.factors = number < 4 ? segments.factors[number] : plane.factors;
      if (plane.factors.length == 0) {
        throw JpegException.damaged("no quantisation table %d".formatted(number));
      }
    }
    if (!frame.isProgressive || isFirst) {
      plane.dc = table(segments.dcTables, header.dcTables().get(i));
    }
    if (!frame.isProgressive || header.from() > 0) {
      plane.ac = table(segments.acTables, header.acTables().get(i));
    }
  }

  private static HuffmanTable table(HuffmanTable[] tables, int number) throws JpegException {
    if (number > 3 || tables[number] == HuffmanTable.NONE) {
      throw JpegException.damaged("no Huffman table %d".formatted(number));
    }
    return tables[number];
  }

  /** Writes the pixels of a picture whose coefficients are complete. */
  private static void transform(DecodedFrame frame, RowWriter rows) {
    InverseDct transform = new InverseDct();
    for (int y = 0; y < frame.mcusHigh; y++) {
      for (Plane plane : frame.planes) {
        int end = Math.min(plane.blocksHigh, (y + 1) * plane.v);
        for (int row = y * plane.v; row < end; row++) {
          int number = row * plane.blocksPerRow;
          for (int x = 0; x < plane.blocksWide; x++, number++) {
            transform.block(
                plane.size,
                plane.coefficients,
                number * 64,
                plane.factors,
                plane.lasts[number],
                plane.ring,
                plane.ringOffset(row, x),
                plane.stride);
          }
        }
      }
      rows.write(y);
    }
  }
}
