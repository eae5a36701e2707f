package io.fovea.cli.serve;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.fovea.http.Bodies;
import io.fovea.http.Computing;
import io.fovea.http.Guard;
import io.fovea.http.Refusal;
import io.fovea.http.ServerSettings;
import io.fovea.http.Watchdog;
import io.fovea.inference.BatchingClassifier;
import io.fovea.inference.Classifier;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Semaphore;
import tools.jackson.databind.json.JsonMapper;

/**
 * Predictions over HTTP/1.1: {@code POST /predict}, {@code GET /health}, {@code GET /metrics}. Each
 * request runs on a virtual thread; what takes long to decode goes to platform threads, so that
 * whoever asks for little is answered at once. What a stranger can make it hold or do is bounded by
 * {@link Limits}. The choice of the server is decision 13.
 */
public final class PredictionServer implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(PredictionServer.class.getName());
  private static final Set<String> PATHS = Set.of("/predict", "/health", "/metrics");

  /** In the metrics: cut, or the client went away. */
  private static final int UNANSWERED = 499;

  private static final JsonMapper JSON = JsonMapper.builder().build();

  static {
    ServerSettings.apply();
  }

  private final Classifier classifier;
  private final BatchingClassifier batching;
  private final Limits limits;
  private final Guard guard;
  private final Metrics metrics = new Metrics();
  private final Watchdog watchdog;
  private final Bodies bodies;
  private final Semaphore predicting;
  private final Computing reading;
  private final Predictions predictions;
  private final HttpServer server;
  private volatile boolean stopping;
  private volatile boolean cutAtTheEnd; // whether a request was that came before the end

  /** What is sent back. */
  private record Reply(int status, String type, String body) {
    static Reply json(int status, Object value) {
      return new Reply(status, "application/json", JSON.writeValueAsString(value));
    }

    static Reply refusal(int status, String reason) {
      return json(status, Map.of("error", reason));
    }
  }

  private PredictionServer(
      Classifier classifier,
      InetSocketAddress address,
      String token,
      Limits limits,
      int maxBatch,
      Duration maxDelay)
      throws IOException {
    this.classifier = classifier;
    this.reading = new Computing("predict", classifier.threads(), limits.maxConcurrent());
    this.batching = classifier.batching(maxBatch, maxDelay, metrics::batch);
    this.limits = limits;
    this.guard = new Guard(token, address.getAddress().isLoopbackAddress());
    this.watchdog = new Watchdog(limits.timeout());
    this.bodies =
        new Bodies("predict", limits.maxBytes(), (long) limits.maxBytes() * limits.maxConcurrent());
    this.predicting = new Semaphore(limits.maxConcurrent());
    this.predictions = new Predictions(classifier, batching, reading, limits.maxPixels());
    this.server = HttpServer.create(address, 1024);
    server.setExecutor(watchdog);
    server.createContext("/", this::handle);
  }

  /**
   * A server that has its port; {@link #start} makes it answer.
   *
   * @param classifier answers; stays open when the server is closed
   * @param address where to listen; port 0 lets the system choose
   * @param token the secret that clients must send; empty where none is wanted
   * @param maxBatch images computed together at most
   * @param maxDelay how long an image waits for others at most
   * @throws IllegalArgumentException if the address is no loopback one and there is no token
   * @throws IOException if nothing can listen there
   */
  public static PredictionServer of(
      Classifier classifier,
      InetSocketAddress address,
      String token,
      Limits limits,
      int maxBatch,
      Duration maxDelay)
      throws IOException {
    if (token.isEmpty() && !address.getAddress().isLoopbackAddress()) {
      throw new IllegalArgumentException(
          "--host: %s can be reached from other machines, so --token is needed; give one, or leave --host out"
              .formatted(address.getHostString()));
    }
    return new PredictionServer(classifier, address, token, limits, maxBatch, maxDelay);
  }

  /** Answers from now on; who has connected before has waited. */
  public void start() {
    server.start();
  }

  /** The port that the server listens on. */
  public int port() {
    return server.getAddress().getPort();
  }

  private void handle(HttpExchange exchange) throws IOException {
    long begin = System.nanoTime();
    String path = exchange.getRequestURI().getRawPath();
    String known = path != null && PATHS.contains(path) ? path : "other";
    int status = UNANSWERED;
    metrics.begin();
    try (exchange) {
      Reply reply = reply(exchange, known);
      send(exchange, reply);
      status = reply.status();
      Watchdog.answered();
    } finally {
      if (stopping && status == UNANSWERED && Watchdog.isCut()) {
        cutAtTheEnd = true;
      }
      metrics.end(known, status, (System.nanoTime() - begin) * 1e-9);
    }
  }

  private Reply reply(HttpExchange exchange, String path) throws IOException {
    try {
      guard.admit(exchange, path.equals("/health"));
      requireMethod(exchange, path);
      if (stopping) {
        throw new Refusal(503, "serve: the server is stopping; ask another one");
      }
      return switch (path) {
        case "/predict" -> predict(exchange);
        case "/health" -> Reply.json(200, Map.of("status", "ok"));
        case "/metrics" ->
            new Reply(
                200, "text/plain; version=0.0.4; charset=utf-8", metrics.text(watchdog.cuts()));
        default ->
            throw new Refusal(
                404, "serve: there are POST /predict, GET /health and GET /metrics only");
      };
    } catch (Refusal refused) {
      return Reply.refusal(refused.status(), refused.reason());
    } catch (CancellationException | InterruptedException late) {
      throw new IOException("out of time", late); // which closes the connection
    } catch (OutOfMemoryError full) {
      return Reply.refusal(503, "serve: out of memory; send smaller pictures, or try again later");
    } catch (RuntimeException mistake) {
      LOG.log(System.Logger.Level.ERROR, "serve: internal error, please report it", mistake);
      return Reply.refusal(500, "serve: internal error; the server's log has it");
    }
  }

  private static void requireMethod(HttpExchange exchange, String path) {
    String allowed = path.equals("/predict") ? "POST" : "GET";
    if (!path.equals("other") && !exchange.getRequestMethod().equals(allowed)) {
      exchange.getResponseHeaders().set("Allow", allowed);
      throw new Refusal(405, "serve: " + path + " takes " + allowed + " only");
    }
  }

  private Reply predict(HttpExchange exchange) throws IOException, InterruptedException {
    int top = Query.top(exchange.getRequestURI().getRawQuery(), classifier.labels().size());
    try (Bodies.Body body = bodies.read(exchange)) {
      if (!predicting.tryAcquire()) {
        throw new Refusal(503, "predict: too many requests at once; try again later");
      }
      try {
        Predictions.Answered answered = predictions.of(body.bytes());
        return answered.several()
            ? reading.call(() -> reply(answered, top)) // up to 256 times as long as for one
            : reply(answered, top);
      } finally {
        predicting.release();
      }
    }
  }

  private static Reply reply(Predictions.Answered answered, int top) {
    List<Map<String, Object>> all =
        answered.all().stream()
            .map(answer -> top > 0 ? PredictionJson.top(answer, top) : PredictionJson.of(answer))
            .toList();
    answered.doubt().ifPresent(text -> all.getFirst().put(PredictionJson.DOUBT, text));
    return Reply.json(200, answered.several() ? all : all.getFirst());
  }

  private void send(HttpExchange exchange, Reply reply) throws IOException {
    var headers = exchange.getResponseHeaders();
    headers.set("Content-Type", reply.type());
    headers.set("Cache-Control", "no-store");
    headers.set("X-Content-Type-Options", "nosniff");
    switch (reply.status()) {
      case 401 -> headers.set("WWW-Authenticate", "Bearer");
      case 503 -> headers.set("Retry-After", "1");
      default -> {}
    }
    if (reply.status() != 200 || stopping) {
      headers.set("Connection", "close"); // the rest of the body may still be on its way
    }
    boolean head = exchange.getRequestMethod().equals("HEAD");
    byte[] body = reply.body().getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(reply.status(), head ? -1 : body.length);
    if (!head) {
      try (OutputStream out = exchange.getResponseBody()) {
        out.write(body);
        out.flush();
        Watchdog.answered();
      }
    }
  }

  /**
   * Stops: requests in flight are answered, others refused, then nobody listens any more.
   *
   * @return false if some were still unanswered when their time was over: cut while the server was
   *     stopping, or computed to this moment; those whose clients went away do not count
   */
  public boolean stop() {
    stopping = true;
    batching.close();
    long end = System.nanoTime() + limits.timeout().toNanos() + 1_000_000_000L;
    boolean interrupted = false;
    while (metrics.inFlight() > 0 && System.nanoTime() - end < 0 && !interrupted) {
      try {
        Thread.sleep(5);
      } catch (InterruptedException impatient) {
        interrupted = true;
      }
    }
    boolean done = metrics.inFlight() == 0 && !cutAtTheEnd;
    server.stop(0);
    watchdog.close();
    reading.close();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return done;
  }

  @Override
  public void close() {
    stop();
  }
}
