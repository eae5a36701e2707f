package io.fovea.inference;

import io.fovea.kernel.TransformedWeightCache;
import io.fovea.layer.KernelSet;
import io.fovea.layer.workspace.Workspace;
import io.fovea.parallel.Workers;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;

/**
 * The workspaces of a classifier and the turns to compute in them: as many turns as threads. A call
 * that nobody disturbs takes all turns and computes with all threads; where calls meet, each takes
 * one turn and computes on its own thread, which wastes nothing on dividing small work. The others
 * wait, first come, first served. So neither memory nor threads grow with the number of callers:
 * there are never more workspaces than threads, and one. What kernels derive from the weights is
 * there once.
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

  /** A pool with turns and workspaces of its own for the same weights. */
  WorkspacePool sibling(int threads) {
    return new WorkspacePool(kernels, threads, derived);
  }

  /**
   * Waits for a turn; takes all where nobody else wants any. An interrupt does not end the wait,
   * which lasts a few passes: a pass cannot be interrupted either.
   *
   * @return how many turns were taken, to be given back
   */
  int take() {
    int all = workers.threads();
    if (!turns.hasQueuedThreads() && turns.tryAcquire(all)) {
      return all;
    }
    takeOne();
    return 1;
  }

  /** Waits for one turn. */
  void takeOne() {
    turns.acquireUninterruptibly();
  }

  void giveBack(int taken) {
    turns.release(taken);
  }

  /** About how many callers wait for a turn. */
  int waiting() {
    return turns.getQueueLength();
  }

  /** Whether so many turns are all there are. */
  boolean isAll(int taken) {
    return taken == workers.threads();
  }

  /** The threads, for whoever has all turns. */
  Workers workers() {
    return workers;
  }

  /** The workspace that computes with all threads, for whoever has all turns. */
  Workspace together() {
    return together;
  }

  /** A workspace that computes on the calling thread alone. */
  Workspace borrow() {
    Workspace workspace = idle.poll();
    return workspace != null ? workspace : Workspace.of(kernels, ALONE, derived);
  }

  void bringBack(Workspace workspace) {
    idle.add(workspace);
  }

  /** The floats that lie in idle workspaces; all of them while nobody computes. */
  long floats() {
    return together.floats() + idle.stream().mapToLong(Workspace::floats).sum();
  }

  /** How many workspaces have been made. */
  int workspaces() {
    return idle.size() + 1;
  }
}
