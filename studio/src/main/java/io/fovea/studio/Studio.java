package io.fovea.studio;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.fovea.data.base.DataException;
import io.fovea.file.DisplayText;
import io.fovea.format.FormatException;
import io.fovea.http.AccessControl;
import io.fovea.http.BodyReader;
import io.fovea.http.ComputePool;
import io.fovea.http.HttpError;
import io.fovea.http.Router;
import io.fovea.http.ServerSettings;
import io.fovea.http.Watchdog;
import io.fovea.studio.data.DataRoutes;
import io.fovea.studio.data.DatasetCatalog;
import io.fovea.studio.data.UploadRoutes;
import io.fovea.studio.data.Uploads;
import io.fovea.studio.inside.InsideRoutes;
import io.fovea.studio.inside.LearningRoutes;
import io.fovea.studio.inside.ModelCatalog;
import io.fovea.studio.runs.InsightRoutes;
import io.fovea.studio.runs.LaunchRoutes;
import io.fovea.studio.runs.RunCostEstimate;
import io.fovea.studio.runs.RunDatasets;
import io.fovea.studio.runs.RunDownloads;
import io.fovea.studio.runs.RunRoutes;
import io.fovea.studio.runs.RunScore;
import io.fovea.studio.runs.Runs;
import io.fovea.studio.runs.StepReplays;
import io.fovea.studio.sort.SortRoutes;
import io.fovea.studio.sort.Sortings;
import io.fovea.studio.web.Assets;
import io.fovea.studio.web.BookRoutes;
import io.fovea.studio.web.EventStream;
import io.fovea.studio.web.Handler;
import io.fovea.studio.web.Reply;
import io.fovea.studio.web.Request;
import io.fovea.studio.web.Routes;
import io.fovea.transfer.Backbone;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.URLEncoder;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Semaphore;
import java.util.zip.GZIPOutputStream;

/**
 * The studio's web server: pages from the jar, JSON for them, and streams of events. Requests run
 * on virtual threads under a {@link Watchdog}; {@link AccessControl} controls access.
 */
public final class Studio implements AutoCloseable {
  /** The most bytes of a request's body. */
  static final int MAX_BYTES = 8 << 20;

  /** The most concurrent streams of events; more are refused. */
  static final int MAX_STREAMS = 200;

  /** The most requests that wait for a computation, each with a body; more get 503. */
  private static final int MAX_WAITING = 64;

  private static final System.Logger LOG = System.getLogger(Studio.class.getName());
  private static final Duration TIMEOUT = Duration.ofSeconds(30);
  private static final Set<String> METHODS = Set.of("GET", "POST");
  private static final String POLICY =
      "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; "
          + "form-action 'self'; frame-ancestors 'none'";

  /** That of a report: it has its styles and pictures within, and may be a stranger's. */
  private static final String FILE_POLICY =
      "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox";

  private static final String COOKIE = "fovea-token=";

  static {
    ServerSettings.apply();
  }

  private final StudioOptions options;
  private final AccessControl guard;
  private final Watchdog watchdog;
  private final BodyReader bodies =
      new BodyReader("studio", MAX_BYTES, 16L * MAX_BYTES, MAX_WAITING);
  private final ComputePool computing =
      new ComputePool("studio", Runtime.getRuntime().availableProcessors(), MAX_WAITING);
  private final Semaphore streams = new Semaphore(MAX_STREAMS);
  private final Router<Handler> router = new Router<>("studio");
  private final HttpServer server;
  private final StepReplays replays;
  private final Sortings sortings;

  private Studio(StudioOptions options, Duration timeout, Callable<Backbone> weights)
      throws IOException {
    this.options = options;
    this.guard =
        new AccessControl(options.token(), options.address().getAddress().isLoopbackAddress());
    Runs runs = new Runs(options.runs(), options.trainer()::start);
    List<String> place =
        options.dataDir().map(dir -> List.of("--data-dir=" + dir)).orElse(List.of());
    this.replays = new StepReplays(runs, place, options.trainer()::replay);
    this.sortings = new Sortings(options.runs(), weights);
    pages(runs).forEach(routes -> routes.register(router));
    this.server = HttpServer.create(options.address(), 1024);
    this.watchdog = new Watchdog(timeout); // a thread, which a taken port would leave
    server.setExecutor(watchdog);
    server.createContext("/", this::handle);
  }

  private List<Routes> pages(Runs runs) throws IOException {
    Uploads uploads = new Uploads(options.runs());
    DatasetCatalog catalog = new DatasetCatalog(options.data(), options.dataDir(), uploads);
    RunDatasets datasets = new RunDatasets(runs, catalog);
    catalog.addUser((set, path) -> datasets.requireUnused(set, replays::isAsked));
    catalog.addUser(sortings::release);
    RunScore.Cache scores = new RunScore.Cache();
    InsideRoutes inside =
        new InsideRoutes(new ModelCatalog(runs, replays, options.model()), datasets, computing);
    return List.of(
        new RunRoutes(runs, datasets, scores, replays),
        new RunDownloads(runs, computing),
        replays,
        new LaunchRoutes(
            runs,
            datasets,
            options.recipes(),
            options.trainer()::resolved,
            options.trainer().fields().stream().map(FormField::json).toList(),
            new RunCostEstimate(runs, datasets, scores, options.trainer()::trainer),
            computing),
        new UploadRoutes(catalog, uploads, computing),
        new SortRoutes(sortings, catalog, uploads, computing),
        new InsightRoutes(runs, datasets, computing),
        new DataRoutes(catalog),
        inside,
        new LearningRoutes(inside),
        new BookRoutes(),
        new Assets());
  }

  /**
   * Starts a studio.
   *
   * @throws IllegalArgumentException if the address is not a loopback address and there is no token
   * @throws IOException if it cannot listen there
   */
  public static Studio start(StudioOptions options) throws IOException {
    return start(options, TIMEOUT, Backbone::openImages);
  }

  /** The same with another timeout for requests, and another network to sort photos by. */
  static Studio start(StudioOptions options, Duration timeout, Callable<Backbone> weights)
      throws IOException {
    InetAddress address = options.address().getAddress();
    if (options.token().isEmpty() && !address.isLoopbackAddress()) {
      throw new IllegalArgumentException(
          "--host: %s can be reached from other machines, so --token is needed; give one, or leave --host out"
              .formatted(options.address().getHostString()));
    }
    Studio studio = new Studio(options, timeout, weights);
    studio.server.start();
    return studio;
  }

  /** The URL for a browser. */
  public String url() {
    return ServerSettings.url(server.getAddress()) + "/";
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      switch (reply(exchange)) {
        case Reply.Whole whole -> send(exchange, whole);
        case Reply.Stream stream -> send(exchange, stream);
        case Reply.Attachment file -> send(exchange, file);
      }
      Watchdog.answered();
    } catch (CancellationException | InterruptedException late) {
      throw new IOException("timed out", late); // which closes the connection
    }
  }

  private Reply reply(HttpExchange exchange) throws IOException, InterruptedException {
    try {
      boolean known = isKnown(exchange.getRequestHeaders());
      guard.admit(exchange, known || bringsToken(exchange));
      if (!known && bringsToken(exchange)) {
        return welcome(exchange);
      }
      String method = exchange.getRequestMethod();
      if (!METHODS.contains(method)) {
        throw HttpError.ofMethod("studio:", List.of("GET", "POST"));
      }
      if (method.equals("POST")) {
        requireOwnPage(exchange.getRequestHeaders());
      }
      String path = exchange.getRequestURI().getRawPath();
      Router.Match<Handler> match =
          router
              .find(path == null ? "" : path)
              .orElseThrow(() -> new HttpError(404, "studio: unknown path"))
              .match(method);
      return match.handler().answer(new Request(exchange, match.segments(), bodies));
    } catch (HttpError refused) {
      refused.setHeaders(exchange.getResponseHeaders());
      return Reply.refusal(exchange, refused);
    } catch (DataException | FormatException unreadable) {
      return Reply.refusal(422, String.valueOf(unreadable.getMessage()));
    } catch (IOException failure) {
      if (Watchdog.isCut()) {
        throw failure;
      }
      return unusable(failure);
    } catch (OutOfMemoryError full) {
      return Reply.refusal(503, "studio: out of memory; try a smaller network or batch");
    } catch (CancellationException late) {
      throw late; // not a bug: the request timed out
    } catch (RuntimeException mistake) {
      HttpError refused = HttpError.ofBug("studio", LOG, mistake);
      return Reply.refusal(refused.status(), refused.reason());
    }
  }

  /** The reply after a failure of a file; failures of the connection are no concern of handlers. */
  private static Reply unusable(IOException failure) {
    LOG.log(
        System.Logger.Level.WARNING,
        "studio: a file cannot be used: " + DisplayText.of(failure.toString()));
    return String.valueOf(failure.getMessage()).contains("No space left")
        ? Reply.refusal(507, "studio: the disk is full; free some space, then try again")
        : Reply.refusal(
            422, "studio: a file cannot be read or written; see the studio's log for its name");
  }

  private boolean isKnown(Headers headers) {
    return headers.getOrDefault("Cookie", List.of()).stream()
        .flatMap(line -> Arrays.stream(line.split(";")))
        .anyMatch(cookie -> isToken(cookie, COOKIE));
  }

  private boolean bringsToken(HttpExchange exchange) {
    String query = exchange.getRequestURI().getRawQuery();
    return query != null && exchange.getRequestMethod().equals("GET") && isToken(query, "token=");
  }

  /** Compares the token, which is encoded in addresses and cookies, in constant time. */
  private boolean isToken(String text, String name) {
    String plain = text.strip();
    String encoded = URLEncoder.encode(options.token(), StandardCharsets.UTF_8);
    return !options.token().isEmpty()
        && plain.startsWith(name)
        && MessageDigest.isEqual(
            plain.substring(name.length()).getBytes(StandardCharsets.UTF_8),
            encoded.getBytes(StandardCharsets.UTF_8));
  }

  /** Moves the token from the address, which histories keep, to a cookie hidden from scripts. */
  private Reply welcome(HttpExchange exchange) {
    String value = URLEncoder.encode(options.token(), StandardCharsets.UTF_8);
    exchange
        .getResponseHeaders()
        .set("Set-Cookie", COOKIE + value + "; Path=/; HttpOnly; SameSite=Strict");
    exchange.getResponseHeaders().set("Location", "/");
    return new Reply.Whole(303, "text/plain", new byte[0]);
  }

  /** Checks that the Origin of a POST, which every browser sends, is this server. */
  private static void requireOwnPage(Headers headers) {
    List<String> origins = headers.getOrDefault("Origin", List.of());
    String host = headers.getFirst("Host");
    if (origins.size() != 1 || !origins.getFirst().equals("http://" + host)) {
      throw new HttpError(403, "origin: only the studio's own pages may send this request");
    }
  }

  private static Headers headers(HttpExchange exchange, String type) {
    Headers headers = exchange.getResponseHeaders();
    headers.set("Content-Type", type);
    headers.set("Content-Security-Policy", POLICY);
    headers.set("X-Content-Type-Options", "nosniff");
    headers.set("Referrer-Policy", "no-referrer");
    headers.set("Cross-Origin-Resource-Policy", "same-origin");
    headers.set("Cross-Origin-Opener-Policy", "same-origin");
    headers.set("Cache-Control", "no-store");
    return headers;
  }

  private void send(HttpExchange exchange, Reply.Whole reply) throws IOException {
    Headers headers = headers(exchange, reply.type());
    HttpError.setHeaders(headers, reply.status());
    byte[] body = reply.body();
    if (reply.type().startsWith("text/") && accepts(exchange, "gzip")) {
      headers.set("Content-Encoding", "gzip"); // scripts and chapters shrink to a third
      headers.set("Vary", "Accept-Encoding");
      body = zipped(body);
    }
    boolean empty = reply.body().length == 0 || exchange.getRequestMethod().equals("HEAD");
    exchange.sendResponseHeaders(reply.status(), empty ? -1 : body.length);
    if (!empty) {
      try (OutputStream out = exchange.getResponseBody()) {
        out.write(body);
        out.flush();
        Watchdog.answered();
        if (reply.status() >= 400) {
          bodies.drain(exchange);
        }
      }
    }
  }

  private static boolean accepts(HttpExchange exchange, String encoding) {
    return exchange.getRequestHeaders().getOrDefault("Accept-Encoding", List.of()).stream()
        .flatMap(line -> Arrays.stream(line.split(",", -1)))
        .anyMatch(one -> one.strip().equals(encoding));
  }

  private static byte[] zipped(byte[] body) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(bytes)) {
      out.write(body);
    }
    return bytes.toByteArray();
  }

  /** Restarts the timeout for each part: a model may be large, and its reader slow. */
  private void send(HttpExchange exchange, Reply.Attachment reply) throws IOException {
    FileChannel opened;
    try {
      opened = FileChannel.open(reply.file());
    } catch (IOException failure) {
      send(exchange, (Reply.Whole) unusable(failure));
      return;
    }
    try (FileChannel file = opened;
        InputStream in = Channels.newInputStream(file);
        OutputStream out = exchange.getResponseBody()) {
      headers(exchange, reply.type()).set("Content-Security-Policy", FILE_POLICY);
      exchange.sendResponseHeaders(200, file.size());
      byte[] piece = new byte[1 << 16];
      for (int length = in.read(piece); length > 0; length = in.read(piece)) {
        watchdog.nextPart();
        out.write(piece, 0, length);
      }
    }
  }

  private void send(HttpExchange exchange, Reply.Stream stream)
      throws IOException, InterruptedException {
    if (!streams.tryAcquire()) {
      send(
          exchange,
          (Reply.Whole)
              Reply.refusal(503, "studio: too many pages follow runs; close some of them"));
      return;
    }
    try (OutputStream out = exchange.getResponseBody()) {
      headers(exchange, "text/event-stream");
      exchange.sendResponseHeaders(200, 0);
      stream.events().write(new EventStream(out, watchdog));
    } finally {
      streams.release();
    }
  }

  @Override
  public void close() {
    ServerSettings.stop(server);
    watchdog.close();
    computing.close();
    replays.close();
    sortings.close();
  }
}
