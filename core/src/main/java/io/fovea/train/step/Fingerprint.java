package io.fovea.train.step;

import io.fovea.dataset.Dataset;
import io.fovea.network.RefusedException;
import io.fovea.network.execution.PackedWeights;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.zip.CRC32C;

/**
 * A short text that differs where two data sets differ in any pixel, label, class, share of a class
 * or in their order. The sums take a label as one byte, and above 256 classes as four, which the
 * text then says.
 */
public final class Fingerprint {
  private static final int BYTE_LABELS = 256;
  private static final String WIDE = "crc32c of 4-byte labels";

  /** Reading all images may take long, and a run's images never change. */
  private static final Map<Dataset, Known> KNOWN = Collections.synchronizedMap(new WeakHashMap<>());

  private Fingerprint() {}

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Known(String text, int[] images) {}

  public static String of(Dataset data) {
    return known(data).text;
  }

  /**
   * Checks that a recorded text can be compared with that of these images.
   *
   * @throws RefusedException if they have more than 256 classes, and its sum one byte of each label
   */
  public static void requireComparable(String recorded, Dataset data) {
    if (data.classes().size() > BYTE_LABELS && !recorded.isEmpty() && !recorded.contains(WIDE)) {
      throw new RefusedException(
          "images",
          "the run's sum of them (%s) takes one byte of each label, which does not tell %d classes apart"
              .formatted(recorded, data.classes().size()),
          "its model predicts as before, but only the Fovea that made the run can resume or verify it");
    }
  }

  /** The checksum of each image, with its label and shares. */
  public static int[] images(Dataset data) {
    return known(data).images.clone();
  }

  private static Known known(Dataset data) {
    Known known = KNOWN.get(data);
    if (known == null) {
      known = compute(data); // outside the map's lock
      KNOWN.put(data, known);
    }
    return known;
  }

  private static Known compute(Dataset data) {
    CRC32C crc = new CRC32C();
    for (String name : data.classes()) {
      crc.update(name.getBytes(java.nio.charset.StandardCharsets.UTF_8));
      crc.update(0);
    }
    float[] pixels = new float[data.shape().elements()];
    byte[] bytes = new byte[pixels.length];
    float[] shares = new float[data.classes().size()];
    int[] images = new int[data.size()];
    CRC32C own = new CRC32C();
    List<CRC32C> sums = List.of(crc, own);
    boolean isWide = data.classes().size() > BYTE_LABELS;
    for (int i = 0; i < data.size(); i++) {
      data.pixels(i, pixels, 0);
      for (int k = 0; k < bytes.length; k++) {
        bytes[k] = (byte) (int) pixels[k];
      }
      own.reset();
      for (CRC32C sum : sums) {
        sum.update(bytes, 0, bytes.length);
        for (int shift = isWide ? 24 : 0; shift >= 0; shift -= 8) {
          sum.update(data.label(i) >>> shift);
        }
        addShares(sum, data, i, shares);
      }
      images[i] = (int) own.getValue();
    }
    String name = isWide ? WIDE : "crc32c";
    return new Known(
        "%d images of %s, %s %08x".formatted(data.size(), data.shape(), name, crc.getValue()),
        images);
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
