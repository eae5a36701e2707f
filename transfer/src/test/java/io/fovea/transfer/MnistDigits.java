package io.fovea.transfer;

import io.fovea.data.Idx;
import io.fovea.dataset.Dataset;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/** The slice of MNIST's training images among core's test resources. */
final class MnistDigits {
  private static final Path GOLDEN = Path.of("../core/src/test/resources/golden");

  private MnistDigits() {}

  static Dataset first(int count) {
    try {
      return Idx.read(
              GOLDEN.resolve("train-images-idx3-ubyte"), GOLDEN.resolve("train-labels-idx1-ubyte"))
          .first(count);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
