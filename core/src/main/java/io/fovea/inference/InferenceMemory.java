package io.fovea.inference;

import io.fovea.kernel.KernelSet;
import io.fovea.network.Graph;
import io.fovea.network.MemoryNeed;
import io.fovea.network.execution.ComputedNetwork;
import io.fovea.network.execution.MemoryPlan;

/**
 * The memory of a classifier, from the structure of its network.
 *
 * @param original the network that it is made of
 * @param computed the network that it computes, with layers folded into others
 * @param sizes how many images a thread computes at once
 */
record InferenceMemory(Graph original, Graph computed, KernelSet kernels, PassSizes sizes) {
  private static final int MOST = 1024;

  InferenceMemory(Graph original, Graph computed, KernelSet kernels) {
    this(original, computed, kernels, PassSizes.of(computed));
  }

  static InferenceMemory of(Graph graph, KernelSet kernels) {
    Graph computed = ComputedNetwork.of(graph, kernels != KernelSet.REFERENCE);
    return new InferenceMemory(graph, computed, kernels);
  }

  /**
   * The memory of {@code threads} workspaces of one thread and of the one of all threads. See
   * {@link Passes}: calls with fewer than two groups of images use the latter, others and
   * concurrent ones the former, a group at a time.
   */
  MemoryNeed need(int threads, int batch) {
    require("threads", threads);
    require("a batch", batch);
    MemoryPlan loaded = new MemoryPlan(original, kernels, true);
    MemoryPlan plan = new MemoryPlan(computed, kernels, true);
    int together = Math.min(batch, 2 * sizes.group() - 1);
    int alone = batch == 1 ? 1 : sizes.group();
    long buffers =
        plan.inferenceValues(together, together)
            + threads * plan.inferenceValues(alone, sizes.atOnce());
    long scratch =
        plan.inferenceScratch(together, together, threads)
            + threads * plan.inferenceScratch(alone, sizes.atOnce(), 1);
    long warmUp = Math.min(Classifier.LARGEST_BATCH, 2L * sizes.group() * threads);
    long inputs = batch == 1 ? 1 : Math.max(batch, warmUp);
    long values = (long) original.input().elements() + original.output().elements();
    return new MemoryNeed(
        bytes(plan.weights()),
        bytes(plan.derived()),
        0,
        bytes(buffers + inputs * values),
        bytes(scratch),
        bytes(loaded.logicalWeights() + plan.largestWeight() + plan.weights()));
  }

  private static long bytes(long floats) {
    return Float.BYTES * floats;
  }

  private static void require(String what, int number) {
    if (number < 1 || number > MOST) {
      throw new IllegalArgumentException(
          "memory: expects %s from 1 to %,d, got %,d".formatted(what, MOST, number));
    }
  }
}
