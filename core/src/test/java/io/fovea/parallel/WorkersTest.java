package io.fovea.parallel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.ref.WeakReference;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Isolated
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class WorkersTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 8, 33})
  void run_anyNumberOfChunks_doesEachOnce(int threads) {
    try (Workers workers = Workers.of(threads)) {
      assertThat(workers.threads()).isEqualTo(threads);
      for (int repeat = 0; repeat < 200; repeat++) {
        for (int chunks : new int[] {0, 1, 2, 3, 7, 64}) {
          AtomicIntegerArray done = new AtomicIntegerArray(chunks);
          workers.run(chunks, (chunk, worker) -> done.incrementAndGet(chunk));
          for (int chunk = 0; chunk < chunks; chunk++) {
            assertThat(done.get(chunk)).isEqualTo(1);
          }
        }
      }
    }
  }

  private static boolean await(CountDownLatch latch) {
    try {
      return latch.await(30, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4})
  void run_bodyThrows_throwsItAtTheCallerAndWorksAgain(int threads) {
    try (Workers workers = Workers.of(threads)) {
      for (int repeat = 0; repeat < 50; repeat++) {
        for (int bad : new int[] {0, 5, 19}) {
          assertThatThrownBy(
                  () ->
                      workers.run(
                          20,
                          (chunk, worker) -> {
                            if (chunk == bad) {
                              throw new IllegalStateException("chunk " + chunk);
                            }
                          }))
              .isInstanceOf(IllegalStateException.class)
              .hasMessage("chunk " + bad);
        }
        AtomicInteger done = new AtomicInteger();
        workers.run(20, (chunk, worker) -> done.incrementAndGet());
        assertThat(done).hasValue(20);
      }
    }
  }

  @Test
  void run_bodyThrowsAnError_throwsIt() {
    try (Workers workers = Workers.of(2)) {
      assertThatThrownBy(
              () ->
                  workers.run(
                      8,
                      (chunk, worker) -> {
                        throw new StackOverflowError("chunk");
                      }))
          .isInstanceOf(StackOverflowError.class);
    }
  }

  @Test
  void close_loopAfterwards_runsOnTheCallerAlone() {
    Workers workers = Workers.of(4);
    workers.run(8, (chunk, worker) -> {});
    workers.close();
    workers.close();
    Set<Thread> threads = ConcurrentHashMap.newKeySet();
    workers.run(
        8,
        (chunk, worker) -> {
          threads.add(Thread.currentThread());
          assertThat(worker).isZero();
        });
    assertThat(threads).containsExactly(Thread.currentThread());
  }

  @Test
  void run_afterAPause_wakesParkedThreads() throws InterruptedException {
    try (Workers workers = Workers.of(2)) {
      for (int repeat = 0; repeat < 5; repeat++) {
        TimeUnit.MILLISECONDS.sleep(20);
        CountDownLatch both = new CountDownLatch(2);
        AtomicInteger met = new AtomicInteger();
        workers.run(
            2,
            (chunk, worker) -> {
              both.countDown();
              met.addAndGet(await(both) ? 1 : 0);
            });
        assertThat(met).hasValue(2);
      }
    }
  }

  /** Runs a loop with one chunk on each of two workers; returns the other one's thread. */
  private static Thread onHelper(Workers workers, Consumer<Thread> task) {
    AtomicReference<Thread> helper = new AtomicReference<>();
    CountDownLatch both = new CountDownLatch(2);
    workers.run(
        2,
        (chunk, worker) -> {
          both.countDown();
          assertThat(await(both)).isTrue();
          if (worker == 1) {
            helper.set(Thread.currentThread());
            task.accept(Thread.currentThread());
          }
        });
    return Objects.requireNonNull(helper.get());
  }

  /** Whether a thread sleeps at last, and does not only pass through: 50 looks of 1 ms. */
  private static void awaitRest(Thread thread) throws InterruptedException {
    for (int looks = 0; looks < 50; looks++) {
      if (thread.getState() != Thread.State.WAITING) {
        looks = 0;
      }
      TimeUnit.MILLISECONDS.sleep(1);
    }
  }

  @Test
  void run_bodyInterruptsItsThread_nextBodyIsNotInterruptedAndTheThreadRests()
      throws InterruptedException {
    try (Workers workers = Workers.of(2)) {
      AtomicBoolean interrupted = new AtomicBoolean();
      Thread helper = onHelper(workers, Thread::interrupt);
      assertThat(onHelper(workers, own -> interrupted.set(own.isInterrupted()))).isSameAs(helper);
      assertThat(interrupted).as("interrupted by the loop before").isFalse();
      awaitRest(helper);
    }
  }

  @Test
  void idleThread_interruptedFromOutside_restsAgain() throws InterruptedException {
    try (Workers workers = Workers.of(2)) {
      Thread helper = onHelper(workers, own -> {});
      awaitRest(helper);
      helper.interrupt();
      while (helper.isInterrupted()) { // until it has noticed
        TimeUnit.MILLISECONDS.sleep(1);
      }
      awaitRest(helper);
    }
  }

  @Test
  void available_thisMachine_asManyAsGranted() {
    try (Workers workers = Workers.available()) {
      assertThat(workers.threads()).isEqualTo(Runtime.getRuntime().availableProcessors());
    }
  }

  @Test
  void of_outOfRange_isRefused() {
    for (int threads : new int[] {0, -1, 1025}) {
      assertThatThrownBy(() -> Workers.of(threads))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("workers: threads must be from 1 to 1024, got " + threads);
    }
  }

  @Test
  void scratch_slots_belongToOneWorkerAndGrow() {
    Scratch scratch = new Scratch(2);
    float[] first = scratch.of(0, 0, 10);
    assertThat(first).hasSizeGreaterThanOrEqualTo(10);
    assertThat(scratch.of(0, 0, 5)).isSameAs(first);
    assertThat(scratch.of(1, 0, 10)).isNotSameAs(first);
    assertThat(scratch.of(0, 1, 10)).isNotSameAs(first);
    assertThat(scratch.shared(0, 10)).isNotSameAs(first);
    assertThat(scratch.of(0, 0, 11)).hasSizeGreaterThanOrEqualTo(11).isNotSameAs(first);
    assertThat(scratch.shared(3, 7)).isSameAs(scratch.shared(3, 6));
  }

  @Test
  void run_ended_holdsNothingOfItsBody() throws InterruptedException {
    try (Workers workers = Workers.of(2)) {
      WeakReference<int[]> values = new WeakReference<>(computed(workers));
      for (int tries = 0; values.get() != null && tries < 100; tries++) {
        System.gc();
        TimeUnit.MILLISECONDS.sleep(20);
      }
      assertThat(values.get()).as("what the last loop wrote").isNull();
    }
  }

  private static int[] computed(Workers workers) {
    int[] values = new int[1 << 16];
    workers.run(8, (chunk, worker) -> values[chunk] = 1 + worker);
    assertThat(values[7]).isPositive();
    return values;
  }

  private static Set<Thread> helpers() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("fovea-worker-"))
        .collect(Collectors.toSet());
  }

  private static void useAndForget() {
    Workers workers = Workers.of(3);
    workers.run(8, (chunk, worker) -> {});
  }

  /** A service that loads a model again and again keeps no threads of the ones before. */
  @Test
  @Timeout(60)
  void forgotten_withoutClose_endsItsThreads() throws InterruptedException {
    Set<Thread> before = helpers();
    for (int i = 0; i < 10; i++) {
      useAndForget();
    }
    Set<Thread> own = helpers();
    own.removeAll(before);
    assertThat(own).isNotEmpty();
    while (own.stream().anyMatch(Thread::isAlive)) {
      System.gc();
      Thread.sleep(20);
    }
  }
}
