package io.fovea.spark.ring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fovea.random.RandomKey;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Workers of a ring are threads here; between them are real sockets. */
@Timeout(60)
class RingTest {
  private static final Secret SECRET = Secret.fresh();

  /** What one worker does. */
  @FunctionalInterface
  private interface Program<T> {
    T run(Ring ring) throws Exception;
  }

  private static Terms terms(int rank, int size) {
    return new Terms(
        rank, size, SECRET, Duration.ofSeconds(20), Duration.ofMinutes(1), 5, () -> false);
  }

  private static Terms with(Terms terms, Duration silence, Secret secret) {
    return new Terms(
        terms.rank(),
        terms.size(),
        secret,
        silence,
        Duration.ofMinutes(1),
        Terms.CHUNK,
        terms.cancelled());
  }

  private static Terms chunked(Terms terms, int chunk) {
    return new Terms(
        terms.rank(),
        terms.size(),
        SECRET,
        terms.silence(),
        terms.patience(),
        chunk,
        terms.cancelled());
  }

  /** What each worker of a ring returns, or throws. */
  private static <T> List<Future<T>> start(
      int size, UnaryOperator<Terms> terms, ExecutorService threads, Program<T> program)
      throws IOException {
    List<ServerSocket> doors = new ArrayList<>();
    List<InetSocketAddress> addresses = new ArrayList<>();
    for (int rank = 0; rank < size; rank++) {
      ServerSocket door = Sockets.open("localhost", 0);
      doors.add(door);
      addresses.add(new InetSocketAddress("localhost", door.getLocalPort()));
    }
    List<Future<T>> results = new ArrayList<>();
    for (int rank = 0; rank < size; rank++) {
      int own = rank;
      results.add(
          threads.submit(
              () -> {
                Terms mine = terms.apply(terms(own, size));
                try (Ring ring = Ring.join(doors.get(own), addresses, mine)) {
                  return program.run(ring);
                }
              }));
    }
    return results;
  }

  private static <T> List<T> run(int size, UnaryOperator<Terms> terms, Program<T> program)
      throws Exception {
    try (ExecutorService threads = Executors.newFixedThreadPool(size)) {
      List<T> all = new ArrayList<>();
      for (Future<T> result : start(size, terms, threads, program)) {
        all.add(result.get());
      }
      return all;
    }
  }

  private static float[] numbers(int rank, int length) {
    float[] numbers = new float[length];
    RandomKey key = RandomKey.of(1).with(rank);
    for (int i = 0; i < length; i++) {
      // sizes so different that every order of addition has other bits
      numbers[i] = (float) ((key.uniform(i) - 0.5) * Math.pow(10, i % 7));
    }
    return numbers;
  }

  /** Segment s of p: ((x[s] + x[s+1]) + ...) in the ring's order. */
  private static float[] expected(int size, int length, int from, int to) {
    float[] sums = numbers(0, length);
    for (int segment = 0; segment < size; segment++) {
      int begin = from + (int) ((long) (to - from) * segment / size);
      int end = from + (int) ((long) (to - from) * (segment + 1) / size);
      for (int i = begin; i < end; i++) {
        float sum = numbers(segment, length)[i];
        for (int k = 1; k < size; k++) {
          sum += numbers((segment + k) % size, length)[i];
        }
        sums[i] = sum;
      }
    }
    return sums;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5})
  void sum_ofFloats_addsInTheRingsOrder(int size) throws Exception {
    for (int length : new int[] {1, 2, 7, 64, 1001}) {
      float[] expected = expected(size, length, 0, length);
      for (int chunk : new int[] {1, 3, 16, 1 << 20}) {
        List<float[]> sums =
            run(
                size,
                terms -> chunked(terms, chunk),
                ring -> {
                  float[] own = numbers(ring.rank(), length);
                  ring.sum(own, 0, length);
                  return own;
                });
        assertThat(sums).allSatisfy(sum -> assertThat(sum).containsExactly(expected));
      }
    }
  }

  @Test
  void sum_ofMillions_doesNotBlock() throws Exception {
    int length = 3_000_001;
    List<Float> ends =
        run(
            3,
            terms -> chunked(terms, Terms.CHUNK),
            ring -> {
              float[] own = new float[length];
              Arrays.fill(own, ring.rank() + 1);
              for (int round = 0; round < 3; round++) {
                ring.sum(own, 0, length);
              }
              return own[length - 1];
            });
    assertThat(ends).containsExactly(54f, 54f, 54f);
  }

  @Test
  void sum_ofAPart_leavesTheRest() throws Exception {
    float[] expected = expected(3, 50, 10, 31);
    List<float[]> sums =
        run(
            3,
            terms -> terms,
            ring -> {
              float[] own = numbers(ring.rank(), 50);
              ring.sum(own, 10, 31);
              return own;
            });
    assertThat(Arrays.copyOfRange(sums.get(0), 10, 31))
        .containsExactly(Arrays.copyOfRange(expected, 10, 31));
    assertThat(Arrays.copyOf(sums.get(1), 10)).containsExactly(Arrays.copyOf(numbers(1, 50), 10));
    assertThat(sums.get(2)[31]).isEqualTo(numbers(2, 50)[31]);
  }

  @Test
  void sum_ofDoubles_addsInTheOrderOfRanks() throws Exception {
    double[][] parts = {{1e16, 1}, {1, 2}, {-1e16, 3}, {1, 4}};
    List<double[]> sums =
        run(
            4,
            terms -> terms,
            ring -> {
              double[] own = parts[ring.rank()].clone();
              ring.sum(own);
              return own;
            });
    assertThat(sums).allSatisfy(sum -> assertThat(sum).containsExactly(1, 10)); // 1e16 + 1 is 1e16
  }

  @Test
  void sum_afterSum_keepsTheirOrder() throws Exception {
    List<Double> results =
        run(
            3,
            terms -> terms,
            ring -> {
              double total = 0;
              for (int i = 0; i < 200; i++) {
                float[] floats = {ring.rank(), i, 1};
                ring.sum(floats, 0, 3);
                floats[0] += 100; // after the sum the array is the caller's again
                double[] doubles = {floats[1]};
                ring.sum(doubles);
                total += doubles[0];
              }
              return total;
            });
    assertThat(results).containsOnly(199 * 200 / 2 * 9.0);
  }

  @Test
  void sum_ofOtherLengths_isRefused() {
    assertThatThrownBy(
            () ->
                run(
                    2,
                    terms -> terms,
                    ring -> {
                      ring.sum(new float[ring.rank() == 0 ? 4 : 6], 0, ring.rank() == 0 ? 4 : 6);
                      return 0;
                    }))
        .rootCause()
        .isInstanceOf(RingException.class)
        .hasMessage(
            "ring: worker 0 got floats 0 of sum 1 with 12 bytes from worker 1, expected floats 0 of sum 1 with 8 bytes; all workers must run the same version with the same network and settings");
  }

  @Test
  void sum_ofOtherKinds_isRefused() throws Exception {
    try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
      List<Future<Integer>> workers =
          start(
              2,
              terms -> terms,
              threads,
              ring -> {
                if (ring.rank() == 0) {
                  ring.sum(new double[2]);
                } else {
                  ring.sum(new float[8], 0, 8);
                }
                return 0;
              });
      assertThatThrownBy(() -> workers.get(0).get())
          .cause()
          .hasMessageContaining("got floats 0 of sum 1 with 16 bytes from worker 1")
          .hasMessageContaining("expected doubles 0 of sum 1 with 16 bytes");
    }
  }

  @Test
  void sum_peerEnded_isNoticedAtOnce() throws Exception {
    try (ExecutorService threads = Executors.newFixedThreadPool(3)) {
      long begin = System.nanoTime();
      List<Future<Integer>> workers =
          start(
              3,
              terms -> terms,
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
            .hasMessageStartingWith("ring: worker " + rank + " has lost the connection to worker ")
            .hasMessageEndingWith("which has ended; its own log says why");
      }
      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(15));
    }
  }

  private static RingException failure(Future<?> worker) throws InterruptedException {
    try {
      worker.get();
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof RingException lost) {
        return lost;
      }
      throw new AssertionError(failed);
    }
    throw new AssertionError("the worker has not failed");
  }

  /** A stranger with the secret who joins the ring and then says nothing stands for a hung process. */
  @Test
  void sum_peerSilent_onlyItsNeighbourBlamesIt() throws Exception {
    Duration silence = Duration.ofMillis(600);
    try (ExecutorService threads = Executors.newFixedThreadPool(3);
        ServerSocket hung = Sockets.open("localhost", 0);
        ServerSocket first = Sockets.open("localhost", 0);
        ServerSocket second = Sockets.open("localhost", 0)) {
      List<InetSocketAddress> addresses = new ArrayList<>();
      for (ServerSocket door : List.of(first, second, hung)) {
        addresses.add(new InetSocketAddress("localhost", door.getLocalPort()));
      }
      CountDownLatch end = new CountDownLatch(1);
      Future<?> stranger =
          threads.submit(
              () -> {
                try (Socket next = new Socket()) {
                  next.connect(addresses.get(0));
                  Handshake.call(next, Meeting.ROLE, 2, 0, SECRET);
                  try (Socket previous = hung.accept()) {
                    Handshake.answer(previous, Meeting.ROLE, 2, SECRET);
                    return end.await(30, TimeUnit.SECONDS);
                  }
                }
              });
      List<Future<?>> workers = new ArrayList<>();
      for (int rank = 0; rank < 2; rank++) {
        Terms terms = with(terms(rank, 3), silence, SECRET);
        ServerSocket door = rank == 0 ? first : second;
        workers.add(
            threads.submit(
                () -> {
                  try (Ring ring = Ring.join(door, addresses, terms)) {
                    float[] values = new float[1_000_000];
                    ring.sum(values, 0, values.length);
                  }
                }));
      }
      RingException blamed = failure(workers.get(0));
      assertThat(blamed.kind()).isEqualTo(RingException.Kind.SILENT);
      assertThat(blamed.peer()).isEqualTo(2);
      assertThat(blamed)
          .hasMessage(
              "ring: worker 0 has heard nothing from worker 2 for 0.6 s; it hangs, or its machine is gone");
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
            terms -> with(terms, Duration.ofMillis(300), SECRET),
            ring -> {
              if (ring.rank() == 1) {
                Thread.sleep(1_500); // five times the silence: a busy process is not a lost one
              }
              ring.sum(new float[10], 0, 10);
              return 0;
            });
    assertThat(results).hasSize(2);
  }

  @Test
  void sum_withoutPatience_saysThatThePeerIsAlive() throws Exception {
    try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
      List<Future<Integer>> workers =
          start(
              2,
              terms ->
                  new Terms(
                      terms.rank(),
                      2,
                      SECRET,
                      Duration.ofMillis(200),
                      Duration.ofMillis(700),
                      5,
                      () -> false),
              threads,
              ring -> {
                if (ring.rank() == 1) {
                  Thread.sleep(3_000);
                }
                ring.sum(new float[10], 0, 10);
                return 0;
              });
      assertThat(failure(workers.get(0)))
          .hasMessage(
              "ring: a sum has taken more than 0.7 s, worker 1 is alive but does not come to it; give more patience if its steps may take so long");
    }
  }

  @Test
  void sum_cancelled_ends() throws Exception {
    try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
      CountDownLatch waiting = new CountDownLatch(1);
      List<Future<Integer>> workers =
          start(
              2,
              terms ->
                  new Terms(
                      terms.rank(),
                      2,
                      SECRET,
                      terms.silence(),
                      terms.patience(),
                      5,
                      () -> terms.rank() == 0 && waiting.getCount() == 0),
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
      assertThat(cancelled).hasMessage("ring: worker 0 was told to end");
    }
  }

  @Test
  void join_withAnotherSecret_isRefused() throws Exception {
    Secret other = Secret.fresh();
    try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
      List<Future<Integer>> workers =
          start(
              2,
              terms ->
                  with(terms, Duration.ofMillis(900), terms.rank() == 0 ? SECRET : other),
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
                        "ring: localhost/127\\.0\\.0\\.1:\\d+, where worker [01] should be, does not know this job's secret; is another job using the port\\?");
              });
    }
  }

  @Test
  void join_strangersAtTheDoor_areSentAway() throws Exception {
    try (ExecutorService threads = Executors.newFixedThreadPool(3)) {
      List<ServerSocket> doors =
          List.of(Sockets.open("localhost", 0), Sockets.open("localhost", 0));
      List<InetSocketAddress> addresses =
          doors.stream()
              .map(door -> new InetSocketAddress("localhost", door.getLocalPort()))
              .toList();
      try (Socket noise = new Socket(InetAddress.getLoopbackAddress(), doors.get(0).getLocalPort())) {
        new DataOutputStream(noise.getOutputStream()).writeBytes("GET / HTTP/1.1\r\n\r\n");
        List<Future<Float>> workers = new ArrayList<>();
        for (int rank = 0; rank < 2; rank++) {
          int own = rank;
          workers.add(
              threads.submit(
                  () -> {
                    try (Ring ring = Ring.join(doors.get(own), addresses, terms(own, 2))) {
                      float[] one = {1};
                      ring.sum(one, 0, 1);
                      return one[0];
                    }
                  }));
        }
        assertThat(workers.get(0).get()).isEqualTo(2f);
        assertThat(workers.get(1).get()).isEqualTo(2f);
      }
    }
  }

  @Test
  void join_nobodyThere_saysWhoIsMissing() throws Exception {
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
            () -> Ring.join(door, addresses, with(terms(0, 2), Duration.ofMillis(500), SECRET)))
        .isInstanceOf(RingException.class)
        .hasMessageStartingWith("ring: worker 0 cannot reach worker 1 at localhost/127.0.0.1:")
        .hasMessageEndingWith("open the port between the executors, or train by averaging");
  }

  @Test
  void terms_outOfRange_areRefused() {
    assertThatThrownBy(() -> terms(2, 2))
        .hasMessage(
            "ring: worker 2 of 2 with messages of 5 floats: expects a rank from 0 to size - 1, and messages of at least 1");
    assertThatThrownBy(() -> with(terms(0, 2), Duration.ofHours(1), SECRET))
        .hasMessageStartingWith("ring: a silence of PT1H and a patience of PT1M");
    assertThatThrownBy(() -> Ring.join(Sockets.open("localhost", 0), List.of(), terms(0, 2)))
        .hasMessage("ring: 2 workers need an address each, got 0");
  }
}
