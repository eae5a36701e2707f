import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.fovea.dataset.Dataset;
import io.fovea.network.Initializer;
import io.fovea.network.Network;
import io.fovea.network.Weights;
import io.fovea.network.Zoo;
import io.fovea.optim.Sgd;
import io.fovea.tensor.Shape;
import io.fovea.train.Listener;
import io.fovea.train.StepReport;
import io.fovea.train.Trainer;
import io.fovea.train.Training;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The plain loops and the library, from the same weights, on the same images: the same losses. */
@SuppressWarnings("DefaultPackage") // as the class under test
@Tag("gate") // in a build, each is held against PyTorch
class TwoLayerCnnAndLibraryTest {
  private static final int STEPS = 4; // the momentum counts from the third on
  private static final int BATCH = 4;

  @Test
  void train_firstLosses_areTheLibrarys() throws IOException {
    List<TwoLayerCnn.Digit> digits =
        TwoLayerCnn.readDigits(TwoLayerCnnTest.GOLDEN, "train").subList(0, STEPS * BATCH);
    Network network =
        Network.of(Zoo.TWO_LAYER_CNN.graph(Shape.of(1, 28, 28), 10), Initializer.he(), 3);
    TwoLayerCnn.Parameters p = TwoLayerCnnTest.formulaWeights();
    List<String> names = List.of("conv1", "conv2", "dense1", "dense2");
    for (int a = 0; a < 4; a++) {
      copy(network.weights(), names.get(a), p.layers().get(a));
    }

    List<Double> losses = new ArrayList<>();
    Trainer.of(network)
        .optimizer(Sgd.of(0.02f).momentum(0.9f))
        .l2(1e-4f)
        .batchSize(BATCH)
        .shuffle(false)
        .listener(
            new Listener() {
              @Override
              public void onStep(Training training, StepReport step) {
                losses.add(step.totalLoss());
              }
            })
        .fit(dataset(digits));

    TwoLayerCnn.Parameters v = TwoLayerCnnTest.zeros(p);
    for (int step = 0; step < STEPS; step++) {
      List<TwoLayerCnn.Digit> batch = digits.subList(BATCH * step, BATCH * step + BATCH);
      int[] t = batch.stream().mapToInt(TwoLayerCnn.Digit::label).toArray();
      TwoLayerCnn.Parameters d = TwoLayerCnnTest.zeros(p);
      double loss = TwoLayerCnn.lossAndGradients(p, TwoLayerCnn.images(batch), t, 1e-4, d);
      assertThat(losses.get(step)).as("step %d", step).isCloseTo(loss, within(1e-4 * loss));
      for (int a = 0; a < 4; a++) {
        TwoLayerCnn.update(p.layers().get(a), v.layers().get(a), d.layers().get(a), 0.02, 0.9);
      }
    }
  }

  private static void copy(Weights weights, String name, TwoLayerCnn.Layer layer) {
    float[] w = weights.values(name + ".weight");
    float[] b = weights.values(name + ".bias");
    int in = layer.w[0].length;
    assertThat(w).hasSize(layer.w.length * in);
    for (int i = 0; i < w.length; i++) {
      layer.w[i / in][i % in] = w[i];
    }
    for (int o = 0; o < b.length; o++) {
      layer.b[o] = b[o];
    }
  }

  private static Dataset dataset(List<TwoLayerCnn.Digit> digits) {
    return new Dataset() {
      @Override
      public String name() {
        return "digits";
      }

      @Override
      public int size() {
        return digits.size();
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
        return digits.get(index).label();
      }

      @Override
      public void pixels(int index, float[] destination, int offset) {
        for (int i = 0; i < 784; i++) {
          destination[offset + i] = digits.get(index).pixels().get(i) & 0xff;
        }
      }
    };
  }
}
