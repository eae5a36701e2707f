package io.fovea.cli.run;

import io.fovea.file.AtomicFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * A TensorBoard event file: records of scalars. A record (TensorFlow's TFRecord format) is
 *
 * <pre>
 * uint64 length, uint32 masked CRC32C of those 8 bytes, the data, uint32 masked CRC32C of the data
 * </pre>
 *
 * all little-endian, where masked is ((crc &gt;&gt;&gt; 15) | (crc &lt;&lt; 17)) + 0xa282ead8. The
 * data is a protocol buffer Event (tensorflow/core/util/event.proto): wall_time = 1 (double), step
 * = 2, file_version = 3, summary = 5; a Summary holds values = 1 of tag = 1 and simple_value = 2
 * (float).
 */
public record EventFile(Path file) {
  private static final int MASK = 0xa282ead8;
  private static final int FRAME = 16;

  public void append(double wallTime, long step, Map<String, Double> scalars) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    if (!Files.exists(file)) {
      ByteArrayOutputStream version = event(wallTime, 0);
      text(version, 3, "brain.Event:2");
      out.writeBytes(record(version.toByteArray()));
    }
    ByteArrayOutputStream summary = new ByteArrayOutputStream();
    scalars.forEach(
        (tag, scalar) -> {
          ByteArrayOutputStream value = new ByteArrayOutputStream();
          text(value, 1, tag);
          value.write((2 << 3) | 5);
          value.writeBytes(little(4).putFloat((float) (double) scalar).array());
          bytes(summary, 1, value.toByteArray());
        });
    ByteArrayOutputStream event = event(wallTime, step);
    bytes(event, 5, summary.toByteArray());
    out.writeBytes(record(event.toByteArray()));
    Files.write(file, out.toByteArray(), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  /** Drops the records after a step, and a record that a killed process left incomplete. */
  public void cutBackTo(long step) throws IOException {
    if (!Files.exists(file)) {
      return;
    }
    byte[] bytes = Files.readAllBytes(file);
    ByteBuffer all = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    ByteArrayOutputStream kept = new ByteArrayOutputStream();
    while (isWhole(all, bytes)) {
      int length = (int) all.getLong(all.position());
      byte[] record = new byte[FRAME + length];
      all.get(record);
      if (step(record) <= step) {
        kept.writeBytes(record);
      }
    }
    AtomicFile.write(file, kept::writeTo);
  }

  /** Whether a valid record begins at the position; a killed process leaves an incomplete one. */
  private static boolean isWhole(ByteBuffer all, byte[] bytes) {
    int at = all.position();
    if (all.remaining() < FRAME) {
      return false;
    }
    long length = all.getLong(at);
    return length >= 9
        && length <= all.remaining() - FRAME
        && all.getInt(at + 8) == masked(bytes, at, 8)
        && all.getInt(at + 12 + (int) length) == masked(bytes, at + 12, (int) length);
  }

  /** The step of an event as written by this class: it follows the wall time. */
  private static long step(byte[] record) {
    long step = 0;
    if (record[12 + 9] == 2 << 3) {
      int at = 12 + 10;
      for (int shift = 0; ; shift += 7) {
        step |= (long) (record[at] & 0x7f) << shift;
        if (record[at++] >= 0) {
          break;
        }
      }
    }
    return step;
  }

  private static ByteArrayOutputStream event(double wallTime, long step) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write((1 << 3) | 1);
    out.writeBytes(little(8).putDouble(wallTime).array());
    if (step > 0) {
      out.write(2 << 3);
      varint(out, step);
    }
    return out;
  }

  private static byte[] record(byte[] data) {
    byte[] length = little(8).putLong(data.length).array();
    return little(FRAME + data.length)
        .put(length)
        .putInt(masked(length, 0, 8))
        .put(data)
        .putInt(masked(data, 0, data.length))
        .array();
  }

  private static int masked(byte[] bytes, int from, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, from, length);
    return Integer.rotateRight((int) crc.getValue(), 15) + MASK;
  }

  private static ByteBuffer little(int length) {
    return ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static void text(ByteArrayOutputStream out, int field, String text) {
    bytes(out, field, text.getBytes(StandardCharsets.UTF_8));
  }

  private static void bytes(ByteArrayOutputStream out, int field, byte[] bytes) {
    out.write((field << 3) | 2);
    varint(out, bytes.length);
    out.writeBytes(bytes);
  }

  private static void varint(ByteArrayOutputStream out, long value) {
    long rest = value;
    while (rest >= 0x80) {
      out.write((int) ((rest & 0x7f) | 0x80));
      rest >>>= 7;
    }
    out.write((int) rest);
  }
}
