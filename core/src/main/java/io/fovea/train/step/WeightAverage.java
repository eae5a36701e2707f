package io.fovea.train.step;

import io.fovea.kernel.KernelSet;
import io.fovea.network.Graph;
import io.fovea.network.Weights;
import io.fovea.network.execution.PackedWeights;
import io.fovea.parallel.Workers;

/**
 * The exponential moving average of the weights, after update t:
 *
 * <pre>
 * d = min(decay, (1 + t) / (10 + t))      average = average + (1 - d) * (w - average)
 * </pre>
 *
 * It starts at the initial weights; the rising d reduces their influence quickly (as TensorFlow's
 * ExponentialMovingAverage with num_updates). Buffers are copied.
 */
public final class WeightAverage {
  private final PackedWeights weights;
  private final PackedWeights average;
  private final double decay;
  private final Workers workers;

  public WeightAverage(
      Graph graph,
      PackedWeights weights,
      Weights start,
      double decay,
      KernelSet kernels,
      Workers workers) {
    this.weights = weights;
    this.average = PackedWeights.of(graph, start, kernels);
    this.decay = decay;
    this.workers = workers;
  }

  /** To be called after each update. */
  public void update(long step) {
    copyBuffers();
    float take = (float) (1 - Math.min(decay, (1.0 + step) / (10.0 + step)));
    for (int e = 0; e < weights.entries().size(); e++) {
      PackedWeights.Entry entry = weights.entries().get(e);
      float[] w = entry.stored();
      float[] mean = average.entries().get(e).stored();
      if (entry.parameter().role().isTrained()) {
        CacheChunks.run(
            workers,
            w.length,
            (chunk, from, to) -> {
              for (int i = from; i < to; i++) {
                mean[i] += take * (w[i] - mean[i]);
              }
            });
      }
    }
  }

  /** Copies buffers that have changed since the update. */
  public void copyBuffers() {
    for (int e = 0; e < weights.entries().size(); e++) {
      PackedWeights.Entry entry = weights.entries().get(e);
      if (!entry.parameter().role().isTrained()) {
        float[] w = entry.stored();
        System.arraycopy(w, 0, average.entries().get(e).stored(), 0, w.length);
      }
    }
  }

  public PackedWeights packed() {
    return average;
  }
}
