package io.fovea.cli.train.flags;

import io.fovea.cluster.ClusterOptions;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;

/**
 * The flags of {@code spark-train} that {@code train} lacks; but for the cluster itself and its
 * settings, they are kept in the run folder's configuration.
 */
public final class ClusterFlags {
  @Option(
      names = "--master",
      paramLabel = "URL",
      description =
          "The cluster, unless spark-submit sets it: local[2], local-cluster[2,1,1024] or spark://HOST:7077.")
  private @Nullable String master;

  @Option(
      names = "--conf",
      paramLabel = "KEY=VALUE",
      description = "A setting of Spark, unless spark-submit sets it. Repeatable.")
  private final Map<String, String> conf = new LinkedHashMap<>();

  private static final int LONGEST = 1_000_000;

  private static final FlagTable TABLE =
      FlagTable.of(
          """
          --workers N [all] PROCESS
            Workers that share each batch, one task each (default: all, as many as the cluster has task slots).
          --batch-statistics WHOSE [local] PROCESS
            local: batch normalisation uses each worker's share of a batch; shared: the batch of all workers (default: local).
          --images-from WHERE [driver] PROCESS
            driver: this program opens DATA and sends the images to every executor once; workers: each worker opens DATA, which needs the same path there (default: driver).
          --restarts N [3] PROCESS
            How often the run resumes from its last checkpoint after losing a worker (default: 3).
          --silence SECONDS [30] PROCESS
            A worker without a sign of life for so long is lost (default: 30).
          --patience SECONDS [1800] PROCESS
            A live worker for which the others wait so long in one step is lost (default: 1800).
          --slot-wait SECONDS [60] PROCESS
            How long to wait for executors (default: 60).
          --ring-port PORT [0] PROCESS
            The port on which executors listen for each other (default: 0, any free port).
          """);

  private static final Flag<Integer> WORKERS = TABLE.flag("workers", workers());
  private static final Flag<String> BATCH_STATISTICS =
      TABLE.flag("batch-statistics", Parser.oneOf("local", "shared"));
  private static final Flag<String> IMAGES_FROM =
      TABLE.flag("images-from", Parser.oneOf("driver", "workers"));
  private static final Flag<Integer> RESTARTS = TABLE.flag("restarts", Parser.whole(0, LONGEST));
  private static final Flag<Duration> SILENCE = TABLE.flag("silence", seconds(1));
  private static final Flag<Duration> PATIENCE = TABLE.flag("patience", seconds(1));
  private static final Flag<Duration> SLOT_WAIT = TABLE.flag("slot-wait", seconds(0));
  private static final Flag<Integer> RING_PORT = TABLE.flag("ring-port", Parser.whole(0, 65_535));

  /** The flags that a run keeps, as a mixin of the command. */
  public static CommandSpec spec() {
    return TABLE.spec();
  }

  /** The earlier flags of a run, changed by the given ones; defaults for the others. */
  public static Values resolve(Map<String, String> before, ParseResult parsed) {
    Map<String, String> all = new LinkedHashMap<>(before);
    all.putAll(TABLE.given(parsed));
    return new Values(FlagValues.of(TABLE, all));
  }

  public static final class Values extends FlagValues {
    private Values(FlagValues values) {
      super(values);
      if (get(PATIENCE).compareTo(get(SILENCE)) < 0) {
        throw PATIENCE.wrong(
            "at least the seconds of --silence, " + get(SILENCE).toSeconds(), text(PATIENCE));
      }
    }

    public boolean openedByWorkers() {
      return get(IMAGES_FROM).equals("workers");
    }
  }

  /**
   * The options of the cluster.
   *
   * @param threads the threads of each worker; 0 for as many as its processors
   */
  public ClusterOptions options(Values values, int threads) {
    return new ClusterOptions(
        Optional.ofNullable(master),
        Map.copyOf(conf),
        values.get(WORKERS),
        threads,
        values.get(BATCH_STATISTICS).equals("shared"),
        values.get(RESTARTS),
        values.get(SILENCE),
        values.get(PATIENCE),
        values.get(SLOT_WAIT),
        values.get(RING_PORT));
  }

  private static Parser<Integer> workers() {
    Parser<Integer> some = Parser.whole(1, 65_535);
    return Parser.of(
        text -> text.toLowerCase(Locale.ROOT).equals("all") ? 0 : some.reading().apply(text));
  }

  private static Parser<Duration> seconds(int least) {
    return Parser.whole(least, LONGEST).map(Duration::ofSeconds);
  }
}
