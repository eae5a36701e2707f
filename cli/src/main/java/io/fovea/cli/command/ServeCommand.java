package io.fovea.cli.command;

import io.fovea.cli.screen.CommonFlags;
import io.fovea.cli.screen.Failure;
import io.fovea.cli.screen.Json;
import io.fovea.cli.screen.Screen;
import io.fovea.cli.screen.UsageException;
import io.fovea.cli.train.FrameFlag;
import io.fovea.cli.train.ThreadFlags;
import io.fovea.http.AccessLog;
import io.fovea.serve.Limits;
import io.fovea.serve.PredictionServer;
import io.fovea.serve.ServerOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code fovea serve}. */
@Command(
    name = "serve",
    description = {
      "Serves predictions over HTTP: POST /predict, and the Open Inference Protocol (KServe v2) under /v2.",
      "GET /openapi.json lists all addresses; docs/serving.md describes them.",
      "Ctrl-C or a plain kill stops it after the requests in flight are answered; the exit code is then 0."
    })
final class ServeCommand implements Callable<Integer> {
  /** The largest batch of a classifier. */
  private static final int LARGEST_BATCH = 256;

  /** The interval between checks of the model files. */
  private static final Duration POLL = Duration.ofSeconds(1);

  private final Screen screen;

  @Parameters(
      index = "0",
      paramLabel = "MODEL|FOLDER",
      description =
          "A .safetensors file, an .onnx file, or a run folder; or a folder of these, by NAME or NAME/VERSION.")
  private Path model = Path.of("");

  @Option(
      names = "--port",
      paramLabel = "N",
      description =
          "Port to listen on; 0 lets the system choose, and it is printed (default: 8080).")
  private int port = 8080;

  @Option(
      names = "--host",
      paramLabel = "ADDRESS",
      description =
          "Address to listen on (default: 127.0.0.1). An address that other machines can reach needs --token.")
  private String host = "127.0.0.1";

  @Option(
      names = "--token",
      paramLabel = "SECRET",
      description =
          "The token that clients must send as Authorization: Bearer SECRET (default: the environment's FOVEA_TOKEN, or none).")
  private String token = System.getenv().getOrDefault("FOVEA_TOKEN", "");

  @Mixin private final PreprocessingFlags preprocessingFlags = new PreprocessingFlags();

  @Mixin private final FrameFlag frameFlag = new FrameFlag();

  @Mixin private final ThreadFlags threadFlags = new ThreadFlags();

  @Option(
      names = "--max-bytes",
      paramLabel = "N",
      description = "The most bytes of a request's body (default: 8388608).")
  private int maxBytes = Limits.usual().maxBytes();

  @Option(
      names = "--max-concurrent",
      paramLabel = "N",
      description = "The most concurrent predictions; further ones get status 503 (default: 256).")
  private int maxConcurrent = Limits.usual().maxConcurrent();

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      description =
          "The most seconds from a request's first byte to its response's last (default: 30).")
  private double timeout = 30;

  @Option(
      names = "--max-pixels",
      paramLabel = "N",
      description = "The most pixels of a picture (default: 16000000).")
  private long maxPixels = Limits.usual().maxPixels();

  @Option(names = "--max-batch", paramLabel = "N", description = "The largest batch (default: 32).")
  private int maxBatch = 32;

  @Option(
      names = "--max-delay",
      paramLabel = "MS",
      description =
          "The most milliseconds that an image waits for others to share its batch (default: 0, only while the processors are busy).")
  private double maxDelay;

  @Option(
      names = "--reload",
      paramLabel = "on|off",
      description =
          "Whether the running server reloads replaced, new and removed model files (default: on for a folder of models, else off).")
  private String reload = "";

  @Option(
      names = "--access-log",
      paramLabel = "FILE|-",
      description = "Write a line of JSON for each request, appended to a file or on stdout.")
  private String accessLog = "";

  @Mixin private final CommonFlags common = new CommonFlags();

  ServeCommand(Screen screen) {
    this.screen = screen;
  }

  @Override
  public Integer call() throws IOException {
    int threads = threadFlags.count(screen);
    if (maxBatch < 1 || maxBatch > LARGEST_BATCH) {
      throw new UsageException(
          "--max-batch: expects a whole number from 1 to %d, got %d"
              .formatted(LARGEST_BATCH, maxBatch));
    }
    ServedModels models = new ServedModels(model, preprocessingFlags, frameFlag, threads, screen);
    ServerOptions options = options(models.several());
    CountDownLatch stopped = new CountDownLatch(1);
    try (PredictionServer server = server(models, threads, options)) {
      server.start();
      Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server), "fovea-serve-stop"));
      String url = "http://" + inUrl(options.address()) + ":" + server.port();
      screen.out().println(common.json ? Json.line(Map.of("url", url)) : url);
      screen.out().flush();
      screen.say(
          "serving %s of %s; Ctrl-C stops".formatted(String.join(", ", server.models()), model));
      stopped.await(); // until the shutdown hook ends the process
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
    }
    return 0;
  }

  private ServerOptions options(boolean several) {
    InetSocketAddress address = address();
    Limits limits = limits();
    Duration delay = milliseconds("--max-delay", maxDelay);
    Duration poll =
        switch (reload) {
          case "" -> several ? POLL : Duration.ZERO;
          case "on" -> POLL;
          case "off" -> Duration.ZERO;
          default ->
              throw new UsageException("--reload: expects on or off, got \"" + reload + "\"");
        };
    try {
      return new ServerOptions(address, token, limits, maxBatch, delay, poll, accessLog());
    } catch (IllegalArgumentException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
  }

  private AccessLog accessLog() {
    try {
      return switch (accessLog) {
        case "" -> AccessLog.none();
        case "-" -> AccessLog.to(screen.out());
        default -> AccessLog.appendTo(Path.of(accessLog));
      };
    } catch (IOException e) {
      throw new Failure(
          "serve: cannot write the access log %s; give another --access-log"
              .formatted(e.getMessage()),
          e);
    }
  }

  private PredictionServer server(ServedModels models, int threads, ServerOptions options)
      throws IOException {
    try {
      return new PredictionServer(models, threads, options);
    } catch (IOException e) {
      throw new Failure(
          "serve: cannot listen on %s port %d: %s; choose another --port, or 0 for any free one"
              .formatted(host, port, e.getMessage()),
          e);
    } catch (IllegalArgumentException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
  }

  /** Exit code 0 if every request was answered, 1 if some timed out. */
  private void stop(PredictionServer server) {
    screen.say("stopping: finishing the requests in flight");
    boolean done = server.stop();
    screen.say(done ? "stopped" : "stopped; some requests were not answered");
    Runtime.getRuntime().halt(done ? 0 : 1);
  }

  private InetSocketAddress address() {
    if (port < 0 || port > 65_535) {
      throw new UsageException("--port: expects a number from 0 to 65535, got " + port);
    }
    try {
      return new InetSocketAddress(InetAddress.getByName(host), port);
    } catch (UnknownHostException e) {
      throw new UsageException(
          "--host: expects an address of this machine such as 127.0.0.1 or 0.0.0.0, got \""
              + host
              + "\"");
    }
  }

  private Limits limits() {
    try {
      return new Limits(
          maxBytes, maxConcurrent, milliseconds("--timeout", 1000 * timeout), maxPixels);
    } catch (IllegalArgumentException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
  }

  private static Duration milliseconds(String flag, double value) {
    if (!(value >= 0 && value <= 1e9)) {
      throw new UsageException(flag + ": expects a number from 0 up, got " + value);
    }
    return Duration.ofNanos((long) (value * 1e6));
  }

  private static String inUrl(InetSocketAddress address) {
    String text = address.getAddress().getHostAddress();
    return text.indexOf(':') >= 0 ? "[" + text + "]" : text;
  }
}
