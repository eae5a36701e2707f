package io.fovea.http;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;

/**
 * Runs each request on a virtual thread, from its first line to the last byte of its response, and
 * interrupts it at its timeout. The interrupt closes a connection in use and ends any wait; the
 * handler then has some seconds to respond. So clients that send or read slowly hold no resource
 * for longer. Code that computes does not notice an interrupt: long computations belong on the
 * threads of {@link ComputePool}.
 */
public final class Watchdog implements Executor, AutoCloseable {
  /** The time for the rest of a refused client's body, so that it can read the reason. */
  private static final Duration AFTERWARDS = Duration.ofSeconds(5);

  private static final ScopedValue<Watch> PRESENT = ScopedValue.newInstance();

  private final Duration timeout;
  private final Set<Watch> running = ConcurrentHashMap.newKeySet();
  private final LongAdder cuts = new LongAdder();
  private final Thread rounds;

  private static final class Watch {
    final Thread thread = Thread.currentThread();
    volatile long end;
    boolean over; // guarded by this object
    BooleanSupplier isStuck = () -> false; // as well
    volatile boolean answered;
    volatile boolean cut;
  }

  /** The most time from a request's first byte to the last of its response. */
  public Watchdog(Duration timeout) {
    this.timeout = timeout;
    this.rounds = Thread.ofPlatform().daemon().name("fovea-http-watchdog").start(this::goRound);
  }

  @Override
  public void execute(Runnable request) {
    Thread.ofVirtual()
        .name("fovea-http-request")
        .start(
            () -> {
              Watch watch = new Watch();
              watch.end = System.nanoTime() + timeout.toNanos();
              running.add(watch);
              try {
                ScopedValue.where(PRESENT, watch).run(request);
              } finally {
                running.remove(watch);
                synchronized (watch) {
                  watch.over = true;
                }
              }
            });
  }

  /** Marks the current request as responded; the rest of it must end soon. */
  public static void answered() {
    if (PRESENT.isBound()) {
      Watch watch = PRESENT.get();
      watch.answered = true;
      watch.end = Math.min(watch.end, System.nanoTime() + AFTERWARDS.toNanos());
    }
  }

  /** Whether the current request was cut before its response. */
  public static boolean isCut() {
    return PRESENT.isBound() && PRESENT.get().cut;
  }

  /** Restarts the timeout of the current request, for example for a stream of events. */
  public void nextPart() {
    if (PRESENT.isBound()) {
      PRESENT.get().end = System.nanoTime() + timeout.toNanos();
    }
  }

  /** Cuts the current request once this says so; it is asked in each round. */
  static void cutWhen(BooleanSupplier isStuck) {
    if (PRESENT.isBound()) {
      Watch watch = PRESENT.get();
      synchronized (watch) {
        watch.isStuck = isStuck;
      }
    }
  }

  private void goRound() {
    long pause = Math.clamp(timeout.toMillis() / 20, 1, 250);
    boolean closed = false;
    while (!closed) {
      try {
        Thread.sleep(pause);
        cutLate();
      } catch (InterruptedException end) {
        closed = true;
      } catch (RuntimeException | Error failed) {
        // Such as a full heap, or a channel that cannot be closed. The next round cuts the others:
        // without this thread no request would ever time out again.
      }
    }
  }

  private void cutLate() {
    long now = System.nanoTime();
    for (Watch watch : running) {
      synchronized (watch) {
        if (!watch.over && (now - watch.end > 0 || watch.isStuck.getAsBoolean())) {
          cut(watch);
        }
      }
    }
  }

  private void cut(Watch watch) {
    if (!watch.cut && !watch.answered) {
      watch.cut = true;
      cuts.increment();
    }
    watch.end = System.nanoTime() + AFTERWARDS.toNanos();
    watch.thread.interrupt();
  }

  /** The number of cut requests. */
  public long cuts() {
    return cuts.sum();
  }

  @Override
  public void close() {
    rounds.interrupt();
  }
}
