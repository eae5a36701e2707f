import io.fovea.dataset.Dataset;
import io.fovea.network.Initializer;
import io.fovea.network.Network;
import io.fovea.network.Zoo;
import io.fovea.optim.Sgd;
import io.fovea.tensor.Shape;
import io.fovea.train.Listener;
import io.fovea.train.StepReport;
import io.fovea.train.Trainer;
import io.fovea.train.Training;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Step 13: the same training step by the library, which has all of the above: Winograd for the
 * second convolution, generated blocks, two threads. It needs fovea-core's jar on the class path.
 */
@SuppressWarnings("DefaultPackage") // a file that runs by itself needs no package
final class Step13Library {
  private static final int STEPS = 2_000;

  private Step13Library() {}

  /** Random images, a fifth of them ink, with random labels: the time does not depend on them. */
  private static final class RandomImages implements Dataset {
    private final float[] pixels = new float[64 * Step12WholeStep.BATCH * 784];

    RandomImages() {
      Random random = new Random(1);
      for (int k = 0; k < pixels.length; k++) {
        pixels[k] = (int) (1_275 * Math.max(0, random.nextDouble() - 0.8));
      }
    }

    @Override
    public String name() {
      return "random";
    }

    @Override
    public int size() {
      return pixels.length / 784;
    }

    @Override
    public Shape shape() {
      return Shape.of(1, ConvStep.SIDE, ConvStep.SIDE);
    }

    @Override
    public List<String> classes() {
      return IntStream.range(0, Step12WholeStep.CLASSES).mapToObj(Integer::toString).toList();
    }

    @Override
    public int label(int index) {
      return index * 7 % Step12WholeStep.CLASSES;
    }

    @Override
    public void pixels(int index, float[] destination, int offset) {
      System.arraycopy(pixels, index * 784, destination, offset, 784);
    }
  }

  /** When the step in the middle of the run ended. */
  private static final class Clock implements Listener {
    private int steps;
    private long middle;

    @Override
    public void onStep(Training training, StepReport step) {
      steps++;
      if (steps == STEPS / 2) {
        middle = System.nanoTime();
      }
    }
  }

  static void main() {
    RandomImages images = new RandomImages();
    Network network =
        Network.of(
            Zoo.TWO_LAYER_CNN.graph(images.shape(), Step12WholeStep.CLASSES), Initializer.he(), 1);
    Clock clock = new Clock();
    Trainer.of(network)
        .optimizer(Sgd.of(0.01f).momentum(0.9f))
        .l2(1e-4f)
        .batchSize(Step12WholeStep.BATCH)
        .threads(2)
        .epochs(STEPS * Step12WholeStep.BATCH / images.size())
        .listener(clock)
        .fit(images);
    double seconds = 1e-9 * (System.nanoTime() - clock.middle) / (clock.steps - STEPS / 2);
    System.out.printf(
        Locale.ROOT,
        "%.3f ms an image, %.0f images/s%n",
        1e3 * seconds / Step12WholeStep.BATCH,
        Step12WholeStep.BATCH / seconds);
  }
}
