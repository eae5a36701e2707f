package io.fovea.cli.train;

import io.fovea.cluster.ClusterOptions;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;

/**
 * The flags of {@code spark-train} that {@code train} lacks, and their meaning. Like {@link
 * TrainFlags} they are kept as texts, as in a run folder's configuration.
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
          --workers N [all]
            Workers that share each batch, one task each (default: all, as many as the cluster has task slots).
          --batch-statistics WHOSE [local]
            local: batch normalisation uses each worker's share of a batch; shared: the batch of all workers (default: local).
          --images-from WHERE [driver]
            driver: this program opens DATA and sends the images to every executor once; workers: each worker opens DATA, which needs the same path there (default: driver).
          --restarts N [3]
            How often the run resumes from its last checkpoint after losing a worker (default: 3).
          --silence SECONDS [30]
            A worker without a sign of life for so long is lost (default: 30).
          --patience SECONDS [1800]
            A live worker for which the others wait so long in one step is lost (default: 1800).
          --slot-wait SECONDS [60]
            How long to wait for executors (default: 60).
          --ring-port PORT [0]
            The port on which executors listen for each other (default: 0, any free port).
          """);

  /** The flags that a run keeps, as a mixin of the command. */
  public static CommandSpec spec() {
    CommandSpec spec = CommandSpec.create();
    TABLE.addTo(spec);
    return spec;
  }

  /** The earlier flags of a run, changed by the given ones; defaults for the others. */
  public static Map<String, String> resolve(Map<String, String> before, ParseResult parsed) {
    Map<String, String> all = TABLE.defaults();
    before.forEach((name, value) -> all.replace(name, value));
    for (OptionSpec option : parsed.matchedOptions()) {
      String name = option.longestName().substring(2);
      if (all.containsKey(name)) {
        all.put(name, String.valueOf(option.<Object>getValue()));
      }
    }
    return all;
  }

  /**
   * The meaning of the flags, checked.
   *
   * @param resolved the result of {@link #resolve}
   * @param threads the threads of each worker; 0 for as many as its processors
   */
  public ClusterOptions options(Map<String, String> resolved, int threads) {
    FlagTexts texts = new FlagTexts(resolved);
    Duration silence = seconds(texts, "silence", 1);
    Duration patience = seconds(texts, "patience", 1);
    if (patience.compareTo(silence) < 0) {
      throw texts.wrong("patience", "at least the seconds of --silence, " + silence.toSeconds());
    }
    return new ClusterOptions(
        Optional.ofNullable(master),
        Map.copyOf(conf),
        workers(texts),
        threads,
        texts.oneOf("batch-statistics", List.of("local", "shared")).equals("shared"),
        texts.whole("restarts", 0, LONGEST),
        silence,
        patience,
        seconds(texts, "slot-wait", 0),
        texts.whole("ring-port", 0, 65_535));
  }

  /** The number of workers; 0 for all. */
  private static int workers(FlagTexts texts) {
    boolean all = texts.text("workers").toLowerCase(Locale.ROOT).equals("all");
    return all ? 0 : texts.whole("workers", 1, 65_535);
  }

  /** Whether each worker opens the images. */
  public static boolean openedByWorkers(Map<String, String> resolved) {
    return new FlagTexts(resolved)
        .oneOf("images-from", List.of("driver", "workers"))
        .equals("workers");
  }

  private static Duration seconds(FlagTexts texts, String flag, int least) {
    return Duration.ofSeconds(texts.whole(flag, least, LONGEST));
  }
}
