package io.fovea.http;

import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * A few platform threads for long computations, such as decoding a picture. A virtual thread that
 * computes keeps its carrier thread, of which there are as many as processors: some large pictures
 * would leave none for health checks. So requests queue here in order of arrival, and an interrupt
 * ends their wait at once, even during their computation.
 */
public final class ComputePool implements AutoCloseable {
  private final String operation;
  private final ThreadPoolExecutor threads;

  /** A computation. */
  @FunctionalInterface
  public interface Work<T> {
    /** Computes the result; an exception is thrown to the waiting caller. */
    T run() throws IOException, InterruptedException;
  }

  /**
   * Creates a pool whose threads start on demand.
   *
   * @param operation the first word of every refusal
   * @param threads the number of threads
   * @param waiting the most tasks that wait for a thread
   */
  public ComputePool(String operation, int threads, int waiting) {
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
   * Computes a result on one of the threads.
   *
   * @throws HttpError 503 if too many tasks are waiting
   * @throws InterruptedException if the caller is interrupted; a waiting task is then removed, and
   *     a running one is interrupted without waiting for its end
   */
  public <T> T call(Work<T> work) throws IOException, InterruptedException {
    FutureTask<T> task = new FutureTask<>(work::run);
    try {
      threads.execute(task);
    } catch (RejectedExecutionException full) {
      throw new HttpError(503, operation + ": too many concurrent requests; try again later");
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

  /** The task's exception, without wrapping: its types are declared. */
  private static IOException thrown(ExecutionException failed) throws InterruptedException {
    return switch (failed.getCause()) {
      case IOException unreadable -> unreadable;
      case InterruptedException stopped -> throw stopped;
      case RuntimeException mistake -> throw mistake;
      case Error serious -> throw serious;
      case null, default -> throw new IllegalStateException(failed);
    };
  }

  /** Refuses further tasks; accepted ones are still computed. */
  @Override
  public void close() {
    threads.shutdown();
  }
}
