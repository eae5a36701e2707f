package io.fovea.studio.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.data.base.DataException;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class DownloadsTest {
  private static void awaitState(Downloads downloads, String state) throws InterruptedException {
    while (!state.equals(downloads.facts("mnist").get("state"))) {
      Thread.sleep(5);
    }
  }

  @Test
  void start_thenItsEnd_isSeenByWhoeverAsks() throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    Downloads downloads =
        new Downloads(
            (data, reporter) -> {
              reporter.accept("fetching " + data);
              try {
                end.await();
              } catch (InterruptedException e) {
                throw new DataException("interrupted");
              }
            });
    assertThat(downloads.facts("mnist")).isEqualTo(Map.of("state", "none", "said", ""));
    downloads.start("mnist");
    downloads.start("mnist"); // the same one
    while ("".equals(downloads.facts("mnist").get("said"))) {
      Thread.sleep(5);
    }
    assertThat(downloads.facts("mnist"))
        .isEqualTo(Map.of("state", "running", "said", "fetching mnist"));
    end.countDown();
    awaitState(downloads, "done");
  }

  @Test
  void cancel_whileItRuns_interruptsIt() throws Exception {
    CountDownLatch interrupted = new CountDownLatch(1);
    Downloads downloads =
        new Downloads(
            (data, reporter) -> {
              try {
                Thread.sleep(60_000);
              } catch (InterruptedException e) {
                interrupted.countDown();
                throw new DataException("interrupted");
              }
            });
    downloads.start("mnist");
    downloads.cancel("mnist");
    interrupted.await();
    assertThat(downloads.facts("mnist")).isEqualTo(Map.of("state", "cancelled", "said", ""));
  }

  @Test
  void start_failedDownload_reportsTheReason_andMayBeTriedAgain() throws Exception {
    Downloads downloads =
        new Downloads(
            (data, reporter) -> {
              throw new DataException("data mnist: no mirror answers; look at the network");
            });
    downloads.start("mnist");
    awaitState(downloads, "failed");
    assertThat(downloads.facts("mnist").get("said"))
        .isEqualTo("data mnist: no mirror answers; look at the network");
    downloads.start("mnist");
    awaitState(downloads, "failed");
  }

  @Test
  void start_rightAfterACancel_isNotEndedByTheOldDownload() throws Exception {
    BlockingQueue<Thread> begun = new LinkedBlockingQueue<>();
    CountDownLatch end = new CountDownLatch(1);
    Downloads downloads =
        new Downloads(
            (data, reporter) -> {
              begun.add(Thread.currentThread());
              boolean interrupted = false;
              while (end.getCount() > 0) { // ends late
                try {
                  end.await();
                } catch (InterruptedException e) {
                  interrupted = true;
                }
              }
              if (interrupted) {
                throw new DataException("interrupted");
              }
              while (!Thread.interrupted()) {
                Thread.onSpinWait();
              }
            });
    downloads.start("mnist");
    Thread old = begun.take();
    downloads.cancel("mnist");
    downloads.start("mnist");
    begun.take();
    end.countDown();
    old.join();
    assertThat(downloads.facts("mnist")).isEqualTo(Map.of("state", "running", "said", ""));
    downloads.cancel("mnist");
  }
}
