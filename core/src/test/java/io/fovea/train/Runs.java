package io.fovea.train;

import static io.fovea.network.ConvOption.padding;
import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.dataset.Targets;
import io.fovea.kernel.op.Bound;
import io.fovea.loss.Loss;
import io.fovea.network.Initializer;
import io.fovea.network.Network;
import io.fovea.network.Weights;
import io.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/** Small runs, and what tests want to know of them. */
final class Runs {
  private Runs() {}

  /** A small network with everything whose state a resume must bring back, dropout included. */
  static Network smallNetwork(long seed) {
    return Network.input(1, 28, 28)
        .conv2d(5, 3, padding(1))
        .relu()
        .maxPool2d(4)
        .flatten()
        .dropout(0.3)
        .dense(20)
        .relu()
        .dropout(0.5)
        .dense(10)
        .build(Initializer.he(), seed);
  }

  static void assertSameBits(String what, Weights actual, Weights expected) {
    assertThat(actual.names()).containsExactlyElementsOf(expected.names());
    for (String name : expected.names()) {
      Bound.assertSameBits(what + " " + name, actual.values(name), expected.values(name));
    }
  }

  /** True if some parameter differs. */
  static boolean differ(Weights a, Weights b) {
    return a.names().stream().anyMatch(name -> !Arrays.equals(a.values(name), b.values(name)));
  }

  /** The reports without their times. */
  static List<EpochReport> timeless(List<EpochReport> reports) {
    return reports.stream()
        .map(
            r ->
                new EpochReport(
                    r.epoch(),
                    r.step(),
                    r.trainLoss(),
                    r.trainAccuracy(),
                    r.validation(),
                    r.test(),
                    0))
        .toList();
  }

  static Checkpoint withSlots(Checkpoint c, Map<String, float[]> slots) {
    return new Checkpoint(
        c.weights(),
        c.optimizer(),
        slots,
        c.position(),
        c.seed(),
        c.data(),
        c.kernels(),
        c.history(),
        c.settings(),
        c.average(),
        c.best());
  }

  static Checkpoint withKernels(Checkpoint c, String kernels) {
    return new Checkpoint(
        c.weights(),
        c.optimizer(),
        c.slots(),
        c.position(),
        c.seed(),
        c.data(),
        kernels,
        c.history(),
        c.settings(),
        c.average(),
        c.best());
  }

  /** What a loss computes: dLogits, and the mean. */
  interface Value {
    double of(Tensor dLogits, Tensor logits, Targets targets);
  }

  static Loss loss(String name, Value value) {
    return new Loss() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public double value(Tensor dLogits, Tensor logits, Targets targets) {
        return value.of(dLogits, logits, targets);
      }
    };
  }

  /** A loss of 0 without any gradient. */
  static Loss nothing() {
    return loss(
        "nothing",
        (dLogits, logits, targets) -> {
          Arrays.fill(dLogits.array(), 0);
          return 0;
        });
  }

  static Listener onStep(BiConsumer<Training, StepReport> heard) {
    return new Listener() {
      @Override
      public void onStep(Training training, StepReport step) {
        heard.accept(training, step);
      }
    };
  }

  /** Remembers everything it hears. */
  static final class Log implements Listener {
    final List<String> calls = new ArrayList<>();
    final List<StepReport> steps = new ArrayList<>();
    final List<EpochReport> epochs = new ArrayList<>();
    final List<Checkpoint> checkpoints = new ArrayList<>();

    @Override
    public void onStart(Training training) {
      calls.add("start");
      checkpoints.add(training.checkpoint());
    }

    @Override
    public void onStep(Training training, StepReport step) {
      calls.add("step " + step.step());
      steps.add(step);
      checkpoints.add(training.checkpoint());
    }

    @Override
    public void onEpoch(Training training, EpochReport epoch) {
      calls.add("epoch " + epoch.epoch());
      epochs.add(epoch);
      checkpoints.add(training.checkpoint());
    }

    @Override
    public void onEnd(Training training) {
      calls.add("end");
    }
  }
}
