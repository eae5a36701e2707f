package io.fovea.cli.train.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.cli.Fovea;
import io.fovea.data.augment.Pipeline;
import io.fovea.network.Initializer;
import io.fovea.network.Network;
import io.fovea.network.Zoo;
import io.fovea.optim.Clipping;
import io.fovea.optim.Sgd;
import io.fovea.tensor.Shape;
import io.fovea.train.Trainer;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TrainingProcessTest {
  @Test
  void main_isTheClassOfTheCommandLine() {
    assertThat(TrainingProcess.MAIN).isEqualTo(Fovea.class.getName());
  }

  /** The memory of a run is that of its trainer, with every setting that takes some. */
  @Test
  void trainer_flags_areThoseOfTheRun() throws IOException {
    Network network = Network.of(Zoo.MLP.graph(Shape.of(1, 8, 8), 10), Initializer.he(), 1);
    Map<String, String> given =
        Map.of("batch", "8", "ema", "0.9", "clip", "1", "accumulate", "2", "augment", "mixup");
    TrainingProcess process = new TrainingProcess();
    assertThat(process.trainer(process.resolved(given), network).memory())
        .isEqualTo(
            Trainer.of(network)
                .batchSize(8)
                .average(0.9)
                .clipping(Clipping.norm(1))
                .accumulate(2)
                .augment(Pipeline.parse("mixup"))
                .optimizer(Sgd.of(0.1f).momentum(0.9f))
                .memory());
  }
}
