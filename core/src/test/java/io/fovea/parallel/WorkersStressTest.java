package io.fovea.parallel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * Random loops by several callers of the same workers, also nested ones, ones that throw, after
 * pauses, of interrupted callers, and while the workers are closed. The seed draws what is done;
 * what meets when is up to the machine.
 */
@Isolated
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class WorkersStressTest {
  private static void call(Workers workers, Random random, int loops) {
    for (int k = 0; k < loops; k++) {
      int chunks = random.nextInt(40);
      int thrown = random.nextInt(4) == 0 ? random.nextInt(40) : -1;
      boolean nested = random.nextInt(8) == 0;
      if (random.nextInt(50) == 0) {
        pause(random.nextInt(1_000_000));
      }
      loop(workers, chunks, thrown, nested);
      if (random.nextInt(20) == 0) {
        Thread.currentThread().interrupt();
      } else {
        Thread.interrupted();
      }
    }
    Thread.interrupted();
  }

  private static void pause(int nanos) {
    java.util.concurrent.locks.LockSupport.parkNanos(nanos);
  }

  /** Each chunk is done once, unless one throws; no two at once on a worker; writes are seen. */
  private static void loop(Workers workers, int chunks, int thrown, boolean nested) {
    AtomicIntegerArray inside = new AtomicIntegerArray(workers.threads());
    int[] done = new int[chunks]; // plain: the caller must see all of it
    String failure = "";
    try {
      workers.run(
          chunks,
          (chunk, worker) -> {
            assertThat(inside.incrementAndGet(worker)).as("chunks on worker %d", worker).isOne();
            if (chunk == thrown) {
              inside.decrementAndGet(worker);
              throw new IllegalStateException("chunk " + chunk);
            }
            if (nested) {
              loop(workers, 5, -1, false);
            }
            done[chunk]++;
            inside.decrementAndGet(worker);
          });
    } catch (IllegalStateException own) {
      failure = String.valueOf(own.getMessage());
    }
    boolean throwing = thrown >= 0 && thrown < chunks;
    assertThat(failure).isEqualTo(throwing ? "chunk " + thrown : "");
    for (int times : done) {
      assertThat(times).isBetween(throwing ? 0 : 1, 1);
    }
  }

  @SuppressWarnings("try") // closed early, on purpose
  private static void stress(long seed, int loops) throws Exception {
    Random random = new Random(seed);
    int callers = 1 + random.nextInt(4);
    try (Workers workers = Workers.of(1 + random.nextInt(4));
        ExecutorService threads = Executors.newFixedThreadPool(callers)) {
      List<Future<?>> all = new ArrayList<>();
      for (int k = 0; k < callers; k++) {
        Random own = new Random(random.nextLong());
        all.add(threads.submit(() -> call(workers, own, loops)));
      }
      if (random.nextInt(4) == 0) {
        pause(random.nextInt(5_000_000));
        workers.close();
      }
      for (Future<?> each : all) {
        each.get(); // throws what a caller met
      }
    } catch (Exception | AssertionError failed) {
      throw new AssertionError("seed " + seed, failed);
    }
  }

  @Test
  void run_randomLoopsOfSeveralCallers_doEachChunkOnce() throws Exception {
    for (long seed = 1; seed <= 40; seed++) {
      stress(seed, 100);
    }
  }

  @Test
  @Tag("slow")
  void run_manyRandomLoops_doEachChunkOnce() throws Exception {
    for (long seed = 1_000; seed < 6_000; seed++) {
      stress(seed, 200);
    }
  }
}
