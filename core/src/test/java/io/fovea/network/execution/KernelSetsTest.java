package io.fovea.network.execution;

import static io.fovea.network.ConvOption.padding;
import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.kernel.KernelSet;
import io.fovea.kernel.op.Bound;
import io.fovea.kernel.op.Draw;
import io.fovea.kernel.op.EveryWidth;
import io.fovea.network.Graph;
import io.fovea.network.Network;
import io.fovea.parallel.Workers;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** One network on all kernel sets: the same answers and gradients, as far as rounding goes. */
@EveryWidth
class KernelSetsTest {
  private static final long SEED = 20260129;
  private static final int IMAGES = 5;

  /**
   * Winograd's convolution has relative L2 errors up to 3e-6 here (WinogradAccuracyTest), and a
   * value passes at most four convolutions on its way forward and back.
   */
  private static final double TOLERANCE = 1e-5;

  private static final Workers WORKERS = Workers.of(2);

  @AfterAll
  static void close() {
    WORKERS.close();
  }

  /** Linear, since a ReLU's gradient would jump where rounding changes a sign. */
  private static Graph graph() {
    return Network.input(16, 10, 9)
        .conv2d(32, 5, padding(2))
        .avgPool2d(2)
        .conv2d(16, 3, padding(1))
        .flatten()
        .dense(7)
        .graph();
  }

  private static Map<String, double[]> values(KernelSet set) {
    Passes passes = new Passes(graph(), IMAGES, SEED, set, WORKERS);
    Map<String, double[]> values = new LinkedHashMap<>();
    Tape tape = passes.forward();
    values.put("y", Bound.widen(tape.output().toArray()));
    tape.backward(Tensor.of(Shape.of(7), IMAGES, new Draw(SEED).reals(7 * IMAGES)));
    values.put("dx", Bound.widen(tape.gradient("input").toArray()));
    for (String name : passes.values.keySet()) {
      values.put("d " + name, Bound.widen(passes.gradient(name)));
    }
    return values;
  }

  @Test
  void network_onEachSet_hasTheSameValuesUpToRounding() {
    Map<String, double[]> expected = values(KernelSet.REFERENCE);
    for (KernelSet set : new KernelSet[] {KernelSet.VECTOR, KernelSet.VECTOR_DIRECT}) {
      Map<String, double[]> actual = values(set);
      assertThat(actual).containsOnlyKeys(expected.keySet());
      actual.forEach(
          (name, numbers) -> {
            double[] exact = Objects.requireNonNull(expected.get(name), name);
            assertThat(Bound.relativeL2(Bound.narrow(numbers), exact))
                .as("seed %d, %s, %s", SEED, set, name)
                .isLessThan(TOLERANCE);
          });
    }
  }

  @Test
  void network_withAndWithoutWinograd_differsInItsLastBits() {
    assertThat(values(KernelSet.VECTOR).get("y"))
        .isNotEqualTo(values(KernelSet.VECTOR_DIRECT).get("y"));
  }
}
