package io.fovea.studio.inside;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.fovea.data.base.PixelDataset;
import io.fovea.dataset.Framing;
import io.fovea.dataset.Image;
import io.fovea.kernel.KernelSet;
import io.fovea.network.Initializer;
import io.fovea.network.Network;
import io.fovea.network.Zoo;
import io.fovea.optim.Schedule;
import io.fovea.optim.Sgd;
import io.fovea.studio.inside.InspectedModel.DescentStep;
import io.fovea.tensor.Shape;
import io.fovea.train.Trainer;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Steps on one picture are those of core's trainer with the same optimiser. */
class DescentTest {
  private static final int STEPS = 3;
  private static final int INDEX = 37;
  private static final String WEIGHT = "conv2.weight";

  private static Network network() {
    return Network.of(Zoo.POOLED.graph(Shape.of(1, 28, 28), 10), Initializer.he(), 5);
  }

  @Test
  void descend_withMomentum_isWhatTheTrainerDoes() throws IOException {
    Image image = Digits.image(3);
    Sgd sgd = Sgd.of(0.02f).momentum(0.9f);
    InspectedModel model = InspectedModel.of(network(), KernelSet.fastest());
    List<DescentStep> steps = model.descend(image, 8, sgd, STEPS, WEIGHT, INDEX);
    for (int k = 1; k <= STEPS; k++) {
      Network trained = network();
      PixelDataset one =
          new PixelDataset(
              "one",
              Shape.of(1, 28, 28),
              trained.labels(),
              new byte[][] {image.pixels()},
              new int[] {8},
              null,
              Framing.STRETCH);
      Trainer.of(trained)
          .optimizer(sgd)
          .schedule(Schedule.constant())
          .batchSize(1)
          .epochs(k)
          .threads(1)
          .fit(one);
      DescentStep step = steps.get(k - 1);
      float w = trained.weights().values(WEIGHT)[INDEX];
      assertThat(step.stepped()).as("step %d", k).isEqualTo(w, within(1e-7f));
      InspectedModel after = InspectedModel.of(trained, KernelSet.fastest());
      assertThat(step.lossAfter()).isEqualTo(after.backward(image, 8, 0).loss(), within(1e-4));
    }
    assertThat(steps.getFirst().loss()).isEqualTo(model.backward(image, 8, 0).loss(), within(1e-6));
    assertThat(steps.getLast().lossAfter()).isLessThan(steps.getFirst().loss());
  }

  @Test
  void descend_everyStep_isItsOwnArithmetic() throws IOException {
    InspectedModel model = InspectedModel.of(network(), KernelSet.fastest());
    Sgd sgd = Sgd.of(0.02f).momentum(0.9f);
    float velocity = 0;
    float weight = model.network().weights().values(WEIGHT)[INDEX];
    for (DescentStep step : model.descend(Digits.image(3), 8, sgd, STEPS, WEIGHT, INDEX)) {
      velocity = 0.9f * velocity + step.gradient();
      assertThat(step.weight()).isEqualTo(weight);
      assertThat(step.velocity()).isEqualTo(velocity);
      weight -= 0.02f * velocity;
      assertThat(step.stepped()).isEqualTo(weight);
    }
  }
}
