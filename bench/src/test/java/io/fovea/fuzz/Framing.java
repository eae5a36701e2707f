package io.fovea.fuzz;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Puts right lengths and checksums around what the fuzzer makes. */
final class Framing {
  private static final int PNG_SIGNATURE = 8;

  /** Length, type and checksum of a chunk of a PNG file. */
  private static final int AROUND_CHUNK = 12;

  private Framing() {}

  private static int checksum(byte[] bytes, int from, int length) {
    CRC32 checksum = new CRC32();
    checksum.update(bytes, from, length);
    return (int) checksum.getValue();
  }

  /** JSON up to a line feed, then values, gets its length in front; anything else stays. */
  static byte[] safetensors(byte[] input) {
    if (input.length == 0 || input[0] != '{') {
      return input;
    }
    int header = 0;
    while (header < input.length && input[header] != '\n') {
      header++;
    }
    int values = Math.max(0, input.length - header - 1);
    return ByteBuffer.allocate(8 + header + values)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(header)
        .put(input, 0, header)
        .put(input, input.length - values, values)
        .array();
  }

  /** The inverse: JSON, a line feed, values. */
  static byte[] ofSafetensors(byte[] file) {
    byte[] input = new byte[file.length - 7];
    int header = (int) ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getLong();
    System.arraycopy(file, 8, input, 0, header);
    input[header] = '\n';
    System.arraycopy(file, 8 + header, input, header + 1, file.length - 8 - header);
    return input;
  }

  /** A pickle in a file of PyTorch, with the storages that the seeds name. */
  static byte[] archive(byte[] pickle) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      entry(zip, "data.pkl", pickle);
      entry(zip, "version", new byte[] {'3', '\n'});
      Map<String, Integer> storages = Map.of("0", 72, "1", 8, "2", 8, "7", 96, "8", 12);
      for (Map.Entry<String, Integer> storage : storages.entrySet()) {
        entry(zip, "data/" + storage.getKey(), new byte[storage.getValue()]);
      }
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return out.toByteArray();
  }

  private static void entry(ZipOutputStream zip, String name, byte[] content) throws IOException {
    ZipEntry entry = new ZipEntry("small/" + name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(content.length);
    entry.setCrc(Integer.toUnsignedLong(checksum(content, 0, content.length)));
    zip.putNextEntry(entry);
    zip.write(content);
  }

  /** A PNG file with the checksums of its chunks corrected. */
  static byte[] checksums(byte[] input) {
    byte[] bytes = input.clone();
    ByteBuffer file = ByteBuffer.wrap(bytes);
    for (int at = PNG_SIGNATURE; at + AROUND_CHUNK <= bytes.length; ) {
      int length = file.getInt(at);
      if (length < 0 || length > bytes.length - at - AROUND_CHUNK) {
        break;
      }
      file.putInt(at + 8 + length, checksum(bytes, at + 4, 4 + length));
      at += AROUND_CHUNK + length;
    }
    return bytes;
  }
}
