package io.fovea.cli.command.use;

import io.fovea.cli.command.base.PreprocessingFlags;
import io.fovea.cli.run.ModelFiles;
import io.fovea.cli.screen.CommonFlags;
import io.fovea.cli.screen.Console;
import io.fovea.cli.screen.Failure;
import io.fovea.cli.screen.Json;
import io.fovea.cli.screen.UsageException;
import io.fovea.cli.train.flags.FrameFlag;
import io.fovea.cli.train.flags.ThreadFlags;
import io.fovea.http.AccessLog;
import io.fovea.serve.Limits;
import io.fovea.serve.ModelReader;
import io.fovea.serve.PredictionServer;
import io.fovea.serve.ServerBuilder;
import java.io.IOException;
import java.net.BindException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
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
public final class ServeCommand implements Callable<Integer> {
  private final Console screen;

  @Parameters(
      index = "0",
      paramLabel = "MODEL|FOLDER",
      description =
          "A .safetensors file, an .onnx file, or a run folder; or a folder of these, by NAME or NAME/VERSION.")
  private Path model = Path.of("");

  @Mixin private final AddressFlags address = new AddressFlags(8080);

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

  public ServeCommand(Console screen) {
    this.screen = screen;
  }

  @Override
  public Integer call() throws IOException {
    ServerBuilder builder = builder();
    CountDownLatch stopped = new CountDownLatch(1);
    try (PredictionServer server = start(builder)) {
      Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server), "fovea-serve-stop"));
      screen.out().println(common.json ? Json.line(Map.of("url", server.url())) : server.url());
      screen.out().flush();
      screen.say(
          "serving %s of %s; Ctrl-C stops".formatted(String.join(", ", server.models()), model));
      stopped.await(); // until the shutdown hook ends the process
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
    }
    return 0;
  }

  private ServerBuilder builder() {
    int threads = threadFlags.count(screen);
    try {
      ServerBuilder builder =
          PredictionServer.of(model)
              .reader(reader(preprocessingFlags, frameFlag, screen))
              .host(address.host)
              .port(address.port)
              .token(token)
              .threads(threads)
              .limits(
                  new Limits(maxBytes, maxConcurrent, time("--timeout", timeout, 1e9), maxPixels))
              .batching(maxBatch, time("--max-delay", maxDelay, 1e6))
              .accessLog(accessLog())
              .report(screen::say);
      return switch (reload) {
        case "" -> builder;
        case "on" -> builder.reload(true);
        case "off" -> builder.reload(false);
        default -> throw new UsageException("--reload: expects on or off, got \"" + reload + "\"");
      };
    } catch (IllegalArgumentException wrong) {
      throw usage(wrong);
    }
  }

  static ModelReader reader(PreprocessingFlags preprocessing, FrameFlag frame, Console screen) {
    return file -> frame.apply(ModelFiles.open(file, preprocessing.scaling(), screen::say));
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

  private static PredictionServer start(ServerBuilder builder) throws IOException {
    try {
      return builder.start();
    } catch (BindException taken) {
      throw new Failure(String.valueOf(taken.getMessage()), taken);
    } catch (IllegalArgumentException wrong) {
      throw usage(wrong);
    }
  }

  /** The library begins with an option's name, {@code maxBytes: ...}; here that is the flag's. */
  private static UsageException usage(IllegalArgumentException wrong) {
    String text = String.valueOf(wrong.getMessage());
    int end = Math.max(0, text.indexOf(':'));
    String name = text.substring(0, end).replaceAll("[A-Z]", "-$0").toLowerCase(Locale.ROOT);
    return new UsageException((name.startsWith("--") ? "" : "--") + name + text.substring(end));
  }

  /** Exit code 0 if every request was answered, 1 if some timed out. */
  private void stop(PredictionServer server) {
    screen.say("stopping: finishing the requests in flight");
    boolean done = server.stop();
    screen.say(done ? "stopped" : "stopped; some requests were not answered");
    Runtime.getRuntime().halt(done ? 0 : 1);
  }

  private static Duration time(String flag, double value, double nanos) {
    if (!(value >= 0 && value <= 1e6)) {
      throw new UsageException(flag + ": expects a number from 0 to 1000000, got " + value);
    }
    return Duration.ofNanos((long) (value * nanos));
  }
}
