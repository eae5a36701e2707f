package io.fovea.replay;

import io.fovea.dataset.Image;
import io.fovea.dataset.Targets;
import io.fovea.loss.Loss;
import io.fovea.network.Weights;
import io.fovea.network.execution.PackedWeights;
import io.fovea.network.execution.Tape;
import io.fovea.preprocessing.Preprocessing;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import io.fovea.train.Checkpoint;
import io.fovea.train.Listener;
import io.fovea.train.step.StepProbe;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Looks into one step, with each image's gradient by itself. */
final class StepInspection implements Listener, StepProbe {
  private final Preprocessing preprocessing;
  private final List<Seen> passes = new ArrayList<>();
  private final List<ReplayedStep.Picture> pictures = new ArrayList<>();
  private final Map<String, double[]> gradients = new LinkedHashMap<>();
  private @Nullable Run begun;
  private double lossSum;
  private double divisors;

  /** What is left of a pass: the tensors are copies. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Seen(Pass pass, Tensor x, Targets targets, Tensor outputs, double[] pushes) {}

  StepInspection(Preprocessing preprocessing) {
    this.preprocessing = preprocessing;
  }

  private Run run() {
    return Objects.requireNonNull(begun, "the run has begun");
  }

  @Override
  public void begin(Run run) {
    begun = run;
  }

  @Override
  public void pass(Pass pass) {
    Targets targets = pass.batch().targets().copy();
    Tensor outputs = copy(pass.tape().output());
    Tensor gradient = copy(pass.first());
    lossSum += pass.divisor() * run().loss().value(copy(outputs), outputs, targets);
    divisors += pass.divisor();
    double[] pushes = pushes(pass, gradient);
    passes.add(new Seen(pass, copy(pass.batch().x()), targets, outputs, pushes));
    pass.tape().backward(pass.first()); // as it was before
  }

  /**
   * The norm of each image's gradient, by a backward pass of its own. Their sum is the batch's
   * gradient, since a backward pass is linear in its first gradient.
   */
  private double[] pushes(Pass pass, Tensor whole) {
    double[] pushes = new double[whole.count()];
    int classes = whole.shape().elements();
    for (int n = 0; n < pushes.length; n++) {
      Tensor own = Tensor.zeros(whole.shape(), whole.count());
      System.arraycopy(whole.array(), n * classes, own.array(), n * classes, classes);
      pass.tape().backward(own);
      double squares = 0;
      for (PackedWeights.Entry entry : trained()) {
        float[] gradient = run().workspace().node(entry.node()).gradient(entry.parameter().name());
        double[] sum = gradients.computeIfAbsent(entry.name(), k -> new double[gradient.length]);
        for (int i = 0; i < gradient.length; i++) {
          squares += (double) gradient[i] * gradient[i];
          sum[i] += pass.divisor() * gradient[i];
        }
      }
      pushes[n] = Math.sqrt(squares);
    }
    return pushes;
  }

  private List<PackedWeights.Entry> trained() {
    return run().weights().entries().stream()
        .filter(entry -> entry.parameter().role().isTrained())
        .filter(entry -> !run().frozen().contains(entry.name()))
        .toList();
  }

  @Override
  public void updated(Update update) {
    for (Seen seen : passes) {
      run().workspace().beginTraining(seen.pass().key(), 0);
      Tensor later = Tape.forward(run().weights(), run().workspace(), seen.x()).output();
      for (int n = 0; n < later.count(); n++) {
        pictures.add(
            new ReplayedStep.Picture(
                seen.pass().images()[n],
                seen.targets().label(n),
                view(seen.x().slice(n, 1)),
                loss(seen.outputs(), seen.targets(), n),
                largest(seen.outputs(), n),
                loss(later, seen.targets(), n),
                largest(later, n),
                seen.pushes()[n]));
      }
    }
  }

  private static Tensor copy(Tensor tensor) {
    Tensor copy = Tensor.zeros(tensor.shape(), tensor.count());
    System.arraycopy(tensor.array(), tensor.offset(), copy.array(), 0, tensor.elements());
    return copy;
  }

  private double loss(Tensor outputs, Targets targets, int n) {
    float[] shares = new float[targets.classes()];
    for (int k = 0; k < shares.length; k++) {
      shares[k] = targets.share(n, k);
    }
    Targets one = Targets.on(new int[] {targets.label(n)}, shares, 1, shares.length);
    Loss loss = run().loss();
    return loss.value(Tensor.zeros(outputs.shape(), 1), outputs.slice(n, 1), one);
  }

  private static int largest(Tensor outputs, int n) {
    float[] row = outputs.slice(n, 1).toArray();
    int best = 0;
    for (int k = 1; k < row.length; k++) {
      best = row[k] > row[best] ? k : best;
    }
    return best;
  }

  /** An input as a picture. */
  private Image view(Tensor x) {
    Shape shape = x.shape();
    byte[] pixels = new byte[shape.elements()];
    for (int i = 0; i < pixels.length; i++) {
      int c = i % shape.size(0);
      double deviation = preprocessing.deviation().get(c);
      double unit = x.array()[x.offset() + i] * deviation + preprocessing.mean().get(c);
      pixels[i] = (byte) Math.clamp(Math.round(unit * 255), 0, 255);
    }
    return Image.of(shape.size(0), shape.size(1), shape.size(2), pixels);
  }

  ReplayedStep step(Checkpoint before, Checkpoint after) {
    List<ReplayedStep.Change> changes = new ArrayList<>();
    gradients.forEach(
        (name, gradient) ->
            changes.add(
                new ReplayedStep.Change(
                    name,
                    norm(before.weights(), null, name),
                    norm(gradient) / divisors,
                    norm(after.weights(), before.weights(), name))));
    return new ReplayedStep(
        after.position().step(),
        before.position().epoch(),
        lossSum / divisors,
        List.copyOf(pictures),
        changes,
        before,
        after);
  }

  /** The norm of a parameter, or of its difference from other weights. */
  private static double norm(Weights weights, @Nullable Weights less, String name) {
    float[] w = weights.shared(name);
    double[] values = new double[w.length];
    for (int i = 0; i < w.length; i++) {
      values[i] = w[i] - (less == null ? 0.0 : less.shared(name)[i]);
    }
    return norm(values);
  }

  private static double norm(double... values) {
    double squares = 0;
    for (double value : values) {
      squares += value * value;
    }
    return Math.sqrt(squares);
  }
}
