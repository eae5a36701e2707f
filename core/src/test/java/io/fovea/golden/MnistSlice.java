package io.fovea.golden;

import io.fovea.dataset.Dataset;
import io.fovea.tensor.Shape;
import java.util.List;
import java.util.stream.IntStream;

/** The first 600 training images of MNIST, in file order. */
public final class MnistSlice implements Dataset {
  private static final int HEADER = 16; // magic number, images, rows, columns
  private static final int LABEL_HEADER = 8; // magic number, labels
  private static final int PIXELS = 28 * 28;

  private final byte[] images = Golden.bytes("train-images-idx3-ubyte");
  private final byte[] labels = Golden.bytes("train-labels-idx1-ubyte");

  @Override
  public String name() {
    return "mnist slice";
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
