package io.fovea.network;

import java.util.Optional;

/**
 * The memory that a network needs, in bytes, computed from its structure without running it: of a
 * {@code Classifier} by its {@code memory} method, of a training by {@code Trainer.memory}.
 *
 * @param weights the weights in the form that kernels read; in training also those of the network
 *     and of what is published after an epoch
 * @param derived values that kernels derive from weights once and keep
 * @param optimizer gradients of the weights, and the optimiser's state
 * @param buffers outputs of layers and, in training, their gradients; inputs of a batch
 * @param scratch temporary values of kernels, for each thread
 * @param loading the most that is held while the weights are loaded and packed, before anything is
 *     computed
 */
public record MemoryNeed(
    long weights, long derived, long optimizer, long buffers, long scratch, long loading) {
  /**
   * What a program holds besides: classes, strings and young objects. 16 MB of it are the young
   * generation of docs/production.md.
   */
  private static final long BESIDES = 40 << 20;

  /** What is held while it computes. */
  public long total() {
    return weights + derived + optimizer + buffers + scratch;
  }

  /** The need of both at once, where the other is loaded after this one and both stay loaded. */
  public MemoryNeed and(MemoryNeed next) {
    return new MemoryNeed(
        weights + next.weights,
        derived + next.derived,
        optimizer + next.optimizer,
        buffers + next.buffers,
        scratch + next.scratch,
        Math.max(loading, total() + next.loading));
  }

  /**
   * The heap to set, for {@code -Xmx}: what is held while loading or computing, half as much again
   * for the garbage collector, and 40 MB for the rest of a program. G1 keeps each large array in
   * whole regions that it does not move: densenet121 needs 1.4 times what it holds.
   */
  public long heap() {
    long most = Math.max(loading, total());
    return most + most / 2 + BESIDES;
  }

  /**
   * What is wrong with a heap of this size, in a sentence; empty if it is large enough. A tenth
   * less than {@link #heap()} is accepted, since {@link Runtime#maxMemory()} leaves out what some
   * collectors keep free.
   *
   * @param most the largest heap, as {@link Runtime#maxMemory()} says
   */
  public Optional<String> shortage(long most) {
    return most >= heap() - heap() / 10
        ? Optional.empty()
        : Optional.of(
            "needs a heap of %d MB, this JVM has at most %d; start it with -Xmx%1$dm, or lower the batch or the threads"
                .formatted(heapMegabytes(), most >> 20));
  }

  /** {@link #heap()} in the unit of {@code -Xmx...m}, 1,048,576 bytes, rounded up. */
  public long heapMegabytes() {
    return Math.ceilDiv(heap(), 1L << 20);
  }
}
