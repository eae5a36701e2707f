package io.fovea.format.tensors;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Safetensors files made byte by byte, without the code under test. */
public final class RawFile {
  private RawFile() {}

  public static byte[] bytes(String header, byte[] data) {
    byte[] text = header.getBytes(StandardCharsets.UTF_8);
    return bytes(text.length, text, data);
  }

  public static byte[] bytes(long claimedLength, byte[] header, byte[] data) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(longs(claimedLength));
    out.writeBytes(header);
    out.writeBytes(data);
    return out.toByteArray();
  }

  public static Path write(Path folder, String header, byte[] data) throws IOException {
    return Files.write(folder.resolve("file.safetensors"), bytes(header, data));
  }

  public static ByteBuffer little(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  public static byte[] floats(float... values) {
    byte[] bytes = new byte[values.length * Float.BYTES];
    little(bytes).asFloatBuffer().put(values);
    return bytes;
  }

  public static byte[] doubles(double... values) {
    byte[] bytes = new byte[values.length * Double.BYTES];
    little(bytes).asDoubleBuffer().put(values);
    return bytes;
  }

  public static byte[] longs(long... values) {
    byte[] bytes = new byte[values.length * Long.BYTES];
    little(bytes).asLongBuffer().put(values);
    return bytes;
  }

  public static byte[] join(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }
}
