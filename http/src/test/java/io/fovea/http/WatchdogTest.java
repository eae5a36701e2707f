package io.fovea.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.channels.spi.AbstractInterruptibleChannel;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class WatchdogTest {
  @AutoClose private final Watchdog watchdog = new Watchdog(Duration.ofMillis(100));

  /** A channel that throws when an interrupt closes it, so that {@code interrupt()} throws. */
  private static final class Unclosable extends AbstractInterruptibleChannel {
    private final Error failure;

    Unclosable(Error failure) {
      this.failure = failure;
    }

    @Override
    protected void implCloseChannel() {
      throw failure;
    }

    void use() {
      begin();
      while (!Thread.currentThread().isInterrupted()) {
        LockSupport.parkNanos(1_000_000);
      }
    }
  }

  private CountDownLatch late() {
    CountDownLatch cut = new CountDownLatch(1);
    watchdog.execute(
        () -> {
          try {
            TimeUnit.HOURS.sleep(1);
          } catch (InterruptedException late) {
            cut.countDown();
          }
        });
    return cut;
  }

  @Test
  void execute_afterOneInterruptHasThrown_cutsTheRequestsAfterIt() throws InterruptedException {
    CountDownLatch ended = new CountDownLatch(1);
    watchdog.execute(
        () -> {
          new Unclosable(new OutOfMemoryError("full")).use();
          ended.countDown();
        });
    assertThat(ended.await(20, TimeUnit.SECONDS)).as("was interrupted").isTrue();
    assertThat(late().await(20, TimeUnit.SECONDS)).as("is still cut").isTrue();
    assertThat(watchdog.cuts()).isEqualTo(2);
  }

  @Test
  void close_endsItsThread() throws InterruptedException {
    watchdog.close();
    TimeUnit.MILLISECONDS.sleep(50);
    assertThat(late().await(500, TimeUnit.MILLISECONDS)).as("cut by nobody").isFalse();
  }
}
