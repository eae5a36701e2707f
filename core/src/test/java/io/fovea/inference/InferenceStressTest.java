package io.fovea.inference;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.dataset.Image;
import io.fovea.kernel.KernelSet;
import io.fovea.network.Initializer;
import io.fovea.network.Network;
import io.fovea.network.execution.Workspace;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * Random calls by several threads. The seed draws what is done; what meets when is up to the
 * machine.
 */
@Isolated
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class InferenceStressTest {
  private static final int CALLERS = 6;

  private interface Call {
    void make(Random random) throws Exception;
  }

  /** Runs calls on several threads, platform or virtual ones; throws what they met. */
  private static void run(long seed, int calls, Call call) throws Exception {
    Random random = new Random(seed);
    try (ExecutorService threads =
        random.nextBoolean()
            ? Executors.newFixedThreadPool(CALLERS)
            : Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> all = new ArrayList<>();
      for (int k = 0; k < CALLERS; k++) {
        Random own = new Random(random.nextLong());
        all.add(
            threads.submit(
                () -> {
                  for (int i = 0; i < calls; i++) {
                    call.make(own);
                  }
                  return null;
                }));
      }
      for (Future<?> each : all) {
        each.get();
      }
    } catch (Exception | AssertionError failed) {
      throw new AssertionError("seed " + seed, failed);
    }
  }

  /** No permit is given twice or lost, no workspace is in two hands, and there are few of them. */
  private static void stressPool(long seed, int calls) throws Exception {
    int threads = 1 + (int) (seed % 4);
    WorkspacePool pool = new WorkspacePool(KernelSet.REFERENCE, threads);
    AtomicInteger out = new AtomicInteger();
    Set<Workspace> used = ConcurrentHashMap.newKeySet();
    run(
        seed,
        calls,
        random -> {
          int taken = 1;
          if (random.nextBoolean()) {
            taken = pool.take();
          } else {
            pool.takeOne();
          }
          assertThat(out.addAndGet(taken)).isBetween(1, threads);
          boolean all = pool.isAll(taken) && threads > 1;
          Workspace workspace = all ? pool.together() : pool.borrow();
          assertThat(used.add(workspace)).as("a workspace in two hands").isTrue();
          if (random.nextInt(10) == 0) {
            LockSupport.parkNanos(1_000);
          }
          used.remove(workspace);
          if (!all) {
            pool.bringBack(workspace);
          }
          out.addAndGet(-taken);
          pool.giveBack(taken);
        });
    assertThat(pool.take()).as("permits in the end").isEqualTo(threads);
    assertThat(pool.workspaces()).isLessThanOrEqualTo(threads + 1);
  }

  @Test
  void pool_randomCalls_keepPermitsAndWorkspaces() throws Exception {
    for (long seed = 1; seed <= 40; seed++) {
      stressPool(seed, 200);
    }
  }

  private static Image image(int grey) {
    byte pixel = (byte) grey;
    return Image.of(1, 2, 2, new byte[] {pixel, 0, pixel, 10});
  }

  /** Each answer has the bits of a single call, whoever is interrupted, refused or closed. */
  private static void stressBatching(long seed, int calls) throws Exception {
    Network network = Network.input(1, 2, 2).flatten().dense(3).build(Initializer.he(), 3);
    try (Classifier classifier = Classifier.of(network, 2, KernelSet.VECTOR)) {
      List<Prediction> expected = new ArrayList<>();
      for (int grey = 0; grey < 16; grey++) {
        expected.add(classifier.classify(image(grey)));
      }
      AtomicInteger answered = new AtomicInteger();
      AtomicInteger computed = new AtomicInteger();
      AtomicInteger largest = new AtomicInteger();
      int most = 1 + (int) (seed % 5);
      BatchingClassifier batching =
          classifier.batching(
              most,
              Duration.ofNanos(seed % 3 * 100_000),
              size -> {
                computed.addAndGet(size);
                largest.accumulateAndGet(size, Math::max);
              });
      Tensor bad = Tensor.zeros(Shape.of(1, 3, 2), 1);
      run(
          seed,
          calls,
          random -> {
            int kind = random.nextInt(20);
            int grey = random.nextInt(16);
            if (kind == 0) {
              Thread.currentThread().interrupt();
            }
            try {
              if (kind == 1) {
                batching.outputs(bad);
                throw new AssertionError("a wrong shape was accepted");
              }
              assertThat(batching.classify(image(grey))).isEqualTo(expected.get(grey));
              answered.incrementAndGet();
            } catch (CancellationException interrupted) {
              assertThat(kind).isZero();
            } catch (IllegalArgumentException wrongShape) {
              assertThat(kind).isOne();
            }
            assertThat(Thread.interrupted()).isEqualTo(kind == 0);
            if (seed % 4 == 0 && random.nextInt(calls) == 0) {
              batching.close();
            }
          });
      assertThat(largest.get()).isLessThanOrEqualTo(most);
      if (seed % 4 != 0) {
        assertThat(computed.get()).as("images in batches").isGreaterThanOrEqualTo(answered.get());
      }
    }
  }

  @Test
  void batching_randomCalls_giveTheBitsOfSingleOnes() throws Exception {
    for (long seed = 1; seed <= 40; seed++) {
      stressBatching(seed, 100);
    }
  }

  @Test
  @Tag("slow")
  void poolAndBatching_manyRandomCalls_stayRight() throws Exception {
    for (long seed = 1_000; seed < 3_000; seed++) {
      stressPool(seed, 500);
      stressBatching(seed, 300);
    }
  }
}
