package io.fovea.inference;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.kernel.KernelSet;
import io.fovea.network.Initializer;
import io.fovea.network.Network;
import io.fovea.network.Zoo;
import io.fovea.random.RandomKey;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Many callers at once: the same answers, and no more workspaces than for a few. */
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
}
