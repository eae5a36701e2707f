package io.fovea.train;

import io.fovea.kernel.KernelSet;
import io.fovea.metrics.Evaluation;
import io.fovea.network.Graph;
import io.fovea.network.MemoryNeed;
import io.fovea.network.execution.MemoryPlan;
import io.fovea.optim.Clipping;

/** The memory of a run, from its settings and the structure of its network. */
final class TrainingMemory {
  private TrainingMemory() {}

  static MemoryNeed of(Trainer settings, KernelSet kernels) {
    Graph graph = settings.network.graph();
    MemoryPlan plan = new MemoryPlan(graph, kernels, false);
    int batch = settings.batchSize;
    int threads = settings.threads;
    boolean accumulates = settings.accumulate > 1;
    boolean early =
        !accumulates && settings.group == null && !(settings.clipping instanceof Clipping.Norm);
    long stored = plan.weights();
    long logical = plan.logicalWeights();
    // the network's, the packed ones, and those that are published after an epoch
    long weights = (settings.keepBest ? 3 : 2) * logical + stored;
    weights += settings.average == 0 ? 0 : logical + stored;
    long slots = (long) settings.optimizer.slots().size() + (accumulates ? 1 : 0);
    long optimizer = plan.gradients(!early) + slots * stored;
    long input = graph.input().elements();
    int judged =
        settings.validation == null && settings.test == null ? 1 : Evaluation.batch(graph.input());
    long buffers =
        plan.trainingValues(batch)
            + plan.inferenceValues(judged, judged)
            + (settings.augmentation.mixes() ? 2L : 1L) * batch * input
            + judged * input
            + 2L * batch * graph.output().elements();
    long scratch =
        Math.max(
            plan.trainingScratch(batch, threads), plan.inferenceScratch(judged, judged, threads));
    return new MemoryNeed(
        Float.BYTES * weights,
        0,
        Float.BYTES * optimizer,
        Float.BYTES * buffers,
        Float.BYTES * scratch,
        Float.BYTES * (logical + stored));
  }
}
