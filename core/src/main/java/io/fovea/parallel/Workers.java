package io.fovea.parallel;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.ref.Cleaner;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Parallel loops over a fixed partition. The caller derives the number of chunks from shapes only;
 * it may use the number of threads only where no sum depends on the partition. An atomic counter
 * assigns the chunks, so a slow core takes fewer, and no result depends on which worker computes
 * which chunk.
 *
 * <p>The calling thread works too. The other threads spin for less than 0.2 ms after a loop,
 * because a training step is a chain of short loops, and then park. A loop that is started while
 * another one runs on the same workers is computed by its caller only, so concurrent callers never
 * multiply threads. Threads are daemons; {@link #close} is optional.
 */
public final class Workers implements AutoCloseable {
  /** One chunk of a loop. */
  @FunctionalInterface
  public interface Body {
    /**
     * Computes one chunk.
     *
     * @param chunk from 0 to chunks - 1
     * @param worker from 0 to threads() - 1; no two chunks of a loop run on the same worker at the
     *     same time
     */
    void run(int chunk, int worker);
  }

  /**
   * How often an idle thread checks for work before it parks: 150 to 200 microseconds. A timer
   * interrupt of a virtual machine takes 40 to 80, and threads that have parked meanwhile must be
   * woken.
   */
  private static final int SPINS = 6_000;

  /** The same where another loop will follow: 250 to 300 microseconds. */
  private static final int PATIENT_SPINS = 10_000;

  /** How often the caller checks whether the others have ended before it yields its core. */
  private static final int AWAIT_SPINS = 2_000;

  private static final Cleaner CLEANER = Cleaner.create();

  private final int threads;
  private final ReentrantLock busy = new ReentrantLock();
  private final Team team;

  private Workers(int threads, int spins) {
    this.threads = threads;
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
    return new Workers(checked(threads), SPINS);
  }

  /**
   * Workers for a long chain of loops, such as training: idle threads wait longer before they park,
   * since waking one takes some 300 microseconds on a virtual machine, as long as many loops. For
   * occasional work use {@link #of}, which leaves the cores to others.
   */
  public static Workers patient(int threads) {
    return new Workers(checked(threads), PATIENT_SPINS);
  }

  private static int checked(int threads) {
    if (threads < 1 || threads > 1024) {
      throw new IllegalArgumentException("workers: threads must be from 1 to 1024, got " + threads);
    }
    return threads;
  }

  /** Workers with as many threads as the machine or container gives this process. */
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
    // Nested loops, and those beside another caller, are computed by their caller.
    if (chunks == 1
        || threads == 1
        || team.closed
        || busy.isHeldByCurrentThread()
        || !busy.tryLock()) {
      for (int chunk = 0; chunk < chunks; chunk++) {
        body.run(chunk, 0);
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
   * Ends the threads, which also end when these workers become unreachable. Later loops run on
   * their caller's thread only.
   */
  @Override
  public void close() {
    team.close();
  }

  /** The other threads. They do not refer to their {@link Workers}, which can be collected. */
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
      // After current: a helper counts itself before it looks there, so one sees the other.
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
          Thread.interrupted(); // what a body left is no concern of the next one
          idle = 0;
        } else if (idle++ < spins) {
          Thread.onSpinWait();
        } else {
          park(last);
          idle = 0;
        }
      }
    }

    /**
     * Parks until there is another loop. A thread that starts one checks {@code parked} afterwards.
     * An interrupted thread would not park but spin for ever, so an interrupt is dropped.
     */
    private void park(@Nullable Loop last) {
      parked.getAndIncrement();
      Thread.interrupted();
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
   * One running loop. All that its workers write is one object of less than a cache line: a line
   * takes some 140 ns from core to core of a virtual machine. Two chunks of 750 ns take 1,130 ns on
   * two threads so, and took 1,300 with a line for each counter (decision 21).
   */
  private static final class Loop {
    private static final VarHandle REST = handle("rest", long.class);
    private static final VarHandle DONE = handle("done", int.class);

    private final int chunks;
    private final int threads;

    /** Cleared after the last chunk, so that what it refers to can be collected. */
    private @Nullable Body body;

    /** The chunks that are left: from the low half (inclusive) to the high half (exclusive). */
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
     * Computes chunks while there are any: one half of the workers takes the first ones, the other
     * half the last. So a worker computes the same images or bands in each loop, and finds its
     * output of the loop before in its core's cache.
     */
    void work(int worker) {
      boolean first = 2 * worker < threads;
      long step = first ? 1 : -1L << 32;
      int ended = 0;
      while (true) {
        // One addition takes a chunk at either end: the low half goes up, the high half down.
        long free = (long) REST.getAndAdd(this, step);
        int from = (int) free;
        int to = (int) (free >> 32);
        if (from >= to) {
          break;
        }
        try {
          // After a failure chunks are counted without work, so that await() ends.
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
     * Waits for the chunks of other workers: spins, and yields the core where the wait is long. It
     * never returns before: the others write to memory that the caller uses again.
     */
    @SuppressWarnings("ThreadPriorityCheck") // nothing relies on yield; it only frees a shared core
    void await() {
      for (int spins = 0; done < chunks; spins++) {
        if (spins < AWAIT_SPINS) {
          Thread.onSpinWait();
        } else {
          try {
            Thread.yield();
          } catch (OutOfMemoryError full) {
            Thread.onSpinWait(); // the heap has no room for the stack of a virtual thread
          }
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
