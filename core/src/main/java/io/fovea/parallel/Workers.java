package io.fovea.parallel;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.ref.Cleaner;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Parallel loops over a fixed partition. The caller says into how many chunks its work falls, from
 * shapes alone; only where no sum depends on the cut may it look at the threads. An atomic counter
 * hands the chunks out, so a slow core takes fewer, and no result depends on which worker took
 * which.
 *
 * <p>The calling thread works too. The other threads spin for less than a fifth of a millisecond
 * after a loop, because a training step is a chain of short loops, and then park. A loop that is
 * started while another one runs on the same workers is computed by its own caller alone, so
 * concurrent callers never multiply threads. Threads are daemons; {@link #close} is optional.
 */
public final class Workers implements AutoCloseable {
  /** One chunk of a loop. */
  @FunctionalInterface
  public interface Body {
    /**
     * Does the work of one chunk.
     *
     * @param chunk from 0 to chunks - 1
     * @param worker from 0 to threads() - 1; no two chunks of a loop run on the same worker at the
     *     same time
     */
    void run(int chunk, int worker);
  }

  /**
   * How often an idle thread looks for work before it parks: 150 to 200 microseconds. The timer of
   * a virtual machine takes a core away for 40 to 80, and helpers that park meanwhile must be
   * woken.
   */
  private static final int SPINS = 6_000;

  /** The same where the next loop is sure to come: 250 to 300 microseconds. */
  private static final int PATIENT_SPINS = 10_000;

  /** How often the caller looks whether the others have ended before it gives its core away. */
  private static final int AWAIT_SPINS = 2_000;

  private static final Cleaner CLEANER = Cleaner.create();

  private final int threads;
  private final ReentrantLock busy = new ReentrantLock();
  private final Team team;
  private final UnaryOperator<Body> alone; // what one thread alone runs for a loop's body

  private Workers(int threads, int spins, UnaryOperator<Body> alone) {
    this.threads = threads;
    this.alone = alone;
    this.team = new Team(threads, spins);
    if (threads > 1) {
      CLEANER.register(this, team::close);
      team.start();
    }
  }

  /**
   * Workers with the given number of threads, the caller's included.
   *
   * @throws IllegalArgumentException if threads is below 1 or above 1,024
   */
  public static Workers of(int threads) {
    return new Workers(checked(threads), SPINS, body -> body);
  }

  /**
   * The same for work that is a long chain of loops, as training is: idle threads wait longer
   * before they park, since waking one takes some 300 microseconds on a virtual machine, as long as
   * many a loop. Who computes now and then leaves the cores to others with {@link #of}.
   */
  public static Workers patient(int threads) {
    return new Workers(checked(threads), PATIENT_SPINS, body -> body);
  }

  /** One thread, the caller's, that runs what {@code body} makes of each loop's body. */
  public static Workers observed(UnaryOperator<Body> body) {
    return new Workers(1, SPINS, body);
  }

  private static int checked(int threads) {
    if (threads < 1 || threads > 1024) {
      throw new IllegalArgumentException("workers: threads must be from 1 to 1024, got " + threads);
    }
    return threads;
  }

  /** As many threads as the machine or container grants this process. */
  public static Workers available() {
    return of(Math.min(1024, Runtime.getRuntime().availableProcessors()));
  }

  /** The number of threads, the caller's included. */
  public int threads() {
    return threads;
  }

  /**
   * Runs the body for every chunk and returns when all are done. An exception of a body is thrown
   * here, after the chunks already begun have ended.
   */
  public void run(int chunks, Body body) {
    if (chunks <= 0) {
      return;
    }
    if (chunks == 1
        || threads == 1
        || team.closed
        || busy.isHeldByCurrentThread()
        || !busy.tryLock()) {
      Body each = alone.apply(body);
      for (int chunk = 0; chunk < chunks; chunk++) {
        each.run(chunk, 0);
      }
      return;
    }
    try {
      Loop loop = new Loop(chunks, body, threads);
      team.begin(loop);
      loop.work(0);
      loop.await();
      loop.rethrow();
    } finally {
      busy.unlock();
    }
  }

  /**
   * Lets the threads end, as they do when nobody has these workers any more. Loops started later
   * run on their caller's thread alone.
   */
  @Override
  public void close() {
    team.close();
  }

  /** The other threads. They know nothing of their {@link Workers}, so that it can be forgotten. */
  private static final class Team {
    private final int spins;
    private final Thread[] helpers;
    private final AtomicInteger parked = new AtomicInteger();
    private volatile @Nullable Loop current;
    private volatile boolean closed;

    Team(int threads, int spins) {
      this.spins = spins;
      this.helpers = new Thread[threads - 1];
    }

    void start() {
      for (int i = 0; i < helpers.length; i++) {
        int worker = i + 1;
        Thread.Builder builder = Thread.ofPlatform().daemon().name("fovea-worker-" + worker);
        helpers[i] = builder.unstarted(() -> help(worker));
      }
      for (Thread helper : helpers) {
        helper.start();
      }
    }

    void begin(Loop loop) {
      current = loop;
      if (parked.get() > 0) {
        wakeAll();
      }
    }

    private void wakeAll() {
      for (Thread helper : helpers) {
        LockSupport.unpark(helper);
      }
    }

    private void help(int worker) {
      Loop last = null;
      int idle = 0;
      while (!closed) {
        Loop loop = current;
        if (loop != null && loop != last) {
          last = loop;
          loop.work(worker);
          idle = 0;
        } else if (idle++ < spins) {
          Thread.onSpinWait();
        } else {
          park(last);
          idle = 0;
        }
      }
    }

    /** Sleeps until there is another loop. Who starts one looks at {@code parked} afterwards. */
    private void park(@Nullable Loop last) {
      parked.getAndIncrement();
      Loop loop = current;
      if ((loop == null || loop == last) && !closed) {
        LockSupport.park(this);
      }
      parked.getAndDecrement();
    }

    void close() {
      closed = true;
      wakeAll();
    }
  }

  /**
   * One loop being computed. All that its workers write is one object of less than a cache line: a
   * line takes some 140 ns from core to core of a virtual machine, and two chunks of 750 ns took
   * 1,300 on two threads where each counter was a line, and take 1,130.
   */
  private static final class Loop {
    private static final VarHandle REST = handle("rest", long.class);
    private static final VarHandle DONE = handle("done", int.class);

    private final int chunks;
    private final int threads;

    /** Nobody reads it after the last chunk: then it is let go, with all that it holds. */
    private @Nullable Body body;

    /** Chunks that nobody has taken: from the low half (inclusive) to the high half (exclusive). */
    @SuppressWarnings("UnusedVariable") // read and written as REST
    private volatile long rest;

    private volatile int done;
    private volatile @Nullable Throwable failure;

    Loop(int chunks, Body body, int threads) {
      this.chunks = chunks;
      this.body = body;
      this.threads = threads;
      this.rest = (long) chunks << 32;
    }

    private static VarHandle handle(String field, Class<?> type) {
      try {
        return MethodHandles.lookup().findVarHandle(Loop.class, field, type);
      } catch (ReflectiveOperationException e) {
        throw new ExceptionInInitializerError(e);
      }
    }

    /**
     * Takes chunks while there are any: one half of the workers the first ones, the other half the
     * last. So a worker meets, loop after loop, the same images or parts of one, and finds in its
     * core's cache what it wrote there in the loop before.
     */
    void work(int worker) {
      boolean first = 2 * worker < threads;
      long step = first ? 1 : -1L << 32;
      int ended = 0;
      while (true) {
        long free = (long) REST.getAndAdd(this, step);
        int from = (int) free;
        int to = (int) (free >> 32);
        if (from >= to) {
          break;
        }
        try {
          if (body != null && failure == null) {
            body.run(first ? from : to - 1, worker);
          }
        } catch (Throwable thrown) {
          failure = thrown;
        }
        ended++;
      }
      if (ended > 0) {
        DONE.getAndAdd(this, ended);
      }
    }

    /**
     * The rest is being computed by others: spin, and give the core away where the wait is long.
     */
    @SuppressWarnings("ThreadPriorityCheck") // nothing relies on yield; it only frees a shared core
    void await() {
      for (int spins = 0; done < chunks; spins++) {
        if (spins < AWAIT_SPINS) {
          Thread.onSpinWait();
        } else {
          Thread.yield();
        }
      }
      body = null;
    }

    void rethrow() {
      Throwable thrown = failure;
      if (thrown instanceof RuntimeException exception) {
        throw exception;
      }
      if (thrown instanceof Error error) {
        throw error;
      }
      assert thrown == null : thrown;
    }
  }
}
