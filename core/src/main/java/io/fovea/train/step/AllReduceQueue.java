package io.fovea.train.step;

import io.fovea.parallel.ProcessGroup;
import java.util.Arrays;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/**
 * A queue of all-reduce sums over a process group. One thread computes them in the order of the
 * calls, which is the same on all workers, so that sums overlap with the backward pass. Called by
 * one thread.
 */
public final class AllReduceQueue implements ProcessGroup, AutoCloseable {
  private final ProcessGroup group;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().daemon().name("fovea-exchange").factory());

  public AllReduceQueue(ProcessGroup group) {
    this.group = group;
  }

  @Override
  public int rank() {
    return group.rank();
  }

  @Override
  public int size() {
    return group.size();
  }

  /** Queues a sum of few numbers; they are in the array when the future is done. */
  public Future<?> later(double[] values) {
    return thread.submit(() -> group.sum(values));
  }

  public Future<?> later(Consumer<ProcessGroup> work) {
    return thread.submit(() -> work.accept(group));
  }

  @Override
  public void sum(double[] values) {
    await(later(values));
  }

  @Override
  public void sum(float[] values, int from, int to) {
    await(later(all -> all.sum(values, from, to)));
  }

  /** Replaces the values by worker 0's. */
  public void takeFirst(float[] values) {
    // A sum with zeros from all others: groups need no further operation.
    if (rank() != 0) {
      Arrays.fill(values, 0);
    }
    sum(values, 0, values.length);
  }

  /** Waits for queued work; its exception is thrown here. */
  public static void await(Future<?> work) {
    try {
      work.get();
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof RuntimeException exception) {
        throw exception;
      }
      if (failed.getCause() instanceof Error error) {
        throw error;
      }
      throw new IllegalStateException(failed.getCause());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new CancellationException("train: interrupted while waiting for the other workers");
    }
  }

  /**
   * Checks that all workers compute the same run.
   *
   * @param own a hash of what workers must have in common
   * @param facts the same as text, for the message
   * @throws IllegalArgumentException if a worker has another number
   */
  public void requireSame(long own, String facts) {
    // Where each worker finds size times its own number, all numbers are equal.
    double[] sum = {own};
    sum(sum);
    if (sum[0] != (double) own * size()) {
      throw new IllegalArgumentException(
          "train: the %d workers differ in settings, data, first weights or kernels (worker %d has %s); start all of them with the same, on machines with vectors of one width"
              .formatted(size(), rank(), facts));
    }
  }

  /** Ends the thread; queued work is dropped. */
  @Override
  public void close() {
    thread.shutdownNow();
  }
}
