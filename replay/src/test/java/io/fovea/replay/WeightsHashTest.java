package io.fovea.replay;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.network.Initializer;
import io.fovea.network.Network;
import io.fovea.network.Weights;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WeightsHashTest {
  /** The number is that of Python's hashlib and struct. */
  @Test
  void weightsHash_isTheSha256OfNamesShapesAndValues() {
    Network network = Network.input(3, 1, 1).flatten().dense(2).build(Initializer.he(), 1);
    Weights weights =
        Weights.of(
            network.graph(),
            Map.of(
                "dense1.weight",
                new float[] {1, -2, 0.5f, Float.MIN_VALUE, -0.0f, 3.25f},
                "dense1.bias",
                new float[] {0.1f, -7}));
    assertThat(WeightsHash.of(weights))
        .isEqualTo("89d9a39edce62aadff79745e582ca381b0eceb6066309400e15f31cd8a7f94da");
  }
}
