package io.fovea.spark;

import io.fovea.data.Idx;
import io.fovea.dataset.Dataset;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;

/** The first 600 training images of MNIST, in file order; core's tests have them. */
public final class Digits {
  private static final Path GOLDEN = Path.of("../core/src/test/resources/golden");

  private Digits() {}

  public static Dataset all() {
    try {
      return Idx.read(
          GOLDEN.resolve("train-images-idx3-ubyte"), GOLDEN.resolve("train-labels-idx1-ubyte"));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** The first 500, to learn from. */
  public static Dataset train() {
    return all().first(500);
  }

  public static Dataset test() {
    return all().select(IntStream.range(500, 600).toArray(), "digits test");
  }

  /** Both as a folder of IDX files, for commands. */
  public static Path idxFolder(Path folder) throws IOException {
    Files.createDirectories(folder);
    Idx.write(
        train(),
        folder.resolve("train-images-idx3-ubyte"),
        folder.resolve("train-labels-idx1-ubyte"));
    Idx.write(
        test(), folder.resolve("t10k-images-idx3-ubyte"), folder.resolve("t10k-labels-idx1-ubyte"));
    return folder;
  }

  public static float[] pixels(Dataset images, int index) {
    float[] pixels = new float[images.shape().elements()];
    images.pixels(index, pixels, 0);
    return pixels;
  }

  public static byte[] bytes(Dataset images, int index) {
    return images.image(index).pixels();
  }
}
