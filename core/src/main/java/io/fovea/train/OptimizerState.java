package io.fovea.train;

import io.fovea.layer.Parameter;
import io.fovea.layer.Workspace;
import io.fovea.network.PackedWeights;
import io.fovea.optim.Optimizer;
import io.fovea.parallel.Workers;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What an optimiser remembers of every parameter, in the parameter's stored form, and the parallel
 * update.
 */
final class OptimizerState {
  /**
   * Elements of one piece of an update: 256 KB of weights, so that w, g and a slot fit into the
   * second cache.
   */
  private static final int PIECE = 1 << 16;

  private final Optimizer optimizer;
  private final List<PackedWeights.Entry> entries;
  private final Workers workers;
  private final float[][][] slots;
  private final double[] sums;

  OptimizerState(Optimizer optimizer, PackedWeights weights, Workers workers) {
    this.optimizer = optimizer;
    this.entries = weights.entries();
    this.workers = workers;
    this.slots = new float[entries.size()][optimizer.slots().size()][];
    int largest = 1;
    for (int e = 0; e < slots.length; e++) {
      int length = entries.get(e).stored().length;
      largest = Math.max(largest, pieces(length));
      for (int s = 0; s < slots[e].length; s++) {
        slots[e][s] = new float[length];
      }
    }
    this.sums = new double[largest];
  }

  private static int pieces(int length) {
    return (length + PIECE - 1) / PIECE;
  }

  /** Updates every parameter by the gradient that the workspace holds for it. */
  void update(Workspace workspace, float learningRate, float l2, long step) {
    for (int e = 0; e < entries.size(); e++) {
      PackedWeights.Entry entry = entries.get(e);
      float[] w = entry.stored();
      float[] g = workspace.node(entry.node()).gradient(entry.parameter().name());
      float[][] own = slots[e];
      boolean isWeight = entry.parameter().role() == Parameter.Role.WEIGHT;
      Optimizer.Rates rates = new Optimizer.Rates(learningRate, isWeight ? l2 : 0, step);
      workers.run(
          pieces(w.length),
          (chunk, worker) -> {
            int from = chunk * PIECE;
            optimizer.update(w, g, own, from, Math.min(w.length, from + PIECE), rates);
          });
    }
  }

  /** The sum of squares of one parameter, piece by piece in index order. */
  double squares(PackedWeights.Entry entry) {
    float[] w = entry.stored();
    int pieces = pieces(w.length);
    workers.run(
        pieces,
        (chunk, worker) -> {
          double sum = 0;
          int from = chunk * PIECE;
          for (int i = from; i < Math.min(w.length, from + PIECE); i++) {
            sum += (double) w[i] * w[i];
          }
          sums[chunk] = sum;
        });
    double sum = 0;
    for (int piece = 0; piece < pieces; piece++) {
      sum += sums[piece];
    }
    return sum;
  }

  /** Everything remembered, in logical order, for a checkpoint. */
  Map<String, float[]> slots() {
    Map<String, float[]> all = new LinkedHashMap<>();
    for (int e = 0; e < slots.length; e++) {
      for (int s = 0; s < slots[e].length; s++) {
        all.put(name(e, s), entries.get(e).logical(slots[e][s]));
      }
    }
    return all;
  }

  /** Takes over what a checkpoint holds. */
  void restore(Map<String, float[]> all) {
    for (int e = 0; e < slots.length; e++) {
      for (int s = 0; s < slots[e].length; s++) {
        float[] logical = all.get(name(e, s));
        int expected = entries.get(e).parameter().shape().elements();
        if (logical == null || logical.length != expected) {
          throw new IllegalArgumentException(
              "resume: the checkpoint holds no fitting %s (%d values); it was made for another network"
                  .formatted(name(e, s), expected));
        }
        slots[e][s] = entries.get(e).packed(logical);
      }
    }
  }

  private String name(int entry, int slot) {
    return entries.get(entry).name() + "/" + optimizer.slots().get(slot);
  }
}
