package io.fovea.train;

import io.fovea.dataset.Dataset;
import java.util.zip.CRC32C;

/**
 * A short text that differs where two data sets differ in any pixel, label, class or in their
 * order.
 */
final class Fingerprint {
  private Fingerprint() {}

  static String of(Dataset data) {
    CRC32C crc = new CRC32C();
    for (String name : data.classes()) {
      crc.update(name.getBytes(java.nio.charset.StandardCharsets.UTF_8));
      crc.update(0);
    }
    float[] pixels = new float[data.shape().elements()];
    byte[] bytes = new byte[pixels.length];
    for (int i = 0; i < data.size(); i++) {
      data.pixels(i, pixels, 0);
      for (int k = 0; k < bytes.length; k++) {
        bytes[k] = (byte) (int) pixels[k];
      }
      crc.update(bytes, 0, bytes.length);
      crc.update(data.label(i));
    }
    return "%d images of %s, crc32c %08x".formatted(data.size(), data.shape(), crc.getValue());
  }
}
