package io.fovea.cli.run;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads event files from TensorFlow's description, with a bitwise CRC32C, and shares nothing with
 * the class that writes them.
 */
public final class EventReader {
  /** One number of the file. */
  public record Scalar(long step, String tag, float value) {}

  private final DataInputStream in;
  private final List<Scalar> scalars = new ArrayList<>();

  private EventReader(byte[] bytes) {
    this.in = new DataInputStream(new ByteArrayInputStream(bytes));
  }

  /** All scalars, in their order; anything unsound is an error. */
  public static List<Scalar> read(Path file) throws IOException {
    EventReader reader = new EventReader(Files.readAllBytes(file));
    while (reader.in.available() > 0) {
      byte[] head = reader.in.readNBytes(8);
      reader.check(head);
      byte[] data =
          reader.in.readNBytes(
              (int)
                  Long.reverseBytes(
                      new DataInputStream(new ByteArrayInputStream(head)).readLong()));
      reader.check(data);
      new EventReader(data).event(reader.scalars);
    }
    return reader.scalars;
  }

  private void check(byte[] data) throws IOException {
    int crc = ~0;
    for (byte b : data) {
      crc ^= b & 0xff;
      for (int i = 0; i < 8; i++) {
        crc = (crc & 1) != 0 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
      }
    }
    crc = ~crc;
    int masked = ((crc >>> 15) | (crc << 17)) + 0xa282ead8;
    int stored = Integer.reverseBytes(in.readInt());
    if (masked != stored) {
      throw new IOException("crc is %08x, expected %08x".formatted(stored, masked));
    }
  }

  private void event(List<Scalar> into) throws IOException {
    long step = 0;
    while (in.available() > 0) {
      switch ((int) varint()) {
        case 0x09 -> in.readLong(); // wall_time
        case 0x10 -> step = varint();
        case 0x1a -> in.readNBytes((int) varint()); // file_version
        case 0x2a -> new EventReader(in.readNBytes((int) varint())).summary(step, into);
        default -> throw new IOException("unknown field of an event");
      }
    }
  }

  private void summary(long step, List<Scalar> into) throws IOException {
    while (in.available() > 0) {
      expect(0x0a);
      EventReader value = new EventReader(in.readNBytes((int) varint()));
      value.expect(0x0a);
      String tag =
          new String(
              value.in.readNBytes((int) value.varint()), java.nio.charset.StandardCharsets.UTF_8);
      value.expect(0x15);
      into.add(
          new Scalar(step, tag, Float.intBitsToFloat(Integer.reverseBytes(value.in.readInt()))));
    }
  }

  private void expect(int key) throws IOException {
    long got = varint();
    if (got != key) {
      throw new IOException("field key %x, expected %x".formatted(got, key));
    }
  }

  private long varint() throws IOException {
    long value = 0;
    for (int shift = 0; ; shift += 7) {
      int b = in.readUnsignedByte();
      value |= (long) (b & 0x7f) << shift;
      if (b < 0x80) {
        return value;
      }
    }
  }
}
