package io.fovea.train.step;

import io.fovea.network.execution.PackedWeights;
import io.fovea.network.execution.Workspace;
import io.fovea.optim.Clipping;
import io.fovea.parallel.Workers;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The gradients of one update, in the parameters' stored form: those of the last backward pass, or
 * the mean of several passes; and the clipping, which is applied when a chunk is updated.
 *
 * <pre>
 * g = sum over passes of divisor * g / sum of divisors       (see Loss.divisor)
 * </pre>
 *
 * In a group the passes are those of all workers. Each worker has multiplied its first gradient by
 * its own divisor, so its gradients are sums already, and the divisors are the group's.
 */
public final class Gradients {
  private final List<PackedWeights.Entry> entries;
  private final Clipping clipping;
  private final boolean accumulates;
  private final Workspace workspace;
  private final Workers workers;
  private final float[][] sums;
  private final @Nullable Buckets buckets;
  private double divisors;
  private int passes;
  private float factor = 1;
  private double clippingFactor = 1;

  public Gradients(
      List<PackedWeights.Entry> entries,
      Clipping clipping,
      boolean accumulates,
      Workspace workspace,
      Workers workers,
      @Nullable AllReduceQueue allReduce) {
    this.entries = entries;
    this.clipping = clipping;
    this.accumulates = accumulates;
    this.workspace = workspace;
    this.workers = workers;
    this.sums = new float[accumulates ? entries.size() : 0][];
    for (int e = 0; e < sums.length; e++) {
      sums[e] = new float[entries.get(e).stored().length];
    }
    this.buckets = allReduce == null ? null : new Buckets(allReduce, entries, this::of);
  }

  /** Whether a chunk may be updated before all gradients are known. */
  public boolean allowEarly() {
    return !accumulates && buckets == null && !(clipping instanceof Clipping.Norm);
  }

  public void begin() {
    divisors = 0;
    factor = 1;
    passes = 0;
    if (buckets != null) {
      buckets.begin();
    }
  }

  /** Called in a group, during the last backward pass, when the gradients of a node are known. */
  public void ready(String node) {
    if (buckets != null && !accumulates) {
      buckets.ready(node);
    }
  }

  /**
   * Adds the gradients that a backward pass has left in the workspace.
   *
   * @param divisor the weight of the pass; in a group, the sum over its workers
   */
  public void add(double divisor) {
    divisors += divisor;
    if (!accumulates) {
      return;
    }
    boolean first = passes == 0;
    float weight = buckets == null ? (float) divisor : 1;
    for (int e = 0; e < sums.length; e++) {
      float[] sum = sums[e];
      float[] gradient = last(e);
      CacheChunks.run(
          workers,
          sum.length,
          (chunk, from, to) -> {
            for (int i = from; i < to; i++) {
              sum[i] = (first ? 0 : sum[i]) + weight * gradient[i];
            }
          });
    }
    passes++;
  }

  /** Computes the factor of all gradients, after the last pass. */
  public void end() {
    if (buckets != null) {
      buckets.end();
    }
    boolean sums = accumulates || buckets != null;
    double scale = sums ? divisors == 0 ? 0 : 1 / divisors : 1;
    if (clipping instanceof Clipping.Norm norm) {
      clippingFactor = norm.factor(Math.sqrt(squares()) * scale);
      scale *= clippingFactor;
    }
    factor = (float) scale;
  }

  /** The part of the factor that is due to clipping by norm. */
  public double clippingFactor() {
    return clippingFactor;
  }

  /** The sum of squares over all gradients; chunks are added in index order. */
  private double squares() {
    double sum = 0;
    for (int e = 0; e < entries.size(); e++) {
      for (double part : CacheChunks.squares(workers, workspace, entries.get(e), of(e))) {
        sum += part;
      }
    }
    return sum;
  }

  /** The gradient of one parameter, before {@link #finish}. */
  public float[] of(int e) {
    return accumulates ? sums[e] : last(e);
  }

  private float[] last(int e) {
    PackedWeights.Entry entry = entries.get(e);
    return workspace.node(entry.node()).gradient(entry.parameter().name());
  }

  /** Scales and clips one chunk in place. */
  public void finish(float[] gradient, int from, int to) {
    if (factor != 1) {
      for (int i = from; i < to; i++) {
        gradient[i] *= factor;
      }
    }
    if (clipping instanceof Clipping.Value value) {
      float most = value.most();
      for (int i = from; i < to; i++) {
        gradient[i] = Math.max(-most, Math.min(most, gradient[i]));
      }
    }
  }
}
