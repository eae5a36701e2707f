package io.fovea.http;

import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * A few platform threads for what computes for long, such as decoding a picture. A virtual thread
 * that computes keeps its carrier, of which there are as many as processors: some large pictures
 * would leave none for anybody who asks how the server is. So requests wait here instead, first
 * come, first served, and an interrupt ends their wait at once, also while theirs is computed.
 */
public final class Computing implements AutoCloseable {
  private final String operation;
  private final ThreadPoolExecutor threads;

  /** What is computed. */
  @FunctionalInterface
  public interface Work<T> {
    /** The result; what is thrown reaches the caller who waits for it. */
    T run() throws IOException, InterruptedException;
  }

  /**
   * Threads that begin when there is something to compute.
   *
   * @param operation named first in every refusal
   * @param threads that compute at the same time
   * @param waiting pieces of work that wait for a thread at most
   */
  public Computing(String operation, int threads, int waiting) {
    this.operation = operation;
    this.threads =
        new ThreadPoolExecutor(
            threads,
            threads,
            0,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(waiting),
            Thread.ofPlatform().daemon().name("fovea-http-computing-", 0).factory());
  }

  /**
   * The result of some work, computed on one of the threads.
   *
   * @throws Refusal 503 where too much is waiting already
   * @throws InterruptedException if the caller is interrupted. Work that waits is then forgotten;
   *     work that has begun is interrupted, and nobody waits for its end.
   */
  public <T> T call(Work<T> work) throws IOException, InterruptedException {
    FutureTask<T> task = new FutureTask<>(work::run);
    try {
      threads.execute(task);
    } catch (RejectedExecutionException full) {
      throw new Refusal(503, operation + ": too many requests at once; try again later");
    }
    try {
      return task.get();
    } catch (InterruptedException late) {
      task.cancel(true);
      threads.remove(task);
      throw late;
    } catch (ExecutionException failed) {
      throw thrown(failed);
    }
  }

  /** What the work threw, which needs no wrapping: its kinds are declared. */
  private static IOException thrown(ExecutionException failed) throws InterruptedException {
    return switch (failed.getCause()) {
      case IOException unreadable -> unreadable;
      case InterruptedException stopped -> throw stopped;
      case RuntimeException mistake -> throw mistake;
      case Error serious -> throw serious;
      case null, default -> throw new IllegalStateException(failed);
    };
  }

  /** Further work is refused; what was accepted is still computed. */
  @Override
  public void close() {
    threads.shutdown();
  }
}
