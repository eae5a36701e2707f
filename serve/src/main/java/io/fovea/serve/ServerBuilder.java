package io.fovea.serve;

import io.fovea.format.Models;
import io.fovea.format.onnx.Onnx;
import io.fovea.format.onnx.OnnxReading;
import io.fovea.http.AccessLog;
import io.fovea.network.Network;
import io.fovea.serve.model.ModelFolder;
import io.fovea.serve.model.ServedModels;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * The options of a {@link PredictionServer}; those that are not given are the ones of {@code fovea
 * serve}. The methods return this builder.
 */
public final class ServerBuilder {
  private static final System.Logger LOG = System.getLogger(ServerBuilder.class.getName());

  private static final int LARGEST_BATCH = 256;
  private static final int MOST_THREADS = 1024;

  /** The interval between checks of the model files. */
  private static final Duration POLL = Duration.ofSeconds(1);

  private final ServedModels.Listing listing;
  private ModelReader reader;
  private boolean reload;
  private String host = "127.0.0.1";
  private int port = 8080;
  private String token = "";
  private int threads = Math.min(MOST_THREADS, Runtime.getRuntime().availableProcessors());
  private Limits limits = Limits.usual();
  private int maxBatch = 32;
  private Duration maxDelay = Duration.ZERO;
  private AccessLog accessLog = AccessLog.none();
  private Consumer<String> report = line -> LOG.log(System.Logger.Level.INFO, line);

  ServerBuilder(Path models) {
    boolean several = ModelFolder.isOne(models);
    this.listing = () -> several ? ModelFolder.list(models) : ModelFolder.single(models);
    this.reader = this::read;
    this.reload = several;
  }

  ServerBuilder(String name, Network network) {
    var files = ModelFolder.single(Path.of(name));
    if (!files.containsKey(name)) {
      throw new IllegalArgumentException(
          "name: expects letters, digits, ., _ and -, got \"%s\"; choose such a name, as digits"
              .formatted(name));
    }
    this.listing = () -> files;
    this.reader = file -> network;
  }

  private Network read(Path file) throws IOException {
    if (!file.toString().toLowerCase(Locale.ROOT).endsWith(".onnx")) {
      return Models.load(file);
    }
    Onnx.Imported imported = Onnx.read(file, OnnxReading.standard());
    if (!imported.statesPreprocessing()) {
      report.accept(
          "preprocessing: %s states none, so it is pixel/255; if the network was trained with another one, give a reader that states it"
              .formatted(file));
    }
    return imported.network();
  }

  /**
   * Reads the model files; for ONNX files of other programs, which do not state their
   * preprocessing.
   */
  public ServerBuilder reader(ModelReader reader) {
    this.reader = reader;
    return this;
  }

  /**
   * The address or name to listen on; 127.0.0.1 unless given. One that other machines can reach
   * needs a {@link #token}.
   */
  public ServerBuilder host(String host) {
    this.host = host;
    return this;
  }

  /**
   * The port; 8080 unless given. With 0 the system chooses a free one, {@link
   * PredictionServer#port}.
   *
   * @throws IllegalArgumentException if it is not from 0 to 65535
   */
  public ServerBuilder port(int port) {
    this.port = within("port", port, 0, 65_535);
    return this;
  }

  /** The secret that clients send as {@code Authorization: Bearer SECRET}; empty for none. */
  public ServerBuilder token(String token) {
    this.token = token;
    return this;
  }

  /**
   * The number of threads that compute, for each model; all processors unless given.
   *
   * @throws IllegalArgumentException if it is not from 1 to 1024
   */
  public ServerBuilder threads(int threads) {
    this.threads = within("threads", threads, 1, MOST_THREADS);
    return this;
  }

  /** The limits of requests. */
  public ServerBuilder limits(Limits limits) {
    this.limits = limits;
    return this;
  }

  /**
   * Micro-batching.
   *
   * @param maxBatch the largest batch, 1 to 256; 32 unless given
   * @param maxDelay the longest time that an image waits for others while processors are free; zero
   *     unless given
   * @throws IllegalArgumentException if the batch is out of range
   */
  public ServerBuilder batching(int maxBatch, Duration maxDelay) {
    this.maxBatch = within("maxBatch", maxBatch, 1, LARGEST_BATCH);
    this.maxDelay = maxDelay;
    return this;
  }

  /**
   * Whether replaced, new and removed model files take effect; unless given, they do for a folder
   * of models. A network in memory stays.
   */
  public ServerBuilder reload(boolean reload) {
    this.reload = reload;
    return this;
  }

  /** Receives a line for each request; closed with the server. */
  public ServerBuilder accessLog(AccessLog accessLog) {
    this.accessLog = accessLog;
    return this;
  }

  /**
   * Receives what the operator should know of the models, a sentence each; unless given, that is a
   * {@link System.Logger}.
   */
  public ServerBuilder report(Consumer<String> report) {
    this.report = report;
    return this;
  }

  /**
   * Opens the port, loads the models, and begins to answer.
   *
   * @throws IllegalArgumentException if other machines could reach the server without a token, or
   *     the host is unknown
   * @throws BindException if it cannot listen there
   * @throws IOException if a model cannot be read
   */
  public PredictionServer start() throws IOException {
    PredictionServer server = open();
    try {
      server.start();
      return server;
    } catch (Throwable failure) {
      server.close();
      throw failure;
    }
  }

  private static int within(String name, int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          "%s: expects a whole number from %d to %d, got %d".formatted(name, least, most, value));
    }
    return value;
  }

  private PredictionServer open() throws BindException {
    InetSocketAddress address = address();
    Duration poll = reload ? POLL : Duration.ZERO;
    ServerOptions options =
        new ServerOptions(address, token, limits, maxBatch, maxDelay, poll, accessLog);
    try {
      return new PredictionServer(
          new ServedModels(listing, this::network, threads, maxBatch, report), threads, options);
    } catch (IOException failure) {
      BindException taken =
          new BindException(
              "serve: cannot listen on %s port %d: %s; choose another port, or 0 for any free one"
                  .formatted(host, port, failure.getMessage()));
      taken.initCause(failure);
      throw taken;
    }
  }

  private Network network(Path file) throws IOException {
    Network network = reader.read(file);
    if (network == null) { // a program's mistake, which no compiler refuses
      throw new IOException(
          "reader: expects the network of %s, got null; throw an IOException if it has none"
              .formatted(file));
    }
    return network;
  }

  private InetSocketAddress address() {
    try {
      return new InetSocketAddress(InetAddress.getByName(host), port);
    } catch (UnknownHostException unknown) {
      throw new IllegalArgumentException(
          "host: expects an address of this machine such as 127.0.0.1 or 0.0.0.0, got \"%s\""
              .formatted(host),
          unknown);
    }
  }
}
