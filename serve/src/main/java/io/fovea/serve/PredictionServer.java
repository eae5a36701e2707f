package io.fovea.serve;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.fovea.http.AccessControl;
import io.fovea.http.AccessLog;
import io.fovea.http.ComputePool;
import io.fovea.http.HttpError;
import io.fovea.http.RequestContext;
import io.fovea.http.Router;
import io.fovea.http.ServerSettings;
import io.fovea.http.Watchdog;
import io.fovea.kernel.KernelCheck;
import io.fovea.network.Network;
import io.fovea.serve.model.ModelRepository;
import io.fovea.serve.model.ModelSource;
import io.fovea.serve.predict.PictureDecoder;
import io.fovea.serve.predict.PredictApi;
import io.fovea.serve.predict.Predictions;
import io.fovea.serve.v2.InferenceApi;
import io.fovea.serve.web.Admission;
import io.fovea.serve.web.Endpoint;
import io.fovea.serve.web.HttpReply;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;

/**
 * Predictions over HTTP/1.1, in Fovea's own protocol ({@code POST /predict}) and in the Open
 * Inference Protocol ({@code /v2}). Each request runs on a virtual thread; long decoding runs on
 * platform threads, so that it does not delay small requests. {@link Limits} bounds the memory and
 * the work of any client. The choice of the server is decision 13. A program starts one like this:
 *
 * <pre>{@code
 * try (PredictionServer server = PredictionServer.of("digits", network).port(8080).start()) {
 *   ...
 * }
 * }</pre>
 */
public final class PredictionServer implements AutoCloseable {
  /** The version of Fovea, which {@code GET /v2} states. */
  public static final String VERSION = "0.1.0";

  private static final System.Logger LOG = System.getLogger(PredictionServer.class.getName());

  /** The status in the metrics for a cut connection or a client that closed it. */
  private static final int UNANSWERED = 499;

  static {
    ServerSettings.apply();
  }

  private final ServerOptions options;
  private final ModelSource source;
  private final AccessControl guard;
  private final Metrics metrics = new Metrics();
  private final Watchdog watchdog;
  private final ComputePool reading;
  private final Admission admission;
  private final ModelRepository repository;
  private final Router<Endpoint> router = new Router<>("serve");
  private final HttpServer server;
  private volatile boolean stopping;
  private volatile boolean cutAtTheEnd; // whether stop() cut an earlier request

  /**
   * A server of the models of a path, as {@code fovea serve} takes it: a {@code .safetensors} or
   * {@code .onnx} file or a run folder, called by its name, or a folder of several.
   */
  public static ServerBuilder of(Path models) {
    return new ServerBuilder(models);
  }

  /**
   * A server of one network, as it is when the server starts.
   *
   * @param name the model's name in addresses, of letters, digits, {@code . _ -}
   * @throws IllegalArgumentException if it is not such a name
   */
  public static ServerBuilder of(String name, Network network) {
    return new ServerBuilder(name, network);
  }

  /**
   * A server with its port open; {@link #start} begins to handle requests.
   *
   * @param source the models
   * @param threads the number of threads that decode large pictures
   * @throws IOException if it cannot listen there
   */
  PredictionServer(ModelSource source, int threads, ServerOptions options) throws IOException {
    this.options = options;
    this.source = source;
    Limits limits = options.limits();
    this.reading = new ComputePool("predict", threads, limits.maxConcurrent());
    this.guard =
        new AccessControl(options.token(), options.address().getAddress().isLoopbackAddress());
    this.admission = new Admission(limits.maxBytes(), limits.maxConcurrent());
    this.repository =
        new ModelRepository(
            source,
            classifier ->
                classifier.batching(options.maxBatch(), options.maxDelay(), metrics::batch));
    endpoints().forEach(this::register);
    this.server = HttpServer.create(options.address(), 1024);
    this.watchdog = new Watchdog(limits.timeout()); // a thread, which a taken port would leave
    server.setExecutor(watchdog);
    server.createContext("/", this::handle);
  }

  private void register(Endpoint endpoint) {
    router.add(endpoint.method(), endpoint.path(), endpoint);
    if (endpoint.method().equals("GET")) {
      router.add("HEAD", endpoint.path(), endpoint); // load balancers ask by it
    }
  }

  List<Endpoint> endpoints() {
    PictureDecoder pictures = PictureDecoder.of(options.limits().maxPixels());
    Predictions predictions = new Predictions(pictures, reading);
    List<Endpoint> all = new ArrayList<>();
    all.addAll(new PredictApi(repository, admission, predictions).endpoints());
    all.addAll(new InferenceApi(repository, admission, pictures, reading, VERSION).endpoints());
    all.add(
        Endpoint.get(
                "/health",
                "Whether the server responds, and as fast as this machine allows",
                "health",
                (exchange, segments) ->
                    HttpReply.json(200, health(KernelCheck.now(), repository.isCurrent())))
            .open());
    all.add(
        new Endpoint(
            "GET",
            "/metrics",
            false,
            "Metrics in Prometheus' format",
            List.of(),
            Map.of(),
            Map.of("text/plain", "metrics"),
            (exchange, segments) ->
                HttpReply.text(
                    "text/plain; version=0.0.4; charset=utf-8",
                    metrics.text(watchdog.cuts(), repository.versions()))));
    boolean hasToken = !options.token().isEmpty();
    all.add(
        Endpoint.get(
            "/openapi.json",
            "This document",
            "openapi",
            (exchange, segments) -> HttpReply.json(200, OpenApi.document(all, hasToken))));
    return all;
  }

  /**
   * Status ok, or degraded with the problem of the kernels and its cure. Open to all, so without
   * the reasons of reloads, which name files.
   */
  static Map<String, String> health(KernelCheck kernels, boolean isCurrent) {
    Map<String, String> health = new LinkedHashMap<>();
    health.put("status", kernels.problem().isEmpty() ? "ok" : "degraded");
    if (!kernels.problem().isEmpty()) {
      health.put("problem", kernels.problem());
      health.put("cure", kernels.cure());
    }
    if (!isCurrent) {
      health.put("reload", "a model's present file is not in use; GET /models has the reason");
    }
    return health;
  }

  /**
   * Loads the models and begins to handle requests; earlier connections have waited.
   *
   * @throws IOException if a model cannot be read
   */
  void start() throws IOException {
    try {
      repository.load();
    } catch (Throwable failure) {
      stopping = true;
      server.start(); // stop() frees the port of a running server only
      throw failure;
    }
    server.start();
    if (options.poll().isPositive()) {
      repository.watch(options.poll());
    }
  }

  /** The port that the server listens on. */
  public int port() {
    return server.getAddress().getPort();
  }

  /** The address that it listens on, such as {@code http://127.0.0.1:8080}. */
  public String url() {
    return ServerSettings.url(server.getAddress());
  }

  /** The models' names and versions, in the form {@code NAME version V}. */
  public List<String> models() {
    return repository.versions().stream()
        .map(each -> each.name() + " version " + each.version())
        .toList();
  }

  private void handle(HttpExchange exchange) throws IOException {
    long begin = System.nanoTime();
    Instant time = Instant.now();
    RequestContext context = RequestContext.of(exchange.getRequestHeaders());
    String path = String.valueOf(exchange.getRequestURI().getRawPath());
    Optional<Router.Address<Endpoint>> address = router.find(path);
    int status = UNANSWERED;
    int bytes = 0;
    metrics.begin();
    try (exchange) {
      try {
        HttpReply reply = reply(exchange, address);
        send(exchange, reply, context);
        status = reply.status();
        bytes = isHead(exchange) ? 0 : reply.body().length;
        Watchdog.answered();
      } finally {
        if (stopping && Watchdog.isCut()) {
          cutAtTheEnd = true;
        }
        long nanos = System.nanoTime() - begin;
        try {
          String method = exchange.getRequestMethod();
          options
              .accessLog()
              .write(new AccessLog.Entry(time, method, path, status, bytes, nanos / 1000, context));
        } finally {
          metrics.end(address.map(Router.Address::pattern).orElse("other"), status, nanos * 1e-9);
        }
      }
      if (status != 200) {
        admission.drain(exchange);
      }
    }
  }

  private HttpReply reply(HttpExchange exchange, Optional<Router.Address<Endpoint>> address)
      throws IOException {
    try {
      guard.admit(
          exchange,
          address.isPresent()
              && address.get().matches().values().stream()
                  .allMatch(match -> match.handler().isOpen()));
      if (address.isEmpty()) {
        throw new HttpError(404, "serve: unknown path; GET /openapi.json lists all paths");
      }
      Router.Match<Endpoint> match = address.get().match(exchange.getRequestMethod());
      Endpoint endpoint = match.handler();
      if (stopping && !endpoint.path().equals(InferenceApi.LIVE)) {
        throw new HttpError(503, "serve: the server is stopping; use another one");
      }
      return endpoint.handler().answer(exchange, match.segments());
    } catch (HttpError refused) {
      refused.setHeaders(exchange.getResponseHeaders());
      return HttpReply.refusal(refused.status(), refused.reason());
    } catch (CancellationException | InterruptedException late) {
      Thread.interrupted(); // otherwise a write would close the connection
      return HttpReply.refusal(
          503,
          "serve: timed out after %s s; try again later"
              .formatted(options.limits().timeout().toMillis() / 1000.0));
    } catch (OutOfMemoryError full) {
      return HttpReply.refusal(
          503,
          "serve: out of memory: the heap has at most %d MB, the models alone need %d; send smaller pictures, try again later, or start the server with a larger -Xmx"
              .formatted(Runtime.getRuntime().maxMemory() >> 20, source.heapMegabytes()));
    } catch (RuntimeException mistake) {
      HttpError refused = HttpError.ofBug("serve", LOG, mistake);
      return HttpReply.refusal(refused.status(), refused.reason());
    }
  }

  private void send(HttpExchange exchange, HttpReply reply, RequestContext context)
      throws IOException {
    Headers headers = exchange.getResponseHeaders();
    headers.set("Content-Type", reply.type());
    headers.set("Cache-Control", "no-store");
    headers.set("X-Content-Type-Options", "nosniff");
    headers.set(RequestContext.REQUEST_ID, context.id());
    if (!context.traceparent().isEmpty()) {
      headers.set(RequestContext.TRACEPARENT, context.traceparent());
    }
    reply.headers().forEach(headers::set);
    HttpError.setHeaders(headers, reply.status());
    if (stopping) {
      headers.set("Connection", "close");
    }
    if (isHead(exchange)) {
      headers.set("Content-Length", Integer.toString(reply.body().length)); // as that of GET
      exchange.sendResponseHeaders(reply.status(), -1);
    } else {
      exchange.sendResponseHeaders(reply.status(), reply.body().length);
      OutputStream out = exchange.getResponseBody(); // closed with the exchange
      out.write(reply.body());
      out.flush();
    }
  }

  private static boolean isHead(HttpExchange exchange) {
    return exchange.getRequestMethod().equals("HEAD");
  }

  /**
   * Stops: finishes requests in flight, refuses others, then closes the port.
   *
   * @return false if some timed out while the server was stopping, cut or still computed; requests
   *     whose clients disconnected do not count
   */
  public boolean stop() {
    stopping = true;
    repository.hurry();
    long end = System.nanoTime() + options.limits().timeout().toNanos() + 1_000_000_000L;
    boolean interrupted = false;
    while (metrics.inFlight() > 0 && System.nanoTime() - end < 0 && !interrupted) {
      try {
        Thread.sleep(5);
      } catch (InterruptedException impatient) {
        interrupted = true;
      }
    }
    boolean done = metrics.inFlight() == 0 && !cutAtTheEnd;
    ServerSettings.stop(server);
    watchdog.close();
    reading.close();
    repository.close();
    options.accessLog().close();
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
