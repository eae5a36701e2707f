package io.fovea.inference;

import io.fovea.kernel.KernelSet;
import io.fovea.kernel.op.TransformedWeightCache;
import io.fovea.network.execution.Workspace;
import io.fovea.parallel.Workers;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;

/**
 * The workspaces of a classifier and the permits to compute in them: as many permits as threads. A
 * lone call takes all permits and uses all threads; concurrent calls take one permit each and
 * compute on their own thread, which avoids dividing small work; further calls queue, first come,
 * first served. So neither memory nor threads grow with the number of callers: there are never more
 * workspaces than threads plus one. Values that kernels derive from the weights exist once.
 */
final class WorkspacePool {
  private static final Workers ALONE = Workers.of(1);

  private final KernelSet kernels;
  private final TransformedWeightCache derived;
  private final Workers workers;
  private final Semaphore turns;
  private final Workspace together;
  private final ConcurrentLinkedQueue<Workspace> idle = new ConcurrentLinkedQueue<>();

  WorkspacePool(KernelSet kernels, int threads) {
    this(kernels, threads, new TransformedWeightCache());
  }

  private WorkspacePool(KernelSet kernels, int threads, TransformedWeightCache derived) {
    this.kernels = kernels;
    this.derived = derived;
    this.workers = Workers.of(threads);
    this.turns = new Semaphore(threads, true);
    this.together = Workspace.of(kernels, workers, derived);
  }

  /** A pool with its own permits and workspaces for the same weights. */
  WorkspacePool sibling(int threads) {
    return new WorkspacePool(kernels, threads, derived);
  }

  /**
   * Waits for a permit; takes all of them if no other call waits or computes. An interrupt does not
   * end the wait, which lasts a few passes: a pass cannot be interrupted either.
   *
   * @return the number of permits taken, to be released
   */
  int take() {
    int all = workers.threads();
    // tryAcquire overtakes threads that wait: lone calls could starve them.
    if (!turns.hasQueuedThreads() && turns.tryAcquire(all)) {
      return all;
    }
    takeOne();
    return 1;
  }

  void takeOne() {
    turns.acquireUninterruptibly();
  }

  void giveBack(int taken) {
    turns.release(taken);
  }

  int waiting() {
    return turns.getQueueLength();
  }

  boolean isAll(int taken) {
    return taken == workers.threads();
  }

  Workers workers() {
    return workers;
  }

  /** The workspace that computes with all threads, for a call that has all permits. */
  Workspace together() {
    return together;
  }

  Workspace borrow() {
    Workspace workspace = idle.poll();
    return workspace != null ? workspace : Workspace.of(kernels, ALONE, derived);
  }

  void bringBack(Workspace workspace) {
    idle.add(workspace);
  }

  /** The floats of idle workspaces; of all workspaces while no call computes. */
  long floats() {
    return together.floats() + idle.stream().mapToLong(Workspace::floats).sum();
  }

  long scratchFloats() {
    return together.scratchFloats() + idle.stream().mapToLong(Workspace::scratchFloats).sum();
  }

  long derivedFloats() {
    return derived.floats();
  }

  int workspaces() {
    return idle.size() + 1;
  }
}
