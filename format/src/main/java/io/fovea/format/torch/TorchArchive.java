package io.fovea.format.torch;

import io.fovea.format.FormatException;
import io.fovea.format.content.InputFile;
import io.fovea.format.message.Quotation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32;

/**
 * The zip container of torch.save: its central directory, checked. Entries must be stored without
 * compression, so none can be larger than the file; names are keys and never paths. Entries must
 * not share bytes or names.
 */
final class TorchArchive {
  /** The cure at the end of most messages. */
  static final String DAMAGED = "; the file is damaged, fetch or save it again";

  /** About 200,000 entries: bounds the memory of a hostile directory. */
  private static final long LARGEST_DIRECTORY = 1 << 24;

  private static final int END_BYTES = 22;
  private static final int END_SIGNATURE = 0x06054b50;
  private static final int LONGEST_COMMENT = 0xffff;
  private static final int LOCATOR_BYTES = 20;
  private static final int LOCATOR_SIGNATURE = 0x07064b50;
  private static final int END64_BYTES = 56;
  private static final int END64_SIGNATURE = 0x06064b50;
  private static final int CENTRAL_BYTES = 46;
  private static final int CENTRAL_SIGNATURE = 0x02014b50;
  private static final int LOCAL_BYTES = 30;
  private static final int LOCAL_SIGNATURE = 0x04034b50;
  private static final int WIDE_FIELDS = 1;

  /** The flags of encrypted entries and headers. */
  private static final int ENCRYPTED = 0x2041;

  /** The value of a field whose real value is in the extra fields. */
  private static final long SATURATED = 0xffffffffL;

  /**
   * One entry.
   *
   * @param header the offset of its local header
   * @param size of its content
   * @param crc of its content
   */
  record Entry(String name, long header, long size, int crc) {}

  /** The position of the directory. */
  private record Directory(long begin, long length, long entries) {}

  private final String place;
  private final FileChannel channel;
  private final Map<String, Entry> entries = new LinkedHashMap<>();
  private long directoryBegin;

  /** torch.serialization.set_crc32_options(False) leaves all checksums 0. */
  private boolean hasChecksums;

  private TorchArchive(String place, FileChannel channel) {
    this.place = place;
    this.channel = channel;
  }

  /**
   * Reads the directory.
   *
   * @param place the file and operation, for messages
   */
  static TorchArchive open(String place, FileChannel channel) throws IOException {
    TorchArchive archive = new TorchArchive(place, channel);
    archive.readDirectory(archive.directory());
    return archive;
  }

  /** The entries by name. */
  Map<String, Entry> entries() {
    return entries;
  }

  Optional<Entry> entry(String name) {
    return Optional.ofNullable(entries.get(name));
  }

  /** The bytes of an entry; refuses more than a limit. */
  byte[] bytes(Entry entry, int most) throws IOException {
    if (entry.size() > most) {
      throw new FormatException(
          "%s: %s may have at most %d bytes, got %d; save fewer tensors in a file"
              .formatted(place, Quotation.of(entry.name()), most, entry.size()));
    }
    check(entry);
    ByteBuffer content = ByteBuffer.allocate((int) entry.size());
    InputFile.fill(channel, content, start(entry));
    return content.array();
  }

  /** The offset of an entry's content. */
  long start(Entry entry) throws IOException {
    ByteBuffer local = read(entry.header(), LOCAL_BYTES);
    byte[] name = entry.name().getBytes(StandardCharsets.UTF_8);
    int nameLength = Short.toUnsignedInt(local.getShort(26));
    int extraLength = Short.toUnsignedInt(local.getShort(28));
    long start = entry.header() + LOCAL_BYTES + nameLength + extraLength;
    boolean agrees =
        local.getInt(0) == LOCAL_SIGNATURE
            && local.getShort(8) == 0
            && nameLength == name.length
            && start + entry.size() <= directoryBegin;
    if (!agrees || !ByteBuffer.wrap(name).equals(read(entry.header() + LOCAL_BYTES, nameLength))) {
      throw damaged(
          "entry " + Quotation.of(entry.name()) + " is not where the directory says it is");
    }
    return start;
  }

  /** Compares an entry's content with its checksum, if the file has checksums. */
  void check(Entry entry) throws IOException {
    if (!hasChecksums) {
      return;
    }
    CRC32 crc = new CRC32();
    InputFile.read(
        channel,
        start(entry),
        entry.size(),
        1,
        ByteOrder.LITTLE_ENDIAN,
        (buffer, at, n) -> crc.update(buffer));
    if ((int) crc.getValue() != entry.crc()) {
      throw damaged(
          "entry %s has the checksum %08x, expected %08x"
              .formatted(Quotation.of(entry.name()), (int) crc.getValue(), entry.crc()));
    }
  }

  private Directory directory() throws IOException {
    long size = channel.size();
    int length = (int) Math.min(size, END_BYTES + LONGEST_COMMENT);
    ByteBuffer tail = read(size - length, length);
    int at = length - END_BYTES;
    while (at >= 0
        && (tail.getInt(at) != END_SIGNATURE
            || at + END_BYTES + Short.toUnsignedInt(tail.getShort(at + 20)) != length)) {
      at--;
    }
    if (at < 0) {
      throw damaged("a zip file ends with its directory, got other bytes");
    }
    long end = size - length + at;
    long entries = Short.toUnsignedInt(tail.getShort(at + 10));
    long bytes = Integer.toUnsignedLong(tail.getInt(at + 12));
    long begin = Integer.toUnsignedLong(tail.getInt(at + 16));
    if (entries == LONGEST_COMMENT || bytes == SATURATED || begin == SATURATED) {
      long end64 = end64(end);
      ByteBuffer wide = read(end64, END64_BYTES);
      if (wide.getInt(0) != END64_SIGNATURE) {
        throw damaged("the 64-bit end of the directory is missing");
      }
      entries = wide.getLong(32);
      bytes = wide.getLong(40);
      begin = wide.getLong(48);
      end = end64;
    }
    if (bytes < 0 || begin < 0 || bytes > end || begin > end - bytes) {
      throw damaged("the directory lies outside of the file");
    }
    if (bytes > LARGEST_DIRECTORY) {
      throw new FormatException(
          "%s: the zip directory may have at most %d bytes, got %d; save fewer tensors in a file"
              .formatted(place, LARGEST_DIRECTORY, bytes));
    }
    return new Directory(begin, bytes, entries);
  }

  private long end64(long end) throws IOException {
    ByteBuffer locator = read(end - LOCATOR_BYTES, LOCATOR_BYTES);
    long end64 = locator.getLong(8);
    if (locator.getInt(0) != LOCATOR_SIGNATURE
        || end64 < 0
        || end64 > end - LOCATOR_BYTES - END64_BYTES) {
      throw damaged("the locator of the 64-bit directory is missing");
    }
    return end64;
  }

  private void readDirectory(Directory directory) throws IOException {
    directoryBegin = directory.begin();
    ByteBuffer bytes = read(directory.begin(), (int) directory.length());
    long total = 0;
    while (bytes.remaining() >= CENTRAL_BYTES) {
      Entry entry = centralEntry(bytes);
      if (entries.putIfAbsent(entry.name(), entry) != null) {
        throw damaged("entry " + Quotation.of(entry.name()) + " is there twice");
      }
      hasChecksums |= entry.crc() != 0;
      total += LOCAL_BYTES + entry.size(); // no overflow: each is at most the file's size
      if (total > directoryBegin) {
        throw damaged("the entries have more bytes than the file");
      }
    }
    if (bytes.hasRemaining() || entries.size() != directory.entries()) {
      throw damaged(
          "the directory should have %d entries, got %d"
              .formatted(directory.entries(), entries.size()));
    }
  }

  private Entry centralEntry(ByteBuffer bytes) throws FormatException {
    int at = bytes.position();
    int nameLength = Short.toUnsignedInt(bytes.getShort(at + 28));
    int extraLength = Short.toUnsignedInt(bytes.getShort(at + 30));
    int commentLength = Short.toUnsignedInt(bytes.getShort(at + 32));
    int length = CENTRAL_BYTES + nameLength + extraLength + commentLength;
    if (bytes.getInt(at) != CENTRAL_SIGNATURE || length > bytes.remaining()) {
      throw damaged("the directory is no list of entries");
    }
    byte[] text = new byte[nameLength];
    bytes.get(at + CENTRAL_BYTES, text);
    String name = new String(text, StandardCharsets.UTF_8);
    int method = Short.toUnsignedInt(bytes.getShort(at + 10));
    if ((bytes.getShort(at + 8) & ENCRYPTED) != 0) {
      throw new FormatException(
          "%s: entry %s is encrypted, expected plain content; save the file again with torch.save"
              .formatted(place, Quotation.of(name)));
    }
    if (method != 0) {
      throw new FormatException(
          "%s: entry %s is compressed (method %d), expected stored content, as torch.save writes it; save the file again with torch.save"
              .formatted(place, Quotation.of(name), method));
    }
    ByteBuffer extra = bytes.slice(at + CENTRAL_BYTES + nameLength, extraLength);
    ByteBuffer wide = wideFields(extra.order(ByteOrder.LITTLE_ENDIAN));
    long size = field(bytes, at + 24, wide);
    long stored = field(bytes, at + 20, wide);
    long header = field(bytes, at + 42, wide);
    bytes.position(at + length);
    if (size < 0
        || stored != size
        || header < 0
        || size > directoryBegin - LOCAL_BYTES
        || header > directoryBegin - LOCAL_BYTES - size) {
      throw damaged("entry " + Quotation.of(name) + " lies outside of the file");
    }
    return new Entry(name, header, size, bytes.getInt(at + 16));
  }

  /** The 64-bit values among the extra fields; empty where there are none. */
  private static ByteBuffer wideFields(ByteBuffer extra) {
    while (extra.remaining() >= 4) {
      int kind = Short.toUnsignedInt(extra.getShort());
      int length = Math.min(Short.toUnsignedInt(extra.getShort()), extra.remaining());
      if (kind == WIDE_FIELDS) {
        return extra.slice(extra.position(), length).order(ByteOrder.LITTLE_ENDIAN);
      }
      extra.position(extra.position() + length);
    }
    return ByteBuffer.allocate(0);
  }

  /** A field, or the next 64-bit value instead; -1 where it is missing. */
  private static long field(ByteBuffer bytes, int at, ByteBuffer wide) {
    long value = Integer.toUnsignedLong(bytes.getInt(at));
    if (value != SATURATED) {
      return value;
    }
    return wide.remaining() >= Long.BYTES ? wide.getLong() : -1;
  }

  private ByteBuffer read(long position, int length) throws IOException {
    if (position < 0) {
      throw damaged("the file is too short for a zip file");
    }
    ByteBuffer buffer = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    InputFile.fill(channel, buffer, position);
    return buffer.flip();
  }

  private FormatException damaged(String what) {
    return new FormatException(place + ": " + what + DAMAGED);
  }
}
