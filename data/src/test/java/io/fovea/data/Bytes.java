package io.fovea.data;

import io.fovea.data.base.PixelDataset;
import io.fovea.dataset.Dataset;
import io.fovea.dataset.Framing;
import io.fovea.random.RandomKey;
import io.fovea.tensor.Shape;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/** Small files and data sets for the tests. */
public final class Bytes {
  private Bytes() {}

  /** Big-endian numbers one after the other. */
  public static byte[] header(int... numbers) {
    ByteBuffer buffer = ByteBuffer.allocate(4 * numbers.length);
    for (int number : numbers) {
      buffer.putInt(number);
    }
    return buffer.array();
  }

  /** An IDX file of images whose bytes count upwards. */
  public static byte[] images(int count, int rows, int columns) {
    ByteBuffer buffer = ByteBuffer.allocate(16 + count * rows * columns);
    buffer.put(header(0x803, count, rows, columns));
    for (int i = 0; buffer.hasRemaining(); i++) {
      buffer.put((byte) i);
    }
    return buffer.array();
  }

  /** An IDX file of labels. */
  public static byte[] labels(int... labels) {
    ByteBuffer buffer = ByteBuffer.allocate(8 + labels.length).put(header(0x801, labels.length));
    for (int label : labels) {
      buffer.put((byte) label);
    }
    return buffer.array();
  }

  public static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    }
    return out.toByteArray();
  }

  /** A data set of noise, labels going round. */
  public static PixelDataset dataset(String name, Shape shape, List<String> classes, int size) {
    byte[][] images = new byte[size][shape.elements()];
    int[] labels = new int[size];
    RandomKey key = RandomKey.of(7).with("noise");
    for (int i = 0; i < size; i++) {
      labels[i] = i % classes.size();
      for (int j = 0; j < images[i].length; j++) {
        images[i][j] = (byte) key.with(i).bits(j);
      }
    }
    return new PixelDataset(name, shape, classes, images, labels, null, Framing.STRETCH);
  }

  public static float[] pixels(Dataset dataset, int index) {
    float[] pixels = new float[dataset.shape().elements()];
    dataset.pixels(index, pixels, 0);
    return pixels;
  }
}
