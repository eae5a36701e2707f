package io.fovea.format.torch;

import io.fovea.format.FormatException;
import io.fovea.format.content.InputFile;
import io.fovea.format.message.Quotation;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * The zip container of torch.save. Entries must be stored without compression and have no more
 * bytes than the file together, so that none can be larger than it; names are keys and never paths.
 */
final class TorchArchive implements Closeable {
  /** The cure at the end of most messages. */
  static final String DAMAGED = "; the file is damaged, fetch or save it again";

  /** More than the tensors of the largest pickle that is read. */
  private static final int MOST_ENTRIES = 60_000;

  /** Bytes read at once: keeps memory at what is made of them. */
  private static final int PIECE = 1 << 16;

  private final String place;
  private final ZipFile zip;
  private final long fileSize;
  private final Map<String, ZipEntry> entries = new LinkedHashMap<>();
  private final Set<ZipEntry> checked = new HashSet<>();

  /** torch.serialization.set_crc32_options(False) leaves all checksums 0. */
  private boolean hasChecksums;

  private TorchArchive(String place, ZipFile zip, long fileSize) {
    this.place = place;
    this.zip = zip;
    this.fileSize = fileSize;
  }

  /**
   * Opens an archive and checks its directory.
   *
   * @param place the file and operation, for messages
   */
  static TorchArchive open(String place, Path file) throws IOException {
    ZipFile zip;
    try {
      zip = new ZipFile(file.toFile());
    } catch (ZipException damaged) {
      throw new FormatException(
          "%s: has no sound zip directory: %s%s".formatted(place, damaged.getMessage(), DAMAGED),
          damaged);
    }
    try {
      TorchArchive archive = new TorchArchive(place, zip, Files.size(file));
      archive.readDirectory();
      return archive;
    } catch (IOException | RuntimeException | Error failure) {
      zip.close();
      throw failure;
    }
  }

  Map<String, ZipEntry> entries() {
    return entries;
  }

  Optional<ZipEntry> entry(String name) {
    return Optional.ofNullable(entries.get(name));
  }

  long fileSize() {
    return fileSize;
  }

  private void readDirectory() throws FormatException {
    if (zip.size() > MOST_ENTRIES) {
      throw new FormatException(
          "%s: may have at most %d entries, got %d; save fewer tensors in a file"
              .formatted(place, MOST_ENTRIES, zip.size()));
    }
    long total = 0;
    for (ZipEntry entry : zip.stream().map(ZipEntry.class::cast).toList()) {
      String name = Quotation.of(entry.getName());
      if (entry.getMethod() != ZipEntry.STORED) {
        throw new FormatException(
            "%s: entry %s is compressed (method %d), expected stored content, as torch.save writes it; save the file again with torch.save"
                .formatted(place, name, entry.getMethod()));
      }
      if (entries.putIfAbsent(entry.getName(), entry) != null) {
        throw damaged("entry " + name + " is there twice");
      }
      long size = entry.getSize();
      // Summed: entries that share bytes would let a small file fill the heap.
      if (size < 0 || size != entry.getCompressedSize() || size > fileSize - total) {
        throw damaged("entry " + name + " lies outside of the file, or shares bytes with another");
      }
      total += size;
      hasChecksums |= entry.getCrc() != 0;
    }
  }

  /** The bytes of an entry; refuses more than a limit. */
  byte[] bytes(ZipEntry entry, int most) throws IOException {
    if (entry.getSize() > most) {
      throw new FormatException(
          "%s: %s may have at most %d bytes, got %d; save fewer tensors in a file"
              .formatted(place, Quotation.of(entry.getName()), most, entry.getSize()));
    }
    byte[] bytes = new byte[(int) entry.getSize()];
    read(
        entry,
        0,
        bytes.length,
        1,
        ByteOrder.LITTLE_ENDIAN,
        (from, at, n) -> from.get(bytes, at, n));
    return bytes;
  }

  /**
   * Reads elements of {@code width} bytes, a power of 2, of an entry from an offset on, piece by
   * piece. Before an entry is read for the first time it is compared with its checksum, if the file
   * has checksums.
   */
  void read(
      ZipEntry entry, long offset, long elements, int width, ByteOrder order, InputFile.Piece piece)
      throws IOException {
    if (hasChecksums && checked.add(entry)) {
      CRC32 crc = new CRC32();
      pieces(entry, 0, entry.getSize(), 1, order, (buffer, at, n) -> crc.update(buffer));
      if (crc.getValue() != entry.getCrc()) {
        throw damaged(
            "entry %s has the checksum %08x, expected %08x"
                .formatted(Quotation.of(entry.getName()), crc.getValue(), entry.getCrc()));
      }
    }
    pieces(entry, offset, elements * width, width, order, piece);
  }

  private void pieces(
      ZipEntry entry, long offset, long length, int width, ByteOrder order, InputFile.Piece piece)
      throws IOException {
    byte[] bytes = new byte[(int) Math.min(PIECE, length)];
    try (InputStream in = zip.getInputStream(entry)) {
      in.skipNBytes(offset);
      for (long at = 0; at < length; at += PIECE) {
        int count = (int) Math.min(PIECE, length - at);
        if (in.readNBytes(bytes, 0, count) < count) {
          throw new EOFException();
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes, 0, count).order(order);
        piece.take(buffer, (int) (at / width), count / width);
      }
    } catch (ZipException | EOFException misplaced) {
      throw damaged(
          "entry " + Quotation.of(entry.getName()) + " is not where the directory says it is");
    }
  }

  @Override
  public void close() throws IOException {
    zip.close();
  }

  private FormatException damaged(String what) {
    return new FormatException(place + ": " + what + DAMAGED);
  }
}
