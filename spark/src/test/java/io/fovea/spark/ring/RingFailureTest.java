package io.fovea.spark.ring;

import static io.fovea.spark.ring.Rings.SECRET;
import static io.fovea.spark.ring.Rings.config;
import static io.fovea.spark.ring.Rings.failure;
import static io.fovea.spark.ring.Rings.run;
import static io.fovea.spark.ring.Rings.start;
import static io.fovea.spark.ring.Rings.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** How a ring ends where it cannot go on, and who is let in. */
@Timeout(60)
@Execution(ExecutionMode.CONCURRENT) // beside the classes with a Spark context
class RingFailureTest {
  @Test
  void sum_peerEnded_isNoticedAtOnce() throws Exception {
    try (ExecutorService threads = Executors.newFixedThreadPool(3)) {
      List<Future<Integer>> workers =
          start(
              3,
              config -> config,
              threads,
              ring -> {
                float[] values = new float[100_000];
                ring.sum(values, 0, values.length);
                if (ring.rank() == 1) {
                  throw new IllegalStateException("my own trouble");
                }
                ring.sum(values, 0, values.length);
                return 0;
              });
      assertThatThrownBy(() -> workers.get(1).get()).cause().hasMessage("my own trouble");
      for (int rank : new int[] {0, 2}) {
        RingException lost = failure(workers.get(rank));
        assertThat(lost.kind()).isEqualTo(RingException.Kind.CLOSED);
        assertThat(lost)
            .hasMessageStartingWith("ring: worker " + rank + " lost the connection to worker ")
            .hasMessageEndingWith("which has ended; see its log");
      }
    }
  }

  /**
   * A stranger with the secret who joins the ring and then says nothing stands for a hung process.
   */
  @Test
  void sum_peerSilent_onlyItsNeighbourBlamesIt() throws Exception {
    Duration silence = Duration.ofMillis(600);
    try (ExecutorService threads = Executors.newFixedThreadPool(3);
        ServerSocket hung = Sockets.open("localhost", 0)) {
      List<ServerSocket> doors = Rings.doors(2);
      List<InetSocketAddress> addresses =
          Stream.concat(doors.stream(), Stream.of(hung)).map(Rings::address).toList();
      CountDownLatch end = new CountDownLatch(1);
      Future<?> stranger =
          threads.submit(
              () -> {
                try (Socket next = new Socket()) {
                  next.connect(addresses.get(0));
                  Handshake.call(next, Rendezvous.ROLE, 2, 0, SECRET, 5_000);
                  try (Socket previous = hung.accept()) {
                    Handshake.answer(previous, Rendezvous.ROLE, 2, SECRET, 5_000);
                    return end.await(30, TimeUnit.SECONDS);
                  }
                }
              });
      List<Future<Integer>> workers =
          Rings.start(
              doors,
              addresses,
              config -> with(config, silence, SECRET),
              threads,
              ring -> {
                ring.sum(new float[1_000_000], 0, 1_000_000);
                return 0;
              });
      RingException blamed = failure(workers.get(0));
      assertThat(blamed.kind()).isEqualTo(RingException.Kind.SILENT);
      assertThat(blamed.peer()).isEqualTo(2);
      assertThat(blamed)
          .hasMessage(
              "ring: worker 0 got no message from worker 2 for 0.6 s; it hangs, or its machine is down");
      assertThat(failure(workers.get(1)).kind()).isEqualTo(RingException.Kind.CLOSED);
      end.countDown();
      assertThat(stranger.get()).isEqualTo(true);
    }
  }

  @Test
  void sum_peerBusy_isWaitedFor() throws Exception {
    List<Integer> results =
        run(
            2,
            config -> with(config, Duration.ofMillis(700), SECRET),
            ring -> {
              if (ring.rank() == 1) {
                Thread.sleep(2_100); // three times the silence: a busy process is not a lost one
              }
              ring.sum(new float[10], 0, 10);
              return 0;
            });
    assertThat(results).hasSize(2);
  }

  @Test
  void sum_cancelled_ends() throws Exception {
    try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
      CountDownLatch waiting = new CountDownLatch(1);
      List<Future<Integer>> workers =
          start(
              2,
              config ->
                  new RingConfig(
                      config.rank(),
                      2,
                      SECRET,
                      config.silence(),
                      config.patience(),
                      5,
                      () -> config.rank() == 0 && waiting.getCount() == 0),
              threads,
              ring -> {
                if (ring.rank() == 1) {
                  waiting.countDown();
                  Thread.sleep(1_000);
                }
                ring.sum(new float[10], 0, 10);
                return 0;
              });
      RingException cancelled = failure(workers.get(0));
      assertThat(cancelled.kind()).isEqualTo(RingException.Kind.CANCELLED);
      assertThat(cancelled).hasMessage("ring: worker 0 was cancelled");
    }
  }

  @Test
  void join_withAnotherSecret_isRefused() throws Exception {
    Secret other = Secret.fresh();
    try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
      List<Future<Integer>> workers =
          start(
              2,
              config -> with(config, Duration.ofMillis(900), config.rank() == 0 ? SECRET : other),
              threads,
              ring -> 0);
      List<RingException> both = List.of(failure(workers.get(0)), failure(workers.get(1)));
      // the first to notice hangs up on the other
      assertThat(both)
          .anySatisfy(
              foreign -> {
                assertThat(foreign.kind()).isEqualTo(RingException.Kind.FOREIGN);
                assertThat(foreign)
                    .hasMessageMatching(
                        "ring: localhost/127\\.0\\.0\\.1:\\d+, the address of worker [01], does not know this job's secret; check whether another job uses the port");
              });
    }
  }

  @Test
  void join_nobodyThere_errorNamesTheMissingWorker() throws Exception {
    ServerSocket door = Sockets.open("localhost", 0);
    int closed;
    try (ServerSocket once = Sockets.open("localhost", 0)) {
      closed = once.getLocalPort();
    }
    List<InetSocketAddress> addresses =
        List.of(
            new InetSocketAddress("localhost", door.getLocalPort()),
            new InetSocketAddress("localhost", closed));
    assertThatThrownBy(
            () -> Ring.join(door, addresses, with(config(0, 2), Duration.ofMillis(500), SECRET)))
        .isInstanceOf(RingException.class)
        .hasMessageStartingWith("ring: worker 0 cannot reach worker 1 at localhost/127.0.0.1:")
        .hasMessageEndingWith("open a port between the executors, and give it as ring port");
  }

  @Test
  void config_outOfRange_areRefused() {
    assertThatThrownBy(() -> config(2, 2))
        .hasMessage(
            "ring: worker 2 of 2 with messages of 5 floats: expects a rank from 0 to size - 1, and messages of at least 1");
    assertThatThrownBy(() -> with(config(0, 2), Duration.ofHours(1), SECRET))
        .hasMessageStartingWith("ring: a silence of PT1H and a patience of PT1M");
    assertThatThrownBy(() -> Ring.join(Sockets.open("localhost", 0), List.of(), config(0, 2)))
        .hasMessage("ring: expects an address for each of 2 workers, got 0");
  }
}
