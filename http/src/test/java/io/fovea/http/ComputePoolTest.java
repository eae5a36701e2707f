package io.fovea.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One thread that computes, one that may wait for it. */
@Timeout(60)
class ComputePoolTest {
  private final ComputePool computing = new ComputePool("test", 1, 1);
  private final CountDownLatch begun = new CountDownLatch(1);
  private final AtomicBoolean enough = new AtomicBoolean();

  @AfterEach
  void close() {
    enough.set(true);
    computing.close();
  }

  /** Computes, which no interrupt ends, until the test has seen enough. */
  private String compute() {
    begun.countDown();
    while (!enough.get()) {
      Thread.onSpinWait();
    }
    return "done";
  }

  /** Work on a virtual thread's behalf, as requests ask for it. */
  private static Thread start(FutureTask<String> task) {
    return Thread.ofVirtual().start(task);
  }

  private static void awaitWaiting(Thread thread) throws InterruptedException {
    while (thread.getState() != Thread.State.WAITING) {
      Thread.sleep(1);
    }
  }

  @Test
  void call_computes_onAPlatformThread() throws Exception {
    assertThat(computing.call(() -> Thread.currentThread().isVirtual())).isFalse();
    FutureTask<String> task = new FutureTask<>(() -> computing.call(this::compute));
    start(task);
    enough.set(true);
    assertThat(task.get(10, TimeUnit.SECONDS)).isEqualTo("done");
  }

  @Test
  void call_thatFails_throwsWhatTheWorkThrew() {
    for (Throwable failure :
        List.of(new HttpError(415, "no"), new IOException("unreadable"), new OutOfMemoryError())) {
      assertThatThrownBy(() -> computing.call(() -> fail(failure))).isSameAs(failure);
    }
  }

  private static String fail(Throwable failure) throws IOException, HttpError {
    if (failure instanceof IOException checked) {
      throw checked;
    }
    if (failure instanceof HttpError refusal) {
      throw refusal;
    }
    throw (Error) failure;
  }

  @Test
  void call_interruptedWhileComputed_endsBeforeTheWork() throws Exception {
    FutureTask<String> task = new FutureTask<>(() -> computing.call(this::compute));
    Thread caller = start(task);
    begun.await();
    caller.interrupt();
    assertThatThrownBy(() -> task.get(10, TimeUnit.SECONDS))
        .hasCauseInstanceOf(InterruptedException.class);
    assertThat(enough).isFalse();
  }

  @Test
  void call_moreThanMayWait_is503AndAnInterruptedOneMakesPlace() throws Exception {
    FutureTask<String> first = new FutureTask<>(() -> computing.call(this::compute));
    start(first);
    begun.await();
    Thread second = start(new FutureTask<>(() -> computing.call(this::compute)));
    awaitWaiting(second);
    assertThatThrownBy(() -> computing.call(this::compute))
        .isInstanceOfSatisfying(
            HttpError.class, refusal -> assertThat(refusal.status()).isEqualTo(503))
        .hasMessage("test: too many concurrent requests; try again later");
    second.interrupt();
    second.join();
    FutureTask<String> third = new FutureTask<>(() -> computing.call(() -> "third"));
    awaitWaiting(start(third));
    enough.set(true);
    assertThat(first.get(10, TimeUnit.SECONDS)).isEqualTo("done");
    assertThat(third.get(10, TimeUnit.SECONDS)).isEqualTo("third");
  }
}
