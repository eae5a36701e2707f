package io.fovea.http;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.LongAdder;

/**
 * Runs each request, from reading its first line to writing the last byte of its answer, on a
 * virtual thread, and cuts it when its time is over: the thread is interrupted, which closes the
 * connection that it reads from or writes to, and ends any wait, whereupon the handler has some
 * seconds to say so. So neither a sender of one byte a second nor a reader that does not read holds
 * anything for longer. Code that computes notices no interrupt: where it takes long it belongs on
 * the threads of {@link Computing}.
 */
public final class Watchdog implements Executor, AutoCloseable {
  /** For what a refused client is still sending, so that it gets to read why. */
  private static final Duration AFTERWARDS = Duration.ofSeconds(5);

  private static final ScopedValue<Watch> PRESENT = ScopedValue.newInstance();

  private final Duration timeout;
  private final Set<Watch> running = ConcurrentHashMap.newKeySet();
  private final LongAdder cuts = new LongAdder();
  private final Thread rounds;

  /** One request. */
  private static final class Watch {
    final Thread thread = Thread.currentThread();
    volatile long end;
    boolean over; // guarded by this
    volatile boolean answered;
    volatile boolean cut;
  }

  /** Requests have this long from their first byte to the last of their answer. */
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

  /** The present request has its answer; what is left of it must end soon. */
  public static void answered() {
    if (PRESENT.isBound()) {
      Watch watch = PRESENT.get();
      watch.answered = true;
      watch.end = Math.min(watch.end, System.nanoTime() + AFTERWARDS.toNanos());
    }
  }

  /** Whether the present request was cut before it had its answer. */
  public static boolean isCut() {
    return PRESENT.isBound() && PRESENT.get().cut;
  }

  /** The present request is one of many parts, such as a stream of events: its time begins anew. */
  public void nextPart() {
    if (PRESENT.isBound()) {
      PRESENT.get().end = System.nanoTime() + timeout.toNanos();
    }
  }

  private void goRound() {
    long pause = Math.clamp(timeout.toMillis() / 20, 1, 250);
    try {
      while (true) {
        Thread.sleep(pause);
        long now = System.nanoTime();
        for (Watch watch : running) {
          if (now - watch.end > 0) {
            cut(watch);
          }
        }
      }
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
    }
  }

  private void cut(Watch watch) {
    synchronized (watch) {
      if (!watch.over) {
        if (!watch.cut && !watch.answered) {
          watch.cut = true;
          cuts.increment();
        }
        watch.end = System.nanoTime() + AFTERWARDS.toNanos();
        watch.thread.interrupt();
      }
    }
  }

  /** Requests that were cut. */
  public long cuts() {
    return cuts.sum();
  }

  /** Requests that are being read, computed or answered. */
  public int running() {
    return running.size();
  }

  @Override
  public void close() {
    rounds.interrupt();
  }
}
