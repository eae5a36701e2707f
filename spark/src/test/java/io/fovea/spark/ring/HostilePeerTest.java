package io.fovea.spark.ring;

import static io.fovea.spark.ring.Rings.SECRET;
import static io.fovea.spark.ring.Rings.config;
import static io.fovea.spark.ring.Rings.failure;
import static io.fovea.spark.ring.Rings.with;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Peers that send a byte now and then, or what no worker sends, before and after the handshake. */
@Timeout(60)
@Execution(ExecutionMode.CONCURRENT) // beside the classes with a Spark context
class HostilePeerTest {
  private static final int SECOND = 1_000;

  /** What a caller with another job's secret sends: all of it, in 48 bytes. */
  private static byte[] hello() {
    return ByteBuffer.allocate(48).putInt(0x464f5652).putInt(3).putInt(1).putInt(0).array();
  }

  /** Sends a byte every {@code pause} milliseconds, until all are sent or the peer hangs up. */
  private static Thread drip(Socket socket, byte[] bytes, int pause) {
    return Thread.ofVirtual()
        .start(
            () -> {
              try {
                for (byte each : bytes) {
                  socket.getOutputStream().write(each);
                  Thread.sleep(pause);
                }
              } catch (IOException | InterruptedException hungUp) {
                // as it should
              }
            });
  }

  private static Socket connect(ServerSocket door) throws IOException {
    return new Socket("localhost", door.getLocalPort());
  }

  private interface Side {
    void shakeHands(Socket socket) throws IOException;
  }

  private static void assertEndsInTime(Side side) throws Exception {
    try (ServerSocket door = Sockets.open("localhost", 0);
        Socket dripping = connect(door);
        Socket own = door.accept()) {
      Thread drip = drip(dripping, hello(), 50);
      assertThatThrownBy(() -> side.shakeHands(own)).isInstanceOf(SocketTimeoutException.class);
      Sockets.close(own);
      drip.join();
    }
  }

  /** 48 bytes take 2.4 seconds; each comes long before the limit of 0.4. */
  @Test
  void handshake_byteByByte_endsAtItsDeadline() throws Exception {
    assertEndsInTime(socket -> Handshake.answer(socket, Rendezvous.ROLE, 0, SECRET, 400));
    assertEndsInTime(socket -> Handshake.call(socket, Rendezvous.ROLE, 1, 0, SECRET, 400));
  }

  /** A stranger who claims the host's own rank and sends back what the host sends. */
  @Test
  void handshake_proofSentBack_isRefused() throws Exception {
    try (ServerSocket door = Sockets.open("localhost", 0);
        Socket stranger = connect(door);
        Socket host = door.accept();
        ExecutorService threads = Executors.newFixedThreadPool(1)) {
      Future<?> answer =
          threads.submit(() -> Handshake.answer(host, Rendezvous.ROLE, 0, SECRET, 5 * SECOND));
      byte[] same = ByteBuffer.allocate(32).putInt(0x464f5652).putInt(3).array();
      stranger.getOutputStream().write(same);
      stranger.getInputStream().skipNBytes(16);
      stranger.getOutputStream().write(stranger.getInputStream().readNBytes(16));
      RingException refused = failure(answer);
      assertThat(refused.kind()).isEqualTo(RingException.Kind.FOREIGN);
      assertThat(refused).hasMessageEndingWith("it does not know this job's secret");
    }
  }

  @Test
  void handshake_done_leavesNoDeadline() throws Exception {
    try (ServerSocket door = Sockets.open("localhost", 0);
        Socket caller = connect(door);
        Socket host = door.accept()) {
      Thread calls =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      Handshake.call(caller, Rendezvous.ROLE, 1, 0, SECRET, 5 * SECOND);
                    } catch (IOException broken) {
                      throw new AssertionError(broken);
                    }
                  });
      assertThat(Handshake.answer(host, Rendezvous.ROLE, 0, SECRET, 5 * SECOND).peer())
          .isEqualTo(1);
      calls.join();
      assertThat(host.getSoTimeout()).isZero();
      assertThat(caller.getSoTimeout()).isZero();
    }
  }

  /**
   * Nine that say nothing, one that takes the door for a web server and one that drips take five
   * seconds each, were they greeted in turn.
   */
  @Test
  void join_strangersWhoTakeTheirTime_holdNobodyUp() throws Exception {
    List<Socket> strangers = new ArrayList<>();
    List<ServerSocket> doors = Rings.doors(2);
    try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
      for (int k = 0; k < 11; k++) {
        strangers.add(connect(doors.getFirst()));
      }
      drip(strangers.getLast(), hello(), 4_900);
      strangers.getFirst().getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(US_ASCII));
      long begin = System.nanoTime();
      List<Future<Float>> workers =
          Rings.start(
              doors,
              doors.stream().map(Rings::address).toList(),
              config -> config,
              threads,
              ring -> {
                float[] one = {1};
                ring.sum(one, 0, 1);
                return one[0];
              });
      assertThat(workers.get(0).get()).isEqualTo(2f);
      assertThat(workers.get(1).get()).isEqualTo(2f);
      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(4));
    } finally {
      strangers.forEach(Sockets::close);
    }
  }

  private interface Sending {
    void send(SealedConnection next) throws Exception;
  }

  /** Worker 0 of 2, whose neighbour has the secret and sends this instead of its part of a sum. */
  private static RingException sumWith(Duration patience, Sending sending) throws Exception {
    try (ServerSocket own = Sockets.open("localhost", 0);
        ServerSocket other = Sockets.open("localhost", 0);
        ExecutorService threads = Executors.newFixedThreadPool(2)) {
      List<InetSocketAddress> addresses = List.of(Rings.address(own), Rings.address(other));
      Duration most = Duration.ofSeconds(20); // for the handshakes, too
      Duration silence = patience.compareTo(most) < 0 ? patience : most;
      RingConfig usual = with(config(0, 2), silence, SECRET);
      RingConfig config =
          new RingConfig(0, 2, SECRET, usual.silence(), patience, usual.chunk(), usual.cancelled());
      Future<?> worker =
          threads.submit(
              () -> {
                try (Ring ring = Ring.join(own, addresses, config)) {
                  ring.sum(new float[2_000], 0, 2_000);
                }
              });
      try (Socket next = connect(own)) {
        SealedConnection known = Handshake.call(next, Rendezvous.ROLE, 1, 0, SECRET, 5 * SECOND);
        try (Socket previous = other.accept()) {
          Handshake.answer(previous, Rendezvous.ROLE, 1, SECRET, 5 * SECOND);
          try {
            sending.send(known);
          } catch (SocketException hungUp) {
            // the worker has had enough
          }
          return failure(worker);
        }
      }
    }
  }

  private static void send(SealedConnection next, byte[] message) throws IOException {
    OutputStream out = next.output();
    out.write(message);
    out.flush();
  }

  private static byte[] head(int kind, int sum, int index, int bytes) {
    return ByteBuffer.allocate(Frame.LENGTH)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(kind)
        .putInt(sum)
        .putInt(index)
        .putInt(bytes)
        .array();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1|1|0|2147483647|floats 0 of sum 1 with 2147483647 bytes",
        "1|1|0|-1|floats 0 of sum 1 with -1 bytes",
        "1|7|0|4000|floats 0 of sum 7 with 4000 bytes",
        "2|1|0|4000|doubles 0 of sum 1 with 4000 bytes",
        "1|1|3|4000|floats 3 of sum 1 with 4000 bytes",
        "3|0|0|16|alive 0 of sum 0 with 16 bytes",
        "1347375956|0|0|0|an unknown message"
      })
  void sum_damagedHead_isRefusedUnread(int kind, int sum, int index, int bytes, String got)
      throws Exception {
    RingException refused =
        sumWith(Duration.ofMinutes(1), next -> send(next, head(kind, sum, index, bytes)));
    assertThat(refused.kind()).isEqualTo(RingException.Kind.FOREIGN);
    assertThat(refused)
        .hasMessage(
            "ring: worker 0 got %s from worker 1, expected floats 0 of sum 1 with 4000 bytes; all workers must run the same version with the same network and settings"
                .formatted(got));
  }

  @Test
  void sum_messageCutShort_blamesTheNeighbour() throws Exception {
    RingException lost =
        sumWith(
            Duration.ofMinutes(1),
            next -> {
              send(next, head(1, 1, 0, 4_000));
              next.close();
            });
    assertThat(lost.kind()).isEqualTo(RingException.Kind.CLOSED);
    assertThat(lost)
        .hasMessage("ring: worker 0 lost the connection to worker 1, which has ended; see its log");
  }

  /** 4,000 bytes would take 200 seconds, and none of them is late. */
  @Test
  void sum_byteByByte_endsWithThePatience() throws Exception {
    RingException slow =
        sumWith(
            Duration.ofSeconds(3),
            next -> {
              OutputStream out = next.socket().getOutputStream();
              out.write(ByteBuffer.allocate(4).putInt(4_000).array());
              for (int k = 0; k < 100; k++) {
                out.write(0);
                Thread.sleep(50);
              }
            });
    assertThat(slow)
        .hasMessage(
            "ring: a sum took more than 3.0 s while worker 1, which is alive, did not join it; raise patience if its steps may take so long");
  }
}
