package io.fovea.inference;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.kernel.KernelSet;
import io.fovea.network.Initializer;
import io.fovea.network.Network;
import io.fovea.network.Zoo;
import io.fovea.random.RandomKey;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Many callers at once: the same answers, and no more memory than for a few. */
@Isolated
class ClassifierLoadTest {
  private static final int CALLERS = 64;
  private static final Shape SHAPE = Shape.of(1, 28, 28);
  private static final Network NETWORK =
      Network.of(Zoo.POOLED.graph(SHAPE, 10), Initializer.he(), 5);

  /** An answer takes long beside waking a thread, so that callers who are ready come together. */
  private static final Network SLOW =
      Network.of(Zoo.TWO_LAYER_CNN.graph(SHAPE, 10), Initializer.he(), 5);

  private static List<Tensor> images(int count) {
    RandomKey key = RandomKey.of(6);
    List<Tensor> images = new ArrayList<>();
    for (int n = 0; n < count; n++) {
      Tensor x = Tensor.zeros(SHAPE, 1);
      for (int i = 0; i < x.elements(); i++) {
        x.array()[i] = (float) key.with(n).uniform(i);
      }
      images.add(x);
    }
    return images;
  }

  static Stream<ThreadFactory> threads() {
    return Stream.of(Thread.ofPlatform().factory(), Thread.ofVirtual().factory());
  }

  /** Shares {@code calls} calls among {@link #CALLERS} threads; returns how many were wrong. */
  private static long load(
      ThreadFactory threads,
      int calls,
      List<Tensor> images,
      List<Prediction> expected,
      Function<Tensor, Prediction> answer)
      throws Exception {
    LongAdder wrong = new LongAdder();
    try (ExecutorService pool = Executors.newFixedThreadPool(CALLERS, threads)) {
      List<Future<?>> done = new ArrayList<>();
      for (int t = 0; t < CALLERS; t++) {
        int caller = t;
        done.add(
            pool.submit(
                () -> {
                  for (int k = 0; k < calls / CALLERS; k++) {
                    int n = (7 * caller + k) % images.size();
                    if (!answer.apply(images.get(n)).equals(expected.get(n))) {
                      wrong.increment();
                    }
                  }
                }));
      }
      for (Future<?> one : done) {
        one.get();
      }
    }
    return wrong.sum();
  }

  @ParameterizedTest
  @MethodSource("threads")
  void answers_of64Callers_areTheSingleOnes(ThreadFactory threads) throws Exception {
    List<Tensor> images = images(100);
    try (Classifier single = Classifier.of(SLOW, 1, KernelSet.VECTOR);
        Classifier classifier = Classifier.of(SLOW, 2, KernelSet.VECTOR)) {
      List<Prediction> expected = new ArrayList<>();
      images.forEach(x -> expected.addAll(single.probabilities(x)));
      assertThat(
              load(threads, 3_200, images, expected, x -> classifier.probabilities(x).getFirst()))
          .as("wrong answers")
          .isZero();
      assertThat(classifier.pool().workspaces()).as("bounded by threads").isLessThanOrEqualTo(3);
      for (Duration delay : List.of(Duration.ZERO, Duration.ofMillis(1))) {
        LongAdder batches = new LongAdder();
        BatchingClassifier batching = classifier.batching(16, delay, size -> batches.increment());
        assertThat(
                load(threads, 3_200, images, expected, x -> batching.probabilities(x).getFirst()))
            .as("wrong answers, delay %s", delay)
            .isZero();
        assertThat(batches.sum()).as("batches for 3,200 images").isBetween(200L, 1_600L);
      }
      assertThat(classifier.pool().workspaces()).isLessThanOrEqualTo(3);
    }
  }

  /** Large batches and single images at the same time. */
  @Test
  void answers_largeAndSmallCalls_areTheSame() throws Exception {
    List<Tensor> images = images(150);
    Tensor all = Tensor.zeros(SHAPE, images.size());
    for (int n = 0; n < images.size(); n++) {
      System.arraycopy(images.get(n).array(), 0, all.array(), n * 784, 784);
    }
    try (Classifier classifier = Classifier.of(NETWORK, 3, KernelSet.VECTOR);
        ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Prediction> expected = classifier.probabilities(all);
      List<Future<List<Prediction>>> large = new ArrayList<>();
      List<Future<List<Prediction>>> small = new ArrayList<>();
      for (int k = 0; k < 150; k++) {
        Tensor x = images.get(k);
        small.add(pool.submit(() -> classifier.probabilities(x)));
        if (k % 10 == 0) {
          large.add(pool.submit(() -> classifier.probabilities(all)));
        }
      }
      for (Future<List<Prediction>> answers : large) {
        assertThat(answers.get()).isEqualTo(expected);
      }
      for (int k = 0; k < 150; k++) {
        assertThat(small.get(k).get()).containsExactly(expected.get(k));
      }
      assertThat(classifier.pool().workspaces()).isLessThanOrEqualTo(4);
    }
  }

  @Test
  void warmUp_beforeTheFirstCall_makesTheWorkspaces() {
    try (Classifier classifier = Classifier.of(NETWORK, 2, KernelSet.VECTOR)) {
      Tensor x = images(1).getFirst();
      List<Prediction> cold = classifier.probabilities(x);
      classifier.warmUp(Duration.ofMillis(50));
      long floats = classifier.pool().floats();
      for (int k = 0; k < 20; k++) {
        assertThat(classifier.probabilities(x)).isEqualTo(cold);
      }
      assertThat(classifier.pool().floats()).isEqualTo(floats);
      classifier.warmUp(Duration.ZERO);
    }
  }

  /** Kilobytes that the operating system counts as this process's memory. */
  private static long residentKilobytes() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
        .findFirst()
        .orElseThrow();
  }

  private static long heapKilobytes() {
    System.gc();
    return (Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory()) >> 10;
  }

  /** Of this process; on a shared machine it tells more than the clock. */
  private static double cpuSeconds() {
    return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO).toMillis()
        * 1e-3;
  }

  /** A million calls: neither heap nor resident memory is larger in the later half. */
  @Test
  @Tag("slow")
  void answers_aMillionCalls_memoryDoesNotGrow() throws Exception {
    int rounds = 10;
    int calls = 64_000;
    List<Tensor> images = images(100);
    try (Classifier classifier = Classifier.of(NETWORK, 2, KernelSet.VECTOR)) {
      BatchingClassifier batching = classifier.batching(32, Duration.ZERO);
      List<Prediction> expected = new ArrayList<>();
      images.forEach(x -> expected.addAll(classifier.probabilities(x)));
      StringBuilder course = new StringBuilder("calls, heap MB, RSS MB, calls/s, CPU us a call\n");
      long[] heap = new long[rounds];
      long[] resident = new long[rounds];
      for (int round = 0; round < rounds; round++) {
        long begin = System.nanoTime();
        double cpu = cpuSeconds();
        ThreadFactory threads = Thread.ofVirtual().factory();
        long wrong =
            load(threads, calls, images, expected, x -> classifier.probabilities(x).getFirst())
                + load(threads, calls, images, expected, x -> batching.probabilities(x).getFirst());
        double seconds = (System.nanoTime() - begin) * 1e-9;
        double computed = cpuSeconds() - cpu;
        assertThat(wrong).as("wrong answers in round %d", round).isZero();
        heap[round] = heapKilobytes();
        resident[round] = residentKilobytes();
        course.append(
            "%,d  %.1f  %.1f  %,.0f  %.1f%n"
                .formatted(
                    2L * calls * (round + 1),
                    heap[round] / 1024.0,
                    resident[round] / 1024.0,
                    2 * calls / seconds,
                    1e6 * computed / (2 * calls)));
      }
      System.out.println(course);
      assertThat(2L * calls * rounds).isGreaterThanOrEqualTo(1_000_000);
      assertThat(heap[rounds - 1]).as(course.toString()).isLessThan(heap[1] + 4 * 1024);
      // The collector takes heap from the system and gives it back as it sees fit: 130 MB here.
      LongSummaryStatistics early = LongStream.of(resident).limit(rounds / 2).summaryStatistics();
      LongSummaryStatistics late = LongStream.of(resident).skip(rounds / 2).summaryStatistics();
      assertThat(late.getMax()).as(course.toString()).isLessThan(early.getMax() + 48 * 1024);
      assertThat(late.getMin()).as(course.toString()).isLessThan(early.getMin() + 16 * 1024);
    }
  }
}
