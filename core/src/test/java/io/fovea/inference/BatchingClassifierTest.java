package io.fovea.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fovea.dataset.Image;
import io.fovea.kernel.KernelSet;
import io.fovea.layer.Layer;
import io.fovea.layer.LayerContext;
import io.fovea.layer.Step;
import io.fovea.layer.Values;
import io.fovea.network.Initializer;
import io.fovea.network.Network;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;

/** Calls that are answered together: which, when, and what happens when something goes wrong. */
@Isolated
@Timeout(60)
class BatchingClassifierTest {
  private static final Duration LONG = Duration.ofMinutes(1);

  /** Passes that may go through the gate; each takes one. */
  private static final Semaphore GATE = new Semaphore(1_000_000);

  private final Classifier classifier =
      Classifier.of(
          Network.input(1, 2, 2).layer(new Gate()).flatten().dense(2).build(Initializer.he(), 3),
          1,
          KernelSet.VECTOR);
  private final List<Integer> batches = new CopyOnWriteArrayList<>();
  private final List<Thread> callers = new ArrayList<>();

  /** Lets a pass through when the test allows it; fails where an image has the input 1. */
  private record Gate() implements Layer.Custom {
    @Override
    public String type() {
      return "gate";
    }

    @Override
    public Shape output(List<Shape> inputs) {
      return inputs.getFirst();
    }

    @Override
    public Step forward(List<Tensor> inputs, Values weights, LayerContext workspace) {
      GATE.acquireUninterruptibly();
      Tensor x = inputs.getFirst();
      for (float value : x.toArray()) {
        if (value == 1) {
          throw new IllegalStateException("gate: an image is bad");
        }
      }
      return Step.of(workspace, x, List::of);
    }
  }

  @AfterEach
  void endCallers() throws InterruptedException {
    GATE.drainPermits();
    GATE.release(1_000_000);
    for (Thread caller : callers) {
      caller.join(10_000);
      assertThat(caller.isAlive()).as("a caller hangs").isFalse();
    }
    classifier.close();
  }

  private static Image image(int grey) {
    byte pixel = (byte) grey;
    return Image.of(1, 2, 2, new byte[] {pixel, 0, pixel, 10});
  }

  private BatchingClassifier batching(int most, Duration delay) {
    return classifier.batching(most, delay, batches::add);
  }

  /** A call on a thread of its own, which waits (or computes) when this returns. */
  private FutureTask<Prediction> call(BatchingClassifier batching, int grey)
      throws InterruptedException {
    FutureTask<Prediction> task = new FutureTask<>(() -> batching.classify(image(grey)));
    Thread thread = Thread.ofPlatform().start(task);
    callers.add(thread);
    while (thread.getState() != Thread.State.WAITING
        && thread.getState() != Thread.State.TIMED_WAITING
        && thread.isAlive()) {
      Thread.sleep(1);
    }
    return task;
  }

  private List<Prediction> singly(int... greys) {
    List<Prediction> answers = new ArrayList<>();
    for (int grey : greys) {
      answers.add(classifier.classify(image(grey)));
    }
    return answers;
  }

  @Test
  void classify_whileOthersAreComputed_gathers() throws Exception {
    List<Prediction> expected = singly(10, 20, 30, 40);
    BatchingClassifier batching = batching(8, Duration.ZERO);
    GATE.drainPermits();
    FutureTask<Prediction> first = call(batching, 10);
    List<FutureTask<Prediction>> others =
        List.of(call(batching, 20), call(batching, 30), call(batching, 40));
    GATE.release(2);
    assertThat(first.get()).isEqualTo(expected.getFirst());
    for (int k = 0; k < 3; k++) {
      assertThat(others.get(k).get()).isEqualTo(expected.get(k + 1));
    }
    assertThat(batches).containsExactlyInAnyOrder(1, 3);
  }

  @Test
  void classify_fullBatch_doesNotWaitForTheDelay() throws Exception {
    List<Prediction> expected = singly(1, 2, 3);
    BatchingClassifier batching = batching(3, LONG);
    List<FutureTask<Prediction>> tasks =
        List.of(call(batching, 1), call(batching, 2), call(batching, 3));
    for (int k = 0; k < 3; k++) {
      assertThat(tasks.get(k).get(10, TimeUnit.SECONDS)).isEqualTo(expected.get(k));
    }
    assertThat(batches).containsExactly(3);
  }

  @Test
  void classify_nobodyElse_waitsForTheDelayOnly() throws Exception {
    BatchingClassifier batching = batching(64, Duration.ofMillis(200));
    FutureTask<Prediction> first = call(batching, 1);
    FutureTask<Prediction> second = call(batching, 2);
    first.get(10, TimeUnit.SECONDS);
    second.get(10, TimeUnit.SECONDS);
    assertThat(batches).containsExactly(2);
  }

  @Test
  void interrupt_ofOneWhoWaits_endsThatCallAlone() throws Exception {
    List<Prediction> expected = singly(1, 2, 3);
    BatchingClassifier batching = batching(8, LONG);
    FutureTask<Prediction> leader = call(batching, 1);
    FutureTask<Boolean> interrupted =
        new FutureTask<>(
            () -> {
              assertThatThrownBy(() -> batching.classify(image(2)))
                  .isInstanceOf(CancellationException.class)
                  .hasMessage(
                      "classify: interrupted while waiting for the image's batch; call again for its prediction");
              return Thread.currentThread().isInterrupted();
            });
    Thread thread = Thread.ofVirtual().start(interrupted);
    FutureTask<Prediction> follower = call(batching, 3);
    thread.interrupt();
    assertThat(interrupted.get(10, TimeUnit.SECONDS)).as("status stays set").isTrue();
    batching.close();
    assertThat(leader.get(10, TimeUnit.SECONDS)).isEqualTo(expected.get(0));
    assertThat(follower.get(10, TimeUnit.SECONDS)).isEqualTo(expected.get(2));
  }

  @Test
  void interrupt_ofTheLeader_answersAllAtOnce() throws Exception {
    List<Prediction> expected = singly(1, 2);
    BatchingClassifier batching = batching(8, LONG);
    FutureTask<Prediction> leader = call(batching, 1);
    FutureTask<Prediction> follower = call(batching, 2);
    callers.getFirst().interrupt();
    assertThat(leader.get(10, TimeUnit.SECONDS)).isEqualTo(expected.get(0));
    assertThat(follower.get(10, TimeUnit.SECONDS)).isEqualTo(expected.get(1));
    assertThat(batches).containsExactly(2);
  }

  @Test
  void classify_oneBadImage_failsForItsCallerAlone() throws Exception {
    List<Prediction> expected = singly(1, 2, 3);
    BatchingClassifier batching = batching(4, LONG);
    FutureTask<Prediction> bad = call(batching, 255);
    List<FutureTask<Prediction>> good =
        List.of(call(batching, 1), call(batching, 2), call(batching, 3));
    for (int k = 0; k < 3; k++) {
      assertThat(good.get(k).get(10, TimeUnit.SECONDS)).isEqualTo(expected.get(k));
    }
    assertThatThrownBy(() -> bad.get(10, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class)
        .hasRootCauseMessage("gate: an image is bad");
  }

  /**
   * A lock whose waits fail from some moment on, as a virtual thread's do when the heap is full.
   */
  private static final class FailingLock extends ReentrantLock {
    private static final long serialVersionUID = 1L;

    private volatile boolean failing;

    @Override
    @SuppressWarnings("WaitNotInLoop") // the caller waits in a loop
    public Condition newCondition() {
      Condition real = super.newCondition();
      return (Condition)
          Proxy.newProxyInstance(
              getClass().getClassLoader(),
              new Class<?>[] {Condition.class},
              (proxy, method, arguments) -> {
                if (!method.getName().equals("awaitNanos")) {
                  return method.invoke(real, arguments);
                }
                long left = real.awaitNanos(1_000_000);
                if (failing) {
                  throw new OutOfMemoryError("no room for a stack");
                }
                return Math.max(left, 1); // the delay never ends
              });
    }
  }

  @Test
  void classify_leaderCannotWait_answersAllAndTheNextOnes() throws Exception {
    List<Prediction> expected = singly(10, 20, 30);
    FailingLock lock = new FailingLock();
    BatchingClassifier batching = new BatchingClassifier(classifier, 3, LONG, batches::add, lock);
    FutureTask<Prediction> leader = call(batching, 10);
    FutureTask<Prediction> follower = call(batching, 20);
    lock.failing = true;
    assertThat(leader.get(10, TimeUnit.SECONDS)).isEqualTo(expected.get(0));
    assertThat(follower.get(10, TimeUnit.SECONDS)).isEqualTo(expected.get(1));
    assertThat(batching.classify(image(30))).isEqualTo(expected.get(2));
  }

  @Test
  void close_whileSomebodyWaits_answersAndDoesNotGatherAnyMore() throws Exception {
    BatchingClassifier batching = batching(8, LONG);
    FutureTask<Prediction> waiting = call(batching, 4);
    batching.close();
    assertThat(waiting.get(10, TimeUnit.SECONDS)).isEqualTo(singly(4).getFirst());
    assertThat(batching.classify(image(5))).isEqualTo(singly(5).getFirst());
    assertThat(batches).containsExactly(1);
  }

  @Test
  void probabilities_severalImages_areABatchAlready() {
    BatchingClassifier batching = batching(8, LONG);
    Tensor x = classifier.inputs(classifier.fitted(List.of(image(1), image(2))));
    assertThat(batching.probabilities(x)).isEqualTo(singly(1, 2));
    assertThat(batching.labels()).containsExactly("0", "1");
    assertThatThrownBy(() -> batching.probabilities(Tensor.zeros(Shape.of(1, 3, 2), 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("network: expects inputs of 1x2x2, got 1x3x2");
  }

  @Test
  void outputs_oneOrSeveral_areTheClassifiersAndMeanItsAnswers() {
    BatchingClassifier batching = batching(8, Duration.ZERO);
    Tensor x = classifier.inputs(classifier.fitted(List.of(image(1), image(2))));
    float[] expected = classifier.outputs(x).toArray();
    assertThat(batching.outputs(x).toArray()).isEqualTo(expected);
    assertThat(batching.outputs(x.slice(1, 1)).toArray())
        .isEqualTo(java.util.Arrays.copyOfRange(expected, 2, 4));
    assertThat(batches).as("several are a batch already").containsExactly(1);
    assertThat(classifier.predictions(batching.outputs(x))).isEqualTo(singly(1, 2));
  }

  @Test
  void batching_outOfRange_isRefused() {
    assertThatThrownBy(() -> classifier.batching(0, Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("batching: expects at most 1 to 256 images together, got 0");
    assertThatThrownBy(() -> classifier.batching(4, Duration.ofSeconds(-1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("batching: expects a delay from 0 to 1 minute, got PT-1S");
  }
}
