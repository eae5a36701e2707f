package io.fovea.replay;

import io.fovea.layer.Parameter;
import io.fovea.network.Graph;
import io.fovea.network.RefusedException;
import io.fovea.network.execution.PackedWeights;
import io.fovea.optim.Clipping;
import io.fovea.optim.Sgd;
import io.fovea.train.Listener;
import io.fovea.train.step.StepProbe;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Records each image's part in one weight's gradient, step by step. */
final class BiographyProbe implements Listener, StepProbe {
  private final Graph.Weight weight;
  private final int[] index;
  private final ImageShares shares;
  private final List<Step> steps = new ArrayList<>();
  private final List<Part> parts = new ArrayList<>();
  private @Nullable Run begun;
  private PackedWeights.@Nullable Entry entry;
  private int stored;
  private double before;
  private double velocity;
  private double now;

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Part(int[] images, double[] shares, double divisor) {}

  /**
   * One update.
   *
   * @param rate the learning rate of this weight
   * @param factor what the gradient was multiplied with by clipping
   * @param before the weight before it
   */
  private record Step(List<Part> parts, double rate, double factor, double before) {}

  /**
   * @throws IllegalArgumentException if there is no such weight of a convolution or dense layer
   */
  BiographyProbe(Graph graph, String parameter, int... index) {
    this.index = index.clone();
    this.weight =
        graph.weights().stream()
            .filter(one -> one.name().equals(parameter))
            .findFirst()
            .orElseThrow(
                () ->
                    new RefusedException(
                        "biography",
                        "the network has no parameter \"%s\"; it has %s"
                            .formatted(
                                parameter,
                                graph.weights().stream()
                                    .map(Graph.Weight::name)
                                    .collect(Collectors.joining(", "))),
                        ""));
    this.shares = new ImageShares(graph, weight, index);
  }

  private Run run() {
    return Objects.requireNonNull(begun, "the run has begun");
  }

  @Override
  public void begin(Run run) {
    begun = run;
    if (run.frozen().contains(weight.name())) {
      throw new RefusedException(
          "biography",
          "expects a weight that is trained, got %s, which the run froze".formatted(weight.name()),
          "");
    }
    int place = 0;
    int elements = 1;
    for (int axis = 0; axis < index.length; axis++) {
      int size = weight.parameter().shape().size(axis);
      place = place * size + index[axis];
      elements *= size;
    }
    for (PackedWeights.Entry one : run.weights().entries()) {
      if (one.name().equals(weight.name())) {
        entry = one;
        float[] marks = new float[elements];
        marks[place] = 1;
        float[] packed = one.packed(marks);
        while (packed[stored] != 1) {
          stored++;
        }
      }
    }
    float[] slot = run.slots().get(weight.name() + "/velocity");
    velocity = slot == null ? 0 : slot[place];
    before = run.start().shared(weight.name())[place];
    now = before;
  }

  @Override
  public void pass(Pass pass) {
    parts.add(new Part(pass.images(), shares.of(pass.tape()), pass.divisor()));
  }

  @Override
  public void updated(Update update) {
    double rate = (float) (run().rates().applyAsDouble(weight.name()) * (float) update.rate());
    steps.add(new Step(List.copyOf(parts), rate, update.factor(), now));
    parts.clear();
    now = Objects.requireNonNull(entry, "the weight's entry").stored()[stored];
  }

  Biography biography() {
    Sgd sgd = run().optimizer() instanceof Sgd linear ? linear : null;
    Map<Integer, Double> images = new TreeMap<>();
    double sum = 0;
    double decay = 0;
    double rates = 0; // of this step and, by momentum, of all later ones
    for (Step step : steps.reversed()) {
      double momentum = sgd == null ? 0 : sgd.momentum();
      rates = sgd == null ? 1 : step.rate() + momentum * rates;
      double count = sgd != null && sgd.nesterov() ? step.rate() + momentum * rates : rates;
      sum += add(images, step, -count);
      decay -= sgd == null ? 0 : count * decay(sgd) * step.before();
    }
    double start = sgd == null ? 0 : 0 - velocityRates(sgd, rates) * velocity;
    return new Biography(
        weight.name() + Arrays.toString(index).replace(" ", ""),
        before,
        now,
        steps.size(),
        sgd != null,
        sorted(images),
        decay,
        start,
        sgd == null ? 0 : now - before - sum - decay - start);
  }

  private static double velocityRates(Sgd sgd, double rates) {
    return sgd.momentum() * (sgd.nesterov() ? sgd.momentum() : 1) * rates;
  }

  private double decay(Sgd sgd) {
    boolean isWeight = weight.parameter().role() == Parameter.Role.WEIGHT;
    return (isWeight ? run().l2().applyAsDouble(weight.name()) : 0) + sgd.weightDecay();
  }

  /** Adds a step's shares, each times {@code count}; returns their sum. */
  private double add(Map<Integer, Double> images, Step step, double count) {
    double divisors = step.parts().stream().mapToDouble(Part::divisor).sum();
    boolean isMean = run().accumulates();
    double gradient = 0;
    for (Part part : step.parts()) {
      gradient += Arrays.stream(part.shares()).sum() * (isMean ? part.divisor() / divisors : 1);
    }
    double scale = step.factor();
    if (run().clipping() instanceof Clipping.Value value && gradient != 0) {
      scale = Math.clamp(gradient, -value.most(), value.most()) / gradient;
    }
    double sum = 0;
    for (Part part : step.parts()) {
      double weight = count * scale * (isMean ? part.divisor() / divisors : 1);
      for (int n = 0; n < part.images().length; n++) {
        double amount = weight * part.shares()[n];
        images.merge(part.images()[n], amount, Double::sum);
        sum += amount;
      }
    }
    return sum;
  }

  private static List<Biography.Share> sorted(Map<Integer, Double> images) {
    return images.entrySet().stream()
        .map(image -> new Biography.Share(image.getKey(), image.getValue()))
        .sorted(Comparator.comparingDouble(Biography.Share::amount).reversed())
        .toList();
  }
}
