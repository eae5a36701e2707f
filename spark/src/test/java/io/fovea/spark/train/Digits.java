package io.fovea.spark.train;

import io.fovea.dataset.Dataset;
import io.fovea.tensor.Shape;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.stream.IntStream;

/** The first 600 training images of MNIST, in file order. */
final class Digits implements Dataset {
  private static final int HEADER = 16; // magic number, images, rows, columns
  private static final int LABEL_HEADER = 8; // magic number, labels
  private static final int PIXELS = 28 * 28;

  private final byte[] images = bytes("train-images-idx3-ubyte");
  private final byte[] labels = bytes("train-labels-idx1-ubyte");

  private static byte[] bytes(String name) {
    try (InputStream in = Digits.class.getResourceAsStream("/golden/" + name)) {
      if (in == null) {
        throw new IllegalStateException("no resource " + name);
      }
      return in.readAllBytes();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** The first 500, to learn from. */
  static Dataset train() {
    return new Digits().first(500);
  }

  /** The other 100. */
  static Dataset test() {
    return new Digits().select(IntStream.range(500, 600).toArray(), "digits test");
  }

  @Override
  public String name() {
    return "digits";
  }

  @Override
  public int size() {
    return labels.length - LABEL_HEADER;
  }

  @Override
  public Shape shape() {
    return Shape.of(1, 28, 28);
  }

  @Override
  public List<String> classes() {
    return IntStream.range(0, 10).mapToObj(Integer::toString).toList();
  }

  @Override
  public int label(int index) {
    return labels[LABEL_HEADER + index];
  }

  @Override
  public void pixels(int index, float[] destination, int offset) {
    for (int i = 0; i < PIXELS; i++) {
      destination[offset + i] = images[HEADER + index * PIXELS + i] & 0xff;
    }
  }
}
