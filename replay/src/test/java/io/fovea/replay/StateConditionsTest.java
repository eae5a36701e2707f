package io.fovea.replay;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.inference.Classifier;
import io.fovea.kernel.KernelSet;
import io.fovea.metrics.Evaluation;
import io.fovea.network.Initializer;
import io.fovea.network.Network;
import io.fovea.network.Weights;
import io.fovea.network.Zoo;
import io.fovea.optim.Sgd;
import io.fovea.train.Checkpoint;
import io.fovea.train.Trainer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class StateConditionsTest {
  @Test
  void conditions_ofStates() {
    Replay replay = ReplayTest.zoo(Zoo.POOLED, ReplayTest.GREY, t -> t).replay(2);
    StateConditions conditions = StateConditions.of(replay, ReplayTest.GREY, KernelSet.fastest());
    Checkpoint end = replay.after(24);
    Network network = replay.network(end);
    double accuracy = Evaluation.of(network, ReplayTest.GREY).accuracy();
    assertThat(conditions.accuracy(value -> value == accuracy).test(end)).isTrue();
    assertThat(
            conditions
                .norm(
                    "conv1.weight",
                    value ->
                        Math.abs(value - StepInspection.norm(end.weights(), null, "conv1.weight"))
                            < 1e-9)
                .test(end))
        .isTrue();
    String label = Classifier.of(network).classify(ReplayTest.GREY.image(7)).label();
    assertThat(conditions.predicts(ReplayTest.GREY.image(7), label).test(end)).isTrue();
    assertThat(
            conditions.predicts(ReplayTest.GREY.image(7), label.equals("1") ? "2" : "1").test(end))
        .isFalse();
    assertThat(replay.firstNotFinite(24)).isEmpty();
  }

  /** A bias far below zero silences three of the channels. */
  @Test
  void dead_isTheShareOfChannelsWithoutAPositiveValue() {
    Supplier<Trainer> run =
        () -> {
          Network network = Zoo.TWO_LAYER_CNN.network(ReplayTest.GREY, 3);
          Map<String, float[]> values = new HashMap<>();
          Weights weights = network.weights();
          weights.names().forEach(name -> values.put(name, weights.shared(name).clone()));
          Arrays.fill(values.get("conv1.bias"), 0, 3, -1e6f);
          return Trainer.of(
                  Network.of(
                      network.graph(),
                      Weights.of(network.graph(), values),
                      network.preprocessing(),
                      network.labels()))
              .epochs(1)
              .batchSize(20)
              .seed(9);
        };
    Replay replay = Replay.of(run, ReplayTest.GREY);
    StateConditions conditions = StateConditions.of(replay, ReplayTest.GREY, KernelSet.fastest());
    assertThat(conditions.dead("conv1", share -> share == 3 / 16.0).test(replay.after(1))).isTrue();
  }

  /** A gradient that overflows in the first step; the run ends before the second. */
  @Test
  void firstNotFinite_isTheLastStepOfARunThatDiverged() {
    ReplayTest.Case run =
        ReplayTest.zoo(Zoo.TWO_LAYER_CNN, ReplayTest.GREY, t -> t.optimizer(Sgd.of(1e30f)));
    assertThat(run.replay(2).firstNotFinite(1).orElseThrow().step()).isEqualTo(1);
  }

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
