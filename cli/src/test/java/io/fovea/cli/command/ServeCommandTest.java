package io.fovea.cli.command;

import static io.fovea.cli.CommandRun.fovea;
import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.cli.CommandRun;
import io.fovea.cli.FoveaProcess;
import io.fovea.data.Images;
import io.fovea.dataset.Image;
import io.fovea.format.Models;
import io.fovea.network.Initializer;
import io.fovea.network.Network;
import io.fovea.network.Zoo;
import io.fovea.tensor.Shape;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The command as a process: what it prints, and how it stops. */
@Isolated
@Timeout(300)
class ServeCommandTest {
  @TempDir Path folder;

  private Path model() throws IOException {
    Path file = folder.resolve("model.safetensors");
    Models.write(Network.of(Zoo.POOLED.graph(Shape.of(1, 12, 12), 3), Initializer.he(), 1), file);
    return file;
  }

  private FoveaProcess.Server start(Path model, String flags) throws IOException {
    return FoveaProcess.serve(
        List.of("-Xmx256m"), folder.resolve("log"), "serve %s" + flags, model);
  }

  private static byte[] picture() throws IOException {
    return Images.png(Image.of(1, 12, 12, new byte[144]));
  }

  private static Socket ask(int port, byte[] body) throws IOException {
    return ask(port, body, body.length);
  }

  /** Announces a length and sends the beginning of a body. */
  private static Socket ask(int port, byte[] body, int length) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(30_000);
    OutputStream out = socket.getOutputStream();
    String head =
        "POST /predict HTTP/1.1\r\nHost: localhost:%d\r\nConnection: close\r\nContent-Length: %d\r\n\r\n"
            .formatted(port, length);
    out.write(head.getBytes(StandardCharsets.UTF_8));
    out.write(body);
    return socket;
  }

  private static String answer(Socket socket) throws IOException {
    try (socket) {
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  @Tag("gate")
  void terminate_whileARequestIsOnItsWay_answersItAndEndsWith0() throws Exception {
    byte[] png = picture();
    try (FoveaProcess.Server server = start(model(), " --max-batch 8 --max-delay 1.5")) {
      Process process = server.process();
      int port = server.port();
      assertThat(answer(ask(port, png))).startsWith("HTTP/1.1 200 ").contains("\"label\":\"");
      int half = png.length / 2;
      try (Socket waiting = ask(port, Arrays.copyOf(png, half), png.length)) {
        Thread.sleep(300);
        process.destroy(); // SIGTERM
        Thread.sleep(300);
        assertThat(process.isAlive()).isTrue();
        waiting.getOutputStream().write(png, half, png.length - half);
        assertThat(answer(waiting)).startsWith("HTTP/1.1 200 ");
      }
      assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isZero();
      assertThat(Files.readString(folder.resolve("log")))
          .contains("stopping: finishing the requests in flight", "stopped");
    }
  }

  private static String get(int port, String path) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(30_000);
    String head =
        "GET %s HTTP/1.1\r\nHost: localhost:%d\r\nConnection: close\r\nX-Request-Id: own-1\r\n\r\n"
            .formatted(path, port);
    socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
    return answer(socket);
  }

  @Test
  @Tag("gate")
  void folder_withAccessLog_servesNewModelsAndWritesLines() throws Exception {
    Path models = folder.resolve("models");
    Path first = models.resolve("digits/1/model.safetensors");
    Files.createDirectories(first.getParent());
    Files.copy(model(), first);
    Path log = folder.resolve("access.log");
    try (FoveaProcess.Server server = start(models, " --access-log " + log)) {
      Process process = server.process();
      int port = server.port();
      assertThat(get(port, "/v2/models/digits")).startsWith("HTTP/1.1 200 ");
      assertThat(get(port, "/v2/models/other")).startsWith("HTTP/1.1 404 ");
      Files.copy(model(), models.resolve("other.safetensors"));
      while (!get(port, "/v2/models/other/ready").startsWith("HTTP/1.1 200 ")) {
        Thread.sleep(100);
      }
      assertThat(get(port, "/models")).contains("\"digits\"", "\"other\"");
      process.destroy();
      assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isZero();
      assertThat(Files.readString(folder.resolve("log")))
          .contains("serving digits version 1 of " + models)
          .contains("model other version 1: loaded " + models.resolve("other.safetensors"));
      assertThat(Files.readAllLines(log).getFirst())
          .matches(
              "\\{\"time\":\"[0-9T:.-]+Z\",\"method\":\"GET\",\"path\":\"/v2/models/digits\",\"status\":200,\"bytes\":[0-9]+,\"micros\":[0-9]+,\"requestId\":\"own-1\"}");
    }
  }

  @Test
  void folder_withoutModels_isRefused() throws IOException {
    Path empty = Files.createDirectories(folder.resolve("empty"));
    fovea("serve %s --port 0", empty)
        .refused(
            1,
            "serve: the folder %s has no model; it must contain a run folder, NAME.safetensors, NAME.onnx or NAME/VERSION/model.safetensors"
                .formatted(empty));
  }

  @Test
  void accessLog_thatCannotBeWritten_isRefused() throws IOException {
    CommandRun run = fovea("serve %s --port 0 --access-log %s", model(), folder);
    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.lastError())
        .startsWith("fovea: serve: cannot write the access log " + folder)
        .endsWith("; give another --access-log");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --port 70000   | --port: expects a whole number from 0 to 65535, got 70000
          --threads 0    | --threads: expects a whole number from 1 to 1024, got "0"
          --max-bytes 0  | --max-bytes: expects a whole number from 1 to 1073741824, got 0
          --timeout 0    | --timeout: expects seconds above 0 and up to 3600, got 0.0
          --host 0.0.0.0 | --host: 0.0.0.0 can be reached from other machines, so a token is needed; give one, or listen on 127.0.0.1
          --token caf\u00e9 | --token: expects visible ASCII characters without spaces, since others cannot be sent; choose another one
          --host 0.0.0.0 --token caf\u00e9 | --token: expects visible ASCII characters without spaces, since others cannot be sent; choose another one
          --reload yes   | --reload: expects on or off, got "yes"
          --max-batch 0  | --max-batch: expects a whole number from 1 to 256, got 0
          """)
  void flags_wrong_areRefused(String flags, String error) throws IOException {
    fovea("serve %s " + flags, model()).refused(2, error + "; see fovea serve --help");
  }

  @Test
  void maxBytes_ofMoreThanAQuarterOfTheHeap_isRefused() throws IOException {
    CommandRun run = fovea("serve %s --port 0 --max-bytes 1073741824", model());
    assertThat(run.exit()).isEqualTo(2);
    assertThat(run.lastError())
        .matches(
            "fovea: --max-bytes: expects at most [0-9]+, a quarter of the heap, got 1073741824; lower it, or give a larger heap: -Xmx2g, for the command line in FOVEA_JAVA_OPTS; see fovea serve --help");
  }

  @Test
  void port_taken_errorNamesThePort() throws IOException {
    try (var taken = new java.net.ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      CommandRun run = fovea("serve %s --port %s", model(), taken.getLocalPort());
      assertThat(run.exit()).isEqualTo(1);
      assertThat(run.lastError())
          .startsWith("fovea: serve: cannot listen on 127.0.0.1 port " + taken.getLocalPort())
          .endsWith("choose another port, or 0 for any free one");
    }
  }
}
