package io.fovea.serve;

import static java.util.stream.Collectors.joining;

import io.fovea.data.Images;
import io.fovea.data.base.DataException;
import io.fovea.dataset.Image;
import io.fovea.http.AccessLog;
import io.fovea.inference.CallListener;
import io.fovea.inference.Classifier;
import io.fovea.kernel.KernelCheck;
import io.fovea.kernel.KernelSet;
import io.fovea.network.Graph;
import io.fovea.network.Initializer;
import io.fovea.network.Network;
import io.fovea.network.Weights;
import io.fovea.network.Zoo;
import io.fovea.preprocessing.Preprocessing;
import io.fovea.serve.model.ModelSource;
import io.fovea.tensor.Shape;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A server of a small network, and raw connections to it. */
final class Served implements AutoCloseable {
  /** The beginning of a good answer about health; "degraded" where flags shorten vectors. */
  static final String HEALTHY =
      "{\"status\":\"%s\"".formatted(KernelCheck.now().problem().isEmpty() ? "ok" : "degraded");

  static final Limits LIMITS = new Limits(100_000, 8, Duration.ofSeconds(10), 1_000_000);

  final Network network;
  final Classifier classifier;
  final PredictionServer server;

  Served(Limits limits, String token) throws IOException {
    this(limits, token, AccessLog.none());
  }

  Served(Limits limits, String token, AccessLog accessLog) throws IOException {
    this(limits, token, accessLog, (images, nanoseconds) -> {});
  }

  Served(Limits limits, String token, AccessLog accessLog, CallListener listener)
      throws IOException {
    this.network = network(4);
    this.classifier = Classifier.of(network, 2, KernelSet.REFERENCE).withListener(listener);
    this.server =
        new PredictionServer(
            source(classifier),
            2,
            new ServerOptions(
                loopback(), token, limits, 8, Duration.ZERO, Duration.ZERO, accessLog));
    server.start();
  }

  static InetSocketAddress loopback() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  /** One model, called pets, that has been loaded already. */
  private static ModelSource source(Classifier classifier) {
    return new ModelSource() {
      @Override
      public Map<String, NavigableMap<Integer, List<Path>>> files() {
        return Map.of("pets", new TreeMap<>(Map.of(1, List.of(Path.of("pets.safetensors")))));
      }

      @Override
      public Classifier load(Path file) {
        return classifier;
      }

      @Override
      public long heapMegabytes() {
        return 77;
      }
    };
  }

  /** Random weights, own labels, standardised pixels, light pictures on dark ground. */
  static Network network(int seed) {
    Graph graph = Zoo.MLP.graph(Shape.of(1, 6, 5), 4);
    return Network.of(
        graph,
        Weights.initial(graph, Initializer.he(), seed),
        new Preprocessing(List.of(0.25), List.of(0.5), Preprocessing.Background.DARK),
        List.of("ant", "bee", "cat", "dog"));
  }

  /** A picture as the network wants it, dark at its edge. */
  static Image picture(int seed) {
    byte[] pixels = new byte[30];
    IntStream.range(0, 30).filter(i -> i % 5 == 2).forEach(i -> pixels[i] = (byte) (seed + 8 * i));
    return Image.of(1, 6, 5, pixels);
  }

  static byte[] png(int seed) throws DataException {
    return Images.png(picture(seed));
  }

  Socket connect() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
    socket.setSoTimeout(120_000);
    return socket;
  }

  String host() {
    return "127.0.0.1:" + server.port();
  }

  /** The head of a request, with its end. */
  String head(String line, String... headers) {
    return "%s HTTP/1.1\r\nHost: %s\r\n%s\r\n"
        .formatted(line, host(), Stream.of(headers).map(h -> h + "\r\n").collect(joining()));
  }

  /** What the server answers to these bytes until it closes, or for one answer. */
  String raw(byte[]... parts) throws IOException {
    try (Socket socket = connect()) {
      OutputStream out = socket.getOutputStream();
      for (byte[] part : parts) {
        out.write(part);
      }
      out.flush();
      return answer(socket);
    }
  }

  String raw(String text) throws IOException {
    return raw(latin(text));
  }

  static byte[] latin(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  String post(byte[] body, String... headers) throws IOException {
    List<String> all = new ArrayList<>(List.of(headers));
    all.add("Content-Length: " + body.length);
    return raw(latin(head("POST /predict", all.toArray(String[]::new))), body);
  }

  String get(String path) throws IOException {
    return raw(head("GET " + path));
  }

  /** The first answer on a connection: head and as much body as its length says. */
  static String answer(Socket socket) throws IOException {
    InputStream in = socket.getInputStream();
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    int wanted = Integer.MAX_VALUE;
    while (all.size() < wanted) {
      int next = in.read();
      if (next < 0) {
        break;
      }
      all.write(next);
      String text = all.toString(StandardCharsets.UTF_8);
      if (wanted == Integer.MAX_VALUE && text.endsWith("\r\n\r\n")) {
        String length = text.replaceAll("(?is).*content-length: *([0-9]+).*", "$1");
        wanted = all.size() + (length.matches("[0-9]+") ? Integer.parseInt(length) : 0);
      }
    }
    return all.toString(StandardCharsets.UTF_8);
  }

  static String body(String answer) {
    return answer.substring(answer.indexOf("\r\n\r\n") + 4);
  }

  static int status(String answer) {
    return answer.startsWith("HTTP/1.1 ") ? Integer.parseInt(answer.substring(9, 12)) : 0;
  }

  @Override
  public void close() {
    server.close();
    classifier.close();
  }
}
