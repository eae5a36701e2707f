package io.fovea.studio;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.data.Idx;
import io.fovea.dataset.Dataset;
import io.fovea.file.AtomicFile;
import io.fovea.network.Initializer;
import io.fovea.network.Network;
import io.fovea.network.Zoo;
import io.fovea.tensor.Shape;
import io.fovea.train.Trainer;
import io.fovea.transfer.Backbone;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A studio over a folder of its own, and raw requests to it. */
final class Opened implements AutoCloseable {
  private static final Path GOLDEN = Path.of("../core/src/test/resources/golden");

  private static final TrainerProcess NONE = (arguments, log) -> new ProcessBuilder("true").start();
  private static final Duration LONG = Duration.ofSeconds(30);

  final Path folder;
  final Studio studio;
  final int port;

  Opened(Path folder) throws IOException {
    this(folder, "", NONE);
  }

  /** One that gives each request so much time. */
  Opened(Path folder, Duration timeout) throws IOException {
    this(folder, "", NONE, timeout, null);
  }

  Opened(Path folder, @Nullable Path dataDir) throws IOException {
    this(folder, "", NONE, LONG, dataDir);
  }

  Opened(Path folder, String token, TrainerProcess trainer) throws IOException {
    this(folder, token, trainer, LONG, null);
  }

  private Opened(
      Path folder, String token, TrainerProcess trainer, Duration timeout, @Nullable Path dataDir)
      throws IOException {
    this(folder, token, trainer, timeout, dataDir, Opened::untrained);
  }

  /** One that sorts photos by another network. */
  Opened(Path folder, Callable<Backbone> weights) throws IOException {
    this(folder, "", NONE, LONG, null, weights);
  }

  private Opened(
      Path folder,
      String token,
      TrainerProcess trainer,
      Duration timeout,
      @Nullable Path dataDir,
      Callable<Backbone> weights)
      throws IOException {
    this.folder = folder;
    this.studio =
        Studio.start(
            new StudioOptions(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                token,
                folder.resolve("runs"),
                Optional.empty(),
                Optional.ofNullable(dataDir),
                List.of(digits(folder.resolve("digits"))),
                Map.of(),
                withFields(trainer)),
            timeout,
            weights);
    this.port = URI.create(studio.url()).getPort();
  }

  static Backbone untrained() {
    return Backbone.of(Network.of(Zoo.RESNET8.graph(Shape.of(1, 28, 28), 10), Initializer.he(), 1));
  }

  /** The same with fields for the flags that tests set. */
  private static TrainerProcess withFields(TrainerProcess trainer) {
    return new TrainerProcess() {
      @Override
      public Process start(List<String> arguments, Path log) throws IOException {
        return trainer.start(arguments, log);
      }

      @Override
      public Process replay(List<String> arguments, Path results, Path log) throws IOException {
        return trainer.replay(arguments, results, log);
      }

      @Override
      public Map<String, String> resolved(Map<String, String> given) throws IOException {
        return trainer.resolved(given);
      }

      @Override
      public Trainer trainer(Map<String, String> flags, Network network) {
        return trainer.trainer(flags, network);
      }

      @Override
      public List<FormField> fields() {
        String names =
            "recipe model pretrained epochs batch lr optimizer momentum limit image-size loss label-smoothing";
        return Stream.of(names.split(" ", -1))
            .map(
                name ->
                    new FormField(
                        name, "main", name, "", "", List.of(), OptionalInt.empty(), false))
            .toList();
      }
    };
  }

  /** 60 real digits to learn from, 20 to test on. */
  private static Path digits(Path folder) throws IOException {
    Files.createDirectories(folder);
    Dataset all =
        Idx.read(
            GOLDEN.resolve("train-images-idx3-ubyte"), GOLDEN.resolve("train-labels-idx1-ubyte"));
    int[] rest = new int[20];
    java.util.Arrays.setAll(rest, i -> 500 + i);
    Idx.write(
        all.first(60),
        folder.resolve("train-images-idx3-ubyte"),
        folder.resolve("train-labels-idx1-ubyte"));
    Idx.write(
        all.select(rest, "test"),
        folder.resolve("t10k-images-idx3-ubyte"),
        folder.resolve("t10k-labels-idx1-ubyte"));
    return folder;
  }

  /** The label of one of the digits, counted as the file has them. */
  int label(int index) throws IOException {
    return Idx.read(
            GOLDEN.resolve("train-images-idx3-ubyte"), GOLDEN.resolve("train-labels-idx1-ubyte"))
        .label(index);
  }

  String host() {
    return "127.0.0.1:" + port;
  }

  /** The whole answer to a request of these lines; Host is added. */
  String ask(String first, String... headers) throws IOException {
    return raw(first, "Host: " + host(), new byte[0], headers);
  }

  String get(String path) throws IOException {
    return ask("GET " + path + " HTTP/1.1");
  }

  /** Requires this status and these parts of an answer. */
  static void requires(String answer, int status, String... parts) {
    assertThat(status(answer)).as(answer).isEqualTo(status);
    assertThat(answer).contains(parts);
  }

  /** A POST as the studio's own page sends it. */
  String post(String path, String body) throws IOException {
    return post(path, body.getBytes(StandardCharsets.UTF_8));
  }

  /** The same, of bytes. */
  String post(String path, byte[] body) throws IOException {
    return raw(
        "POST " + path + " HTTP/1.1",
        "Host: " + host(),
        body,
        "Origin: http://" + host(),
        "Content-Length: " + body.length);
  }

  String raw(String first, String host, byte[] body, String... headers) throws IOException {
    try (Socket socket = connect()) {
      String head =
          first + "\r\n" + host + "\r\nConnection: close\r\n" + String.join("\r\n", headers);
      String end = headers.length == 0 ? "\r\n" : "\r\n\r\n";
      socket.getOutputStream().write((head + end).getBytes(StandardCharsets.UTF_8));
      socket.getOutputStream().write(body);
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  Socket connect() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(20_000);
    return socket;
  }

  static int status(String answer) {
    return Integer.parseInt(answer.substring(9, 12));
  }

  /** A run folder that looks as train leaves it. */
  Path run(String name, String... metrics) throws IOException {
    Path run = folder.resolve("runs").resolve(name);
    AtomicFile.write(
        run.resolve("config.json"),
        "{\"data\":\"digits\",\"flags\":{\"model\":\"pooled\",\"epochs\":\"2\"}}");
    Files.writeString(run.resolve("metrics.jsonl"), String.join("", metrics));
    return run;
  }

  @Override
  public void close() {
    studio.close();
  }
}
