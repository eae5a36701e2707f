package io.fovea.train.step;

import io.fovea.dataset.Dataset;
import io.fovea.network.execution.PackedWeights;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * A short text that differs where two data sets differ in any pixel, label, class, share of a class
 * or in their order.
 */
public final class Fingerprint {
  private Fingerprint() {}

  public static String of(Dataset data) {
    CRC32C crc = new CRC32C();
    for (String name : data.classes()) {
      crc.update(name.getBytes(java.nio.charset.StandardCharsets.UTF_8));
      crc.update(0);
    }
    float[] pixels = new float[data.shape().elements()];
    byte[] bytes = new byte[pixels.length];
    float[] shares = new float[data.classes().size()];
    for (int i = 0; i < data.size(); i++) {
      data.pixels(i, pixels, 0);
      for (int k = 0; k < bytes.length; k++) {
        bytes[k] = (byte) (int) pixels[k];
      }
      crc.update(bytes, 0, bytes.length);
      crc.update(data.label(i));
      addShares(crc, data, i, shares);
    }
    return "%d images of %s, crc32c %08x".formatted(data.size(), data.shape(), crc.getValue());
  }

  /** A hash of a network's weights. */
  public static long of(PackedWeights weights) {
    CRC32C crc = new CRC32C();
    for (PackedWeights.Entry entry : weights.entries()) {
      ByteBuffer bytes = ByteBuffer.allocate(entry.stored().length * Float.BYTES);
      bytes.asFloatBuffer().put(entry.stored());
      crc.update(bytes);
    }
    return crc.getValue();
  }

  /** Adds an image's shares of the classes where they differ from its label. */
  private static void addShares(CRC32C crc, Dataset data, int index, float[] shares) {
    data.shares(index, shares, 0);
    for (int k = 0; k < shares.length; k++) {
      if (shares[k] != (k == data.label(index) ? 1 : 0)) {
        ByteBuffer bytes = ByteBuffer.allocate(Integer.BYTES + Float.BYTES);
        crc.update(bytes.putInt(k).putFloat(shares[k]).flip());
      }
    }
  }
}
