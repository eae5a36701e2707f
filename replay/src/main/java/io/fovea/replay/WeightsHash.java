package io.fovea.replay;

import io.fovea.file.Sha256;
import io.fovea.network.Weights;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;

/** What tells two networks' weights apart, to the bit. */
public final class WeightsHash {
  private WeightsHash() {}

  /**
   * The SHA-256 of all values, hexadecimal: for each parameter and buffer, in the graph's order,
   * the UTF-8 bytes of its name, a space, its shape such as 16x1x5x5 and a line feed, then its
   * values as little-endian float32, row-major.
   */
  public static String of(Weights weights) {
    MessageDigest digest = Sha256.digest();
    for (String name : weights.names()) {
      String line = name + " " + weights.shape(name) + "\n";
      digest.update(line.getBytes(StandardCharsets.UTF_8));
      float[] values = weights.shared(name);
      ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES);
      bytes.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(values);
      digest.update(bytes);
    }
    return HexFormat.of().formatHex(digest.digest());
  }
}
