package io.fovea.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.fovea.golden.Golden;
import io.fovea.kernel.op.Bound;
import io.fovea.optim.Adam;
import io.fovea.optim.Optimizer;
import io.fovea.optim.RmsProp;
import io.fovea.optim.Schedule;
import io.fovea.optim.Sgd;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** Six steps on f(w) = sum(a*w^4/4 + b*w), and the schedules' rates, against PyTorch's float64. */
class GoldenOptimizerTest {
  private static final JsonNode FILE = Golden.json("training.json");

  /**
   * Relative to the largest weight, 1.35. A step rounds w, the gradient and each slot a few times:
   * about 5 * 2^-24 of the largest; momentum repeats an error up to 1 + 0.9 + 0.81 ... times within
   * six steps. 6 steps * 5 * 2^-24 = 1.8e-6 without any luck; adaptive steps are 0.01 and less, so
   * errors of the gradient matter less there.
   */
  private static final double TOLERANCE = 2e-6;

  static final Map<String, Optimizer> OPTIMIZERS =
      Map.of(
          "sgd lr=0.05",
          Sgd.of(0.05f),
          "sgd lr=0.05 momentum=0.9",
          Sgd.of(0.05f).momentum(0.9f),
          "sgd lr=0.05 momentum=0.9 nesterov",
          Sgd.of(0.05f).momentum(0.9f).withNesterov(),
          "sgd lr=0.05 momentum=0.9 weight_decay=0.05 (L2 in the gradient)",
          Sgd.of(0.05f).momentum(0.9f).weightDecay(0.05f),
          "adam lr=0.01",
          Adam.of(0.01f),
          "adamw lr=0.01 weight_decay=0.05 (decoupled)",
          Adam.decoupled(0.01f, 0.05f),
          "rmsprop lr=0.01 alpha=0.99",
          RmsProp.of(0.01f));

  static Stream<String> optimizers() {
    return FILE.get("optimizers").propertyNames().stream();
  }

  @Test
  void trainingFile_everyEntry_isChecked() {
    assertThat(FILE.get("optimizers").propertyNames())
        .containsExactlyInAnyOrderElementsOf(OPTIMIZERS.keySet());
    assertThat(FILE.get("schedules").propertyNames())
        .containsExactlyInAnyOrder(STEP, COSINE, ONE_CYCLE);
  }

  @ParameterizedTest
  @MethodSource("optimizers")
  void update_sixSteps_followsPyTorch(String name) {
    Optimizer optimizer = Objects.requireNonNull(OPTIMIZERS.get(name));
    assertFollows(name, optimizer, optimizer.learningRate(), 0);
  }

  @Test
  void update_l2InTheRates_actsAsWeightDecayInTheGradient() {
    assertFollows(
        "sgd lr=0.05 momentum=0.9 weight_decay=0.05 (L2 in the gradient)",
        Sgd.of(0.05f).momentum(0.9f),
        0.05f,
        0.05f);
  }

  @Test
  void update_scheduledRate_replacesTheBaseRate() {
    assertFollows("sgd lr=0.05", Sgd.of(77), 0.05f, 0);
    assertFollows("adam lr=0.01", Adam.of(77), 0.01f, 0);
    assertFollows(
        "adamw lr=0.01 weight_decay=0.05 (decoupled)", Adam.decoupled(77, 0.05f), 0.01f, 0);
    assertFollows("rmsprop lr=0.01 alpha=0.99", RmsProp.of(77), 0.01f, 0);
  }

  private static void assertFollows(String name, Optimizer optimizer, float rate, float l2) {
    float[] w = Bound.narrow(Golden.array(FILE.get("start")).logical());
    double[] a = Golden.array(FILE.get("a")).logical();
    double[] b = Golden.array(FILE.get("b")).logical();
    float[][] slots = new float[optimizer.slots().size()][w.length];
    int step = 0;
    for (JsonNode expected : FILE.get("optimizers").get(name)) {
      step++;
      float[] g = new float[w.length];
      for (int i = 0; i < g.length; i++) {
        g[i] = (float) (a[i] * w[i] * w[i] * w[i] + b[i]);
      }
      Optimizer.Rates rates = new Optimizer.Rates(rate, l2, step);
      // in two pieces, as the trainer may cut them
      optimizer.update(new Optimizer.Range(w, g, 0, slots, 0, 2), rates);
      optimizer.update(new Optimizer.Range(w, g, 0, slots, 2, w.length), rates);
      Bound.assertClose(
          name + " step " + step, Bound.widen(w), Golden.array(expected).logical(), TOLERANCE);
    }
    assertThat(step).isEqualTo(6);
  }

  private static final String STEP = "step lr=0.1 every=3 gamma=0.5, 10 steps";
  private static final String COSINE = "cosine lr=0.1 to 0 over 20 steps";
  private static final String ONE_CYCLE =
      "one-cycle max=0.1 over 20 steps, pct_start=0.3, cosine, div=25, final_div=1e4";

  @Test
  void step_threeEpochsOfOneStep_followsPyTorch() {
    assertRates(STEP, Schedule.step(3, 0.5), 1);
  }

  @Test
  void cosine_twentySteps_followsPyTorch() {
    assertRates(COSINE, Schedule.cosine(), 5);
  }

  @Test
  void oneCycle_twentySteps_followsPyTorch() {
    assertRates(ONE_CYCLE, Schedule.oneCycle(), 5);
  }

  private static void assertRates(String name, Schedule schedule, long stepsInEpoch) {
    List<JsonNode> rates = FILE.get("schedules").get(name).valueStream().toList();
    for (int step = 0; step < rates.size(); step++) {
      double expected = rates.get(step).asDouble();
      assertThat(0.1 * schedule.factor(step, stepsInEpoch, rates.size()))
          .as("%s, step %d", name, step)
          .isCloseTo(expected, within(1e-12 * expected));
    }
  }
}
