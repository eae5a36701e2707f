package io.fovea.data.source;

import io.fovea.data.base.DataException;
import io.fovea.data.base.PixelDataset;
import io.fovea.dataset.Framing;
import io.fovea.tensor.Shape;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * One IDX file being read. The header is not trusted: a plain file must have exactly the announced
 * length before anything is allocated; a gzip file must be long enough for it, and memory grows
 * with the decompressed bytes.
 */
public final class IdxFile implements AutoCloseable {
  public static final int LABELS = 0x00000801;
  public static final int IMAGES = 0x00000803;
  public static final int COLOUR_IMAGES = 0x00000804;

  /** Labels without names are digits. */
  public static final List<String> DIGITS =
      List.of("0", "1", "2", "3", "4", "5", "6", "7", "8", "9");

  /** Deflate cannot shrink more than this (zlib.net, "zlib technical details": 1032 to 1). */
  private static final long DEFLATE_RATIO = 1032;

  private static final int LARGEST_SIDE = 65_535;

  private final Path path;
  private final long fileLength;
  private final boolean compressed;
  private final InputStream in;
  private String announced = ""; // by the header, for messages

  /** The images of a file: their common shape (C, H, W), and one channels-last array each. */
  record ImageArrays(Shape shape, List<byte[]> pixels) {}

  private IdxFile(Path path) throws IOException {
    this.path = path;
    this.fileLength = Files.size(path);
    InputStream file = Files.newInputStream(path);
    try {
      BufferedInputStream buffered = new BufferedInputStream(file, 1 << 16);
      this.compressed = isGzip(buffered);
      this.in =
          compressed
              ? new BufferedInputStream(new GZIPInputStream(buffered, 1 << 15), 1 << 16)
              : buffered;
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  /** Looks at the first two bytes (RFC 1952, section 2.3.1) and goes back to the start. */
  public static boolean isGzip(BufferedInputStream in) throws IOException {
    in.mark(2);
    boolean gzip = in.read() == 0x1f && in.read() == 0x8b;
    in.reset();
    return gzip;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  /** Images and their labels, which index the classes, under a name for messages. */
  public static PixelDataset pixels(String name, Path images, Path labels, List<String> classes)
      throws DataException {
    ImageArrays read = read(images, IdxFile::images);
    int[] values = read(labels, file -> file.labels(classes));
    if (values.length != read.pixels().size()) {
      throw new DataException(
          "idx %s: has %s labels, but %s has %s images; the two files do not belong together"
              .formatted(labels, values.length, images, read.pixels().size()));
    }
    return new PixelDataset(
        name,
        read.shape(),
        classes,
        read.pixels().toArray(byte[][]::new),
        values,
        null,
        Framing.STRETCH);
  }

  /** Refuses images that cannot fit into memory before anything is allocated. */
  static void requireMemory(String what, long count, long bytesEach) throws DataException {
    long needed = count * bytesEach; // the length of a file, or at most 2^62
    long most = Runtime.getRuntime().maxMemory();
    if (needed > most) {
      throw new DataException(
          "%s: %s images of %s bytes need %s MB of memory, Java may use %s MB; choose a smaller image size or raise the limit with -Xmx"
              .formatted(what, count, bytesEach, megabytes(needed), megabytes(most)));
    }
  }

  private static long megabytes(long bytes) {
    return bytes / 1_000_000;
  }

  private interface Body<T> {
    T readFrom(IdxFile file) throws IOException;
  }

  private static <T> T read(Path path, Body<T> body) throws DataException {
    try (IdxFile file = new IdxFile(path)) {
      return body.readFrom(file);
    } catch (ZipException | EOFException e) {
      throw new DataException(
          "idx %s: the gzip data is damaged (%s); fetch it again"
              .formatted(path, DataException.reason(e)),
          e);
    } catch (IOException e) {
      throw DataException.of("idx " + path + ": cannot be read", e, "");
    }
  }

  private ImageArrays images() throws IOException {
    ByteBuffer header = header(16, "images");
    int magic = header.getInt();
    if (magic != IMAGES && magic != COLOUR_IMAGES) {
      throw wrongMagic(magic, "0x00000803 (images)");
    }
    long count = unsigned(header);
    long rows = unsigned(header);
    long columns = unsigned(header);
    long channels = magic == IMAGES ? 1 : unsigned(header(4, "colour images"));
    checkSizes(count, rows, columns, channels);
    Shape shape = Shape.of((int) channels, (int) rows, (int) columns);
    announced = "the header says %s images of %sx%s".formatted(count, rows, columns);
    long headerLength = magic == IMAGES ? 16 : 20;
    checkLength(channels == 3 ? " in colour" : "", headerLength, count, shape.elements());
    requireMemory("idx " + path, count, shape.elements());
    List<byte[]> pixels = new ArrayList<>();
    for (long i = 0; i < count; i++) {
      pixels.add(next(shape.elements(), shape.elements(), "image", i));
    }
    checkEnd();
    return new ImageArrays(shape, pixels);
  }

  private int[] labels(List<String> classes) throws IOException {
    ByteBuffer header = header(8, "labels");
    int magic = header.getInt();
    if (magic != LABELS) {
      throw wrongMagic(magic, "0x00000801 (labels)");
    }
    long count = unsigned(header);
    checkCount(count, "labels");
    announced = "the header says " + count + " labels";
    checkLength("", 8, count, 1);
    byte[] bytes = next((int) count, 1, "label", 0);
    checkEnd();
    int[] labels = new int[bytes.length];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = bytes[i] & 0xff;
      if (labels[i] >= classes.size()) {
        throw wrong(
            "expects labels from 0 to %s, got %s at position %s; for more classes put their names into a file classes.txt beside it, one a line"
                .formatted(classes.size() - 1, labels[i], i));
      }
    }
    return labels;
  }

  private static long unsigned(ByteBuffer header) {
    return header.getInt() & 0xffffffffL;
  }

  private ByteBuffer header(int length, String kind) throws IOException {
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw wrong(
          "ends in the header of %s after %s of %s bytes; it is empty or truncated, fetch it again"
              .formatted(kind, bytes.length, length));
    }
    return ByteBuffer.wrap(bytes);
  }

  private DataException wrongMagic(int magic, String expected) {
    String got = "0x" + HexFormat.of().toHexDigits(magic);
    String meaning =
        switch (magic) {
          case LABELS -> " (labels); the image and label files may be swapped";
          case IMAGES, COLOUR_IMAGES -> " (images); the image and label files may be swapped";
          default -> "; this is no IDX file of unsigned bytes";
        };
    return wrong("expects magic number " + expected + ", got " + got + meaning);
  }

  private void checkCount(long count, String what) throws DataException {
    if (count == 0 || count > Integer.MAX_VALUE) {
      throw wrong("expects at least 1 and at most 2147483647 %s, got %s".formatted(what, count));
    }
  }

  private void checkSizes(long count, long rows, long columns, long channels) throws DataException {
    checkCount(count, "images");
    if (Math.min(rows, columns) < 1 || Math.max(rows, columns) > LARGEST_SIDE) {
      throw wrong(
          "expects images of 1 to 65535 rows and columns, got %sx%s".formatted(rows, columns));
    }
    if (channels != 1 && channels != 3) {
      throw wrong("expects 1 (grey) or 3 (colour) channels, got " + channels);
    }
    if (rows * columns * channels > Integer.MAX_VALUE) {
      throw wrong("an image of " + rows + "x" + columns + " is too large");
    }
  }

  /** Compares what is announced with the length of the file, before anything is allocated. */
  private void checkLength(String form, long header, long count, long each) throws DataException {
    long expected = header + count * each; // at most 2^31 * 2^31: no overflow
    String says = "%s%s (%s bytes), ".formatted(announced, form, expected);
    if (compressed && expected > fileLength * DEFLATE_RATIO) {
      throw wrong(
          "%smore than %s bytes of gzip can hold; it is damaged, fetch it again"
              .formatted(says, fileLength));
    }
    if (!compressed && fileLength != expected) {
      long more = fileLength - expected;
      throw wrong(
          "%sbut the file has %s; it is %s, fetch it again"
              .formatted(says, fileLength, more < 0 ? "truncated" : more + " bytes too long"));
    }
  }

  /** The next bytes: parts of a length each, of which the first has this number. */
  private byte[] next(int length, int each, String part, long first) throws IOException {
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw wrong(
          "%s, but the data ends in %s %s; it is truncated, fetch it again"
              .formatted(announced, part, first + bytes.length / each));
    }
    return bytes;
  }

  private void checkEnd() throws IOException {
    if (in.read() != -1) {
      throw wrong(announced + ", but the data goes on after them; it is too long, fetch it again");
    }
  }

  private DataException wrong(String problem) {
    return new DataException("idx " + path + ": " + problem);
  }
}
