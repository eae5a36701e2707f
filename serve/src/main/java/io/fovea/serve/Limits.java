package io.fovea.serve;

import io.fovea.http.BodyReader;
import java.time.Duration;

/**
 * The limits of a server, which bound its memory and time for any client.
 *
 * @param maxBytes the most bytes of one request's body
 * @param maxConcurrent the most concurrent predictions, with waiting ones
 * @param timeout from the first byte of a request to the last of its response
 * @param maxPixels the most pixels of one picture, checked before decoding
 */
public record Limits(int maxBytes, int maxConcurrent, Duration timeout, long maxPixels) {
  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if one is out of range
   */
  public Limits {
    require("maxBytes", maxBytes, 1 << 30);
    require("maxConcurrent", maxConcurrent, 1 << 20);
    require("maxPixels", maxPixels, 64_000_000);
    if (maxBytes > BodyReader.heapShare()) {
      throw new IllegalArgumentException(
          "maxBytes: expects at most %d, a quarter of the heap, got %d; lower it, or give a larger heap: -Xmx2g, for the command line in FOVEA_JAVA_OPTS"
              .formatted(BodyReader.heapShare(), maxBytes));
    }
    if (timeout.isNegative() || timeout.isZero() || timeout.compareTo(Duration.ofHours(1)) > 0) {
      throw new IllegalArgumentException(
          "timeout: expects seconds above 0 and up to 3600, got " + timeout.toMillis() / 1000.0);
    }
  }

  private static void require(String name, long value, long most) {
    if (value < 1 || value > most) {
      throw new IllegalArgumentException(
          "%s: expects a whole number from 1 to %d, got %d".formatted(name, most, value));
    }
  }

  /**
   * The defaults: 8 MiB (but at most a quarter of the heap), 256 predictions, 30 seconds, 16
   * million pixels.
   */
  public static Limits usual() {
    int bytes = (int) Math.min(8 << 20, BodyReader.heapShare());
    return new Limits(bytes, 256, Duration.ofSeconds(30), 16_000_000);
  }
}
