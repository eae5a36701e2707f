package io.fovea.network.execution;

import io.fovea.kernel.KernelSet;
import io.fovea.kernel.op.Resources;
import io.fovea.kernel.op.TransformedWeightCache;
import io.fovea.layer.context.PassState;
import io.fovea.network.Graph;
import io.fovea.parallel.Scratch;
import io.fovea.parallel.Workers;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All mutable memory of a run except the weights: outputs, gradients, scratch. Buffers are
 * allocated once and reused, so a training step allocates almost nothing; a smaller last batch uses
 * the front of the buffers. One workspace serves one forward pass at a time; concurrent threads
 * need one each.
 */
public final class Workspace extends PassState {
  private final KernelSet set;
  private final Map<String, WorkspaceNode> nodes = new HashMap<>();
  private final AllocationWatch watch;

  private final Scratch scratch;

  private Workspace(
      KernelSet set, Workers workers, Scratch scratch, @Nullable TransformedWeightCache derived) {
    super(set.kernels(derived != null), new Resources(workers, scratch, derived));
    this.set = set;
    this.scratch = scratch;
    this.watch = new AllocationWatch(kernels());
  }

  public static Workspace of(KernelSet kernels, Workers workers) {
    return new Workspace(kernels, workers, new Scratch(workers.threads()), null);
  }

  /**
   * An empty workspace for inference, with weights that never change: what kernels derive from them
   * is kept in {@code derived}, which workspaces may share.
   */
  public static Workspace of(KernelSet kernels, Workers workers, TransformedWeightCache derived) {
    return new Workspace(kernels, workers, new Scratch(workers.threads()), derived);
  }

  public KernelSet kernelSet() {
    return set;
  }

  /** The number of floats that this workspace holds for values, gradients and the like. */
  public long floats() {
    return sharedFloats() + nodes.values().stream().mapToLong(WorkspaceNode::floats).sum();
  }

  public long scratchFloats() {
    return scratch.floats();
  }

  /** The context of one node, made on first use. */
  public WorkspaceNode node(String name) {
    return nodes.computeIfAbsent(name, key -> new WorkspaceNode(this, key));
  }

  /**
   * Begins a pass whose allocations are watched, on this thread: where they show that the JVM makes
   * objects of vectors, a warning is logged. For passes that allocate next to nothing else.
   */
  public void beginWatch() {
    watch.begin();
  }

  public void endWatch(Graph graph, int images) {
    watch.end(graph, images);
  }
}
