package io.fovea.transfer;

import io.fovea.data.Idx;
import io.fovea.data.base.PixelDataset;
import io.fovea.dataset.Dataset;
import io.fovea.network.Initializer;
import io.fovea.network.Network;
import io.fovea.network.Zoo;
import io.fovea.tensor.Shape;
import io.fovea.train.Trainer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.stream.IntStream;

/** The slice of MNIST's training images among core's test resources. */
public final class MnistDigits {
  private static final Path GOLDEN = Path.of("../core/src/test/resources/golden");

  private MnistDigits() {}

  public static Dataset first(int count) {
    try {
      return Idx.read(
              GOLDEN.resolve("train-images-idx3-ubyte"), GOLDEN.resolve("train-labels-idx1-ubyte"))
          .first(count);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  /** The same at half the size, for a quarter of the work. */
  static Dataset small(int count) {
    return mislabelled(count, 0);
  }

  /** Small digits of which some have the label of the next class. */
  static Dataset mislabelled(int count, int wrong) {
    Dataset digits = first(count);
    byte[][] pixels = new byte[count][];
    int[] labels = new int[count];
    for (int i = 0; i < count; i++) {
      pixels[i] = digits.image(i).resized(14, 14).pixels();
      labels[i] = (digits.label(i) + (i < wrong ? 1 : 0)) % 10;
    }
    return new PixelDataset(
        "digits", Shape.of(1, 14, 14), digits.classes(), pixels, labels, null, digits.framing());
  }

  /** A residual network that has learned nothing. */
  static Network untrained() {
    return untrained(28);
  }

  private static Network untrained(int size) {
    return Network.of(Zoo.RESNET8.graph(Shape.of(1, size, size), 10), Initializer.he(), 1);
  }

  /**
   * A residual network that has seen 400 small digits behind the first 200, trained once for all
   * tests.
   */
  static Backbone backbone() {
    return Trained.BACKBONE;
  }

  private static final class Trained {
    private static final Backbone BACKBONE = train();

    private static Backbone train() {
      Network network = untrained(14);
      Dataset others = small(600).select(IntStream.range(200, 600).toArray(), "others");
      Trainer.of(network).epochs(6).batchSize(32).fit(others);
      return Backbone.of(network);
    }
  }
}
