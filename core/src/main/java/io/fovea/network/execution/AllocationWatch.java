package io.fovea.network.execution;

import io.fovea.kernel.op.Allocations;
import io.fovea.kernel.op.Kernels;
import io.fovea.layer.Layer;
import io.fovea.network.Graph;
import java.util.concurrent.TimeUnit;

/**
 * Notices kernels whose vectors are objects: a pass of warmed code allocates a few hundred bytes an
 * image and node, such kernels megabytes. Measured on the calling thread, from the 50th pass and
 * the fifth second on in passes that double, then once in 4,096. Three large passes in a row, and
 * three more after 15 seconds, are a warning: on a busy machine C2 may compile late.
 */
final class AllocationWatch {
  private static final long FIRST = 50;
  private static final long PERIOD = 4096;
  private static final int CERTAIN = 3; // passes: a single one may make a buffer
  private static final long LEAST = 256 << 10; // of an image
  private static final long OF_A_NODE = 2 << 10;
  private static final long NONE = -1;

  /** After the first pass; code that is not compiled yet makes objects of vectors, too. */
  private static final long COMPILING = TimeUnit.SECONDS.toNanos(5);

  private final Kernels kernels;
  private long passes;
  private long next = FIRST;
  private long warm; // when code should be compiled
  private int suspicious;
  private long before = NONE;

  AllocationWatch(Kernels kernels) {
    this.kernels = kernels;
  }

  void begin() {
    passes++;
    if (passes == 1) {
      warm = System.nanoTime() + COMPILING;
    }
    boolean isDue = passes >= next && System.nanoTime() - warm >= 0;
    before = isDue ? Allocations.ofThisThread() : NONE;
  }

  void end(Graph graph, int images) {
    if (before == NONE) {
      return;
    }
    long bytes = Allocations.ofThisThread() - before;
    boolean isLarge = bytes > (LEAST + OF_A_NODE * graph.nodes().size()) * images;
    suspicious = isLarge ? suspicious + 1 : 0;
    if (suspicious % CERTAIN != 0) {
      next = passes + 1;
      return;
    }
    next = passes + Math.min(PERIOD, Math.max(FIRST, passes));
    if (suspicious == CERTAIN) {
      warm = System.nanoTime() + 3 * COMPILING;
    } else if (suspicious > CERTAIN) {
      suspicious = 0;
      if (graph.nodes().stream().noneMatch(node -> node.layer() instanceof Layer.Custom)) {
        kernels.warnOfBoxedVectors(bytes);
      }
    }
  }
}
