package io.fovea.train;

import io.fovea.kernel.op.GradientSink;
import io.fovea.layer.Dense;
import io.fovea.layer.Parameter;
import io.fovea.network.RefusedException;
import io.fovea.network.execution.PackedWeights;
import io.fovea.network.execution.Workspace;
import io.fovea.optim.Optimizer;
import io.fovea.parallel.Workers;
import io.fovea.range.Ranges;
import io.fovea.train.step.AllReduceQueue;
import io.fovea.train.step.CacheChunks;
import io.fovea.train.step.Frozen;
import io.fovea.train.step.Gradients;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The state that an optimiser keeps for each parameter, in the parameter's stored form, and the
 * parallel update. Buffers have no gradient and no state: they get the next value that the training
 * pass has set.
 */
final class OptimizerState {
  private final Optimizer optimizer;
  private final List<PackedWeights.Entry> entries;
  private final List<PackedWeights.Entry> buffers;
  private final Workspace workspace;
  private final Workers workers;
  private final Gradients gradients;
  private final float[][][] slots;
  private final double[][] squares;
  private final boolean[] updatedEarly;
  private final boolean keepsGradients;
  private final double[] factors;
  private final boolean[] decays;
  private final Optimizer.Rates[] rates;
  private float l2;

  OptimizerState(
      Trainer settings,
      PackedWeights weights,
      Frozen frozen,
      Workspace workspace,
      Workers workers,
      @Nullable AllReduceQueue allReduce) {
    this.optimizer = settings.optimizer;
    this.entries =
        weights.entries().stream()
            .filter(entry -> entry.parameter().role().isTrained())
            .filter(entry -> !frozen.weights().contains(entry.name()))
            .toList();
    this.buffers =
        weights.entries().stream()
            .filter(entry -> !entry.parameter().role().isTrained())
            .filter(entry -> !frozen.nodes().contains(entry.node()))
            .toList();
    this.workspace = workspace;
    this.workers = workers;
    this.gradients =
        new Gradients(
            entries, settings.clipping, settings.accumulate > 1, workspace, workers, allReduce);
    this.slots = new float[entries.size()][optimizer.slots().size()][];
    this.squares = new double[entries.size()][];
    this.keepsGradients = settings.probe() != null;
    this.updatedEarly = new boolean[entries.size()];
    this.factors =
        entries.stream().mapToDouble(entry -> RunSettings.rate(settings, entry.name())).toArray();
    this.rates = new Optimizer.Rates[entries.size()];
    this.decays = new boolean[entries.size()];
    for (int e = 0; e < decays.length; e++) {
      decays[e] = isWeight(e) && settings.decaying.matches(entries.get(e).name());
    }
    begin(0, 0, 0);
    for (int e = 0; e < slots.length; e++) {
      int length = entries.get(e).stored().length;
      squares[e] = new double[0];
      for (int s = 0; s < slots[e].length; s++) {
        slots[e][s] = new float[length];
      }
      updateEarly(e);
    }
  }

  /**
   * Checks what a program's own optimiser states of itself.
   *
   * @throws IllegalArgumentException if files or schedules could not use it
   */
  static Optimizer check(Optimizer optimizer) {
    String name = optimizer.name();
    if (name.isBlank()) {
      throw new IllegalArgumentException(
          "train: the optimizer %s has no name; name() must not be blank"
              .formatted(optimizer.settings()));
    }
    List<String> slots = optimizer.slots();
    if (slots.stream().distinct().count() < slots.size()
        || !slots.stream().allMatch(slot -> slot.matches("\\w+"))) {
      throw new IllegalArgumentException(
          "train: optimizer %s: has the slots %s; expected different names of letters, digits and underscores"
              .formatted(name, slots));
    }
    Ranges.positive("train: optimizer " + name + ": learning rate", optimizer.learningRate());
    return optimizer;
  }

  private boolean isWeight(int e) {
    return entries.get(e).parameter().role() == Parameter.Role.WEIGHT;
  }

  /**
   * Updates dense weights part by part during the backward pass, while a part and its gradient are
   * in a cache; the gradient never goes to memory. Not used where all gradients must be known
   * first.
   */
  private void updateEarly(int e) {
    PackedWeights.Entry entry = entries.get(e);
    if (gradients.allowEarly()
        && !keepsGradients
        && entry.layer() instanceof Dense
        && isWeight(e)) {
      updatedEarly[e] = true;
      workspace.node(entry.node()).sink(entry.parameter().name(), new Early(e));
    }
  }

  /** Receives the gradient of one parameter while it is computed. */
  private final class Early implements GradientSink {
    private final int entry;

    Early(int entry) {
      this.entry = entry;
    }

    @Override
    public void begin(int parts) {
      if (squares[entry].length != parts) {
        squares[entry] = new double[parts];
      }
    }

    /** Squares for the penalty, while the kernel would wait for memory: they cost nothing. */
    @Override
    public boolean prefetch(int part, int from, int to) {
      boolean wanted = rates[entry].l2() != 0;
      if (wanted) {
        squares[entry][part] = workspace.squares(entries.get(entry).stored(), from, to);
      }
      return wanted;
    }

    @Override
    public void accept(int part, float[] gradient, int at, int from, int to) {
      update(entry, gradient, at, from, to);
    }
  }

  private void update(int e, float[] gradient, int at, int from, int to) {
    float[] w = entries.get(e).stored();
    gradients.finish(gradient, at, at + to - from);
    optimizer.update(new Optimizer.Range(w, gradient, at - from, slots[e], from, to), rates[e]);
  }

  /** Sets the numbers of a step; to be called before the backward pass. */
  void begin(float learningRate, float l2, long step) {
    this.l2 = l2;
    for (int e = 0; e < rates.length; e++) {
      float own = (float) (factors[e] * learningRate);
      rates[e] = new Optimizer.Rates(own, decays[e] ? l2 : 0, step);
    }
    gradients.begin();
  }

  /**
   * Called in a group, during the last backward pass of an update, when the gradients of a node are
   * known.
   */
  void ready(String node) {
    gradients.ready(node);
  }

  /** Replaces buffers by worker 0's; called in a group after an epoch. */
  void takeFirstBuffers(AllReduceQueue allReduce) {
    for (PackedWeights.Entry buffer : buffers) {
      allReduce.takeFirst(buffer.stored());
    }
  }

  /**
   * Adds the gradients of a backward pass, and replaces each buffer by its next value in the
   * workspace; to be called after each backward pass.
   *
   * @param divisor the weight of the pass
   */
  void add(double divisor) {
    gradients.add(divisor);
    for (PackedWeights.Entry buffer : buffers) {
      float[] next = workspace.node(buffer.node()).next(buffer.parameter().name());
      System.arraycopy(next, 0, buffer.stored(), 0, buffer.stored().length);
    }
  }

  void update() {
    gradients.end();
    for (int e = 0; e < slots.length; e++) {
      if (!updatedEarly[e]) {
        float[] gradient = gradients.of(e);
        int index = e;
        // Before the update: the penalty is that of the weights that gave the loss.
        if (rates[e].l2() != 0) {
          PackedWeights.Entry entry = entries.get(e);
          squares[e] = CacheChunks.squares(workers, workspace, entry, entry.stored());
        }
        CacheChunks.run(
            workers,
            entries.get(e).stored().length,
            (chunk, from, to) -> update(index, gradient, from, from, to));
      }
    }
  }

  /** What the mean gradient was multiplied with because of its norm. */
  double factor() {
    return gradients.clippingFactor();
  }

  /** 0.5 * l2 * |w|^2 of the weights before this update; parts are added in index order. */
  double penalty() {
    double sum = 0;
    for (double[] parts : squares) {
      for (double part : parts) {
        sum += part;
      }
    }
    return 0.5 * l2 * sum;
  }

  /** The state of all parameters, in logical order, for a checkpoint. */
  Map<String, float[]> slots() {
    Map<String, float[]> all = new LinkedHashMap<>();
    for (int e = 0; e < slots.length; e++) {
      for (int s = 0; s < slots[e].length; s++) {
        all.put(name(e, s), entries.get(e).logical(slots[e][s]));
      }
    }
    return all;
  }

  /**
   * Restores the state from a checkpoint.
   *
   * @param isFork whether other slots than the optimiser's are passed over
   * @throws IllegalArgumentException if it has other slots, or not one of each fitting parameter
   */
  void restore(Map<String, float[]> all, boolean isFork) {
    Set<String> named =
        all.keySet().stream()
            .map(name -> name.substring(name.lastIndexOf('/') + 1))
            .collect(Collectors.toCollection(TreeSet::new));
    if (!named.equals(Set.copyOf(optimizer.slots()))) {
      if (isFork) {
        return;
      }
      throw new RefusedException(
          "resume",
          "the checkpoint has the optimizer slots %s, %s has %s"
              .formatted(named, optimizer.name(), new TreeSet<>(optimizer.slots())),
          "resume with the optimizer of that run, or start a new run");
    }
    for (int e = 0; e < slots.length; e++) {
      for (int s = 0; s < slots[e].length; s++) {
        float[] logical = all.get(name(e, s));
        int expected = entries.get(e).parameter().shape().elements();
        if (logical == null || logical.length != expected) {
          throw new RefusedException(
              "resume",
              "the checkpoint holds no fitting %s (%d values); it was made for another network"
                  .formatted(name(e, s), expected),
              "");
        }
        slots[e][s] = entries.get(e).packed(logical);
      }
    }
  }

  private String name(int entry, int slot) {
    return entries.get(entry).name() + "/" + optimizer.slots().get(slot);
  }
}
