package io.fovea.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.cli.FoveaProcess;
import io.fovea.format.Models;
import io.fovea.network.Initializer;
import io.fovea.network.Network;
import io.fovea.network.Zoo;
import io.fovea.tensor.Shape;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * Many clients with large bodies at once, all of which send first and read afterwards: each gets a
 * status, and /health is answered meanwhile.
 */
@Isolated
@Timeout(300)
class ServeLoadTest {
  /** A picture of as many bytes as a body may have, and a body that is too long. */
  private static final int SIDE = 1670;

  private static final int TOO_LONG = 9_000_000;

  @TempDir Path folder;

  private Path model() throws IOException {
    Path file = folder.resolve("model.safetensors");
    Models.write(Network.of(Zoo.POOLED.graph(Shape.of(1, 12, 12), 3), Initializer.he(), 1), file);
    return file;
  }

  private static byte[] bmp() throws IOException {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    ImageIO.write(new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_3BYTE_BGR), "bmp", file);
    assertThat(file.size()).isBetween(8_300_000, 8 << 20);
    return file.toByteArray();
  }

  /** The status of an answer; 0 where the connection was closed or reset without one. */
  private static int status(int port, String head, byte[] body) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(60_000);
      OutputStream out = socket.getOutputStream();
      out.write((head + "\r\nHost: localhost:" + port).getBytes(StandardCharsets.US_ASCII));
      String length = "\r\nContent-Length: " + body.length + "\r\n\r\n";
      out.write(length.getBytes(StandardCharsets.US_ASCII));
      out.write(body);
      byte[] line = socket.getInputStream().readNBytes(12);
      return line.length < 12
          ? 0
          : Integer.parseInt(new String(line, 9, 3, StandardCharsets.US_ASCII));
    } catch (IOException reset) {
      return 0;
    }
  }

  private record Outcome(Set<Integer> statuses, long slowestHealth) {}

  private static Outcome flood(int port, int clients) throws Exception {
    byte[] picture = bmp();
    byte[] tooLong = new byte[TOO_LONG];
    List<Long> times = new ArrayList<>();
    Set<Integer> statuses = new HashSet<>();
    try (ExecutorService senders = Executors.newFixedThreadPool(clients)) {
      List<Future<Integer>> answers = new ArrayList<>();
      for (int k = 0; k < clients; k++) {
        byte[] body = k % 5 == 4 ? tooLong : picture;
        answers.add(senders.submit(() -> status(port, "POST /predict HTTP/1.1", body)));
      }
      while (!answers.stream().allMatch(Future::isDone) || times.size() < 100) {
        long begin = System.nanoTime();
        assertThat(status(port, "GET /health HTTP/1.1", new byte[0])).isEqualTo(200);
        times.add(System.nanoTime() - begin);
        Thread.sleep(5);
      }
      for (Future<Integer> answer : answers) {
        statuses.add(answer.get());
      }
    }
    return new Outcome(statuses, Collections.max(times));
  }

  @Test
  @Tag("gate")
  void bodies_ofManyClientsBeyondTheHeap_areAllAnswered() throws Exception {
    List<String> options = List.of("-Xmx256m", "-XX:+UseSerialGC", "-Xmn48m");
    Path log = folder.resolve("log");
    try (FoveaProcess.Server server = FoveaProcess.serve(options, log, "serve %s", model())) {
      int port = server.port();
      status(port, "POST /predict HTTP/1.1", bmp()); // what is done for the first time takes longer
      Outcome outcome = flood(port, 50);
      assertThat(outcome.statuses()).isSubsetOf(200, 413, 503).contains(200, 413);
      assertThat(outcome.slowestHealth()).isLessThan(2_000_000_000L);
      assertThat(log).content().doesNotContain("OutOfMemoryError", "internal");
    }
  }
}
