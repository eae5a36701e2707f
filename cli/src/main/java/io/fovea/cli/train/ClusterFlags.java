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
 * The flags of {@code spark-train} that {@code train} has not, and what they mean. Like {@link
 * TrainFlags} they are kept as texts, as a run folder's configuration keeps them.
 */
public final class ClusterFlags {
  @Option(
      names = "--master",
      paramLabel = "URL",
      description =
          "The cluster, where spark-submit does not say it: local[2], local-cluster[2,1,1024] or spark://HOST:7077.")
  private @Nullable String master;

  @Option(
      names = "--conf",
      paramLabel = "KEY=VALUE",
      description = "A setting of Spark, where spark-submit does not say it; may be repeated.")
  private final Map<String, String> conf = new LinkedHashMap<>();

  private static final int LONGEST = 1_000_000;

  private static final FlagTable TABLE =
      FlagTable.of(
          """
          --workers N [all]
            Workers that share each batch, a task each (default: all, as many tasks as the cluster runs at once).
          --average-every STEPS [0]
            Instead of training in step, workers make so many steps apart and then average their weights: for executors that may not open ports (default: 0, in step).
          --batch-statistics WHOSE [local]
            Batch normalisation looks at the local share of a batch, or at the whole, shared by all workers (default: local).
          --images-from WHERE [driver]
            driver: this program opens DATA and sends the images to every executor once; workers: each opens DATA itself, which must be there under the same name (default: driver).
          --restarts N [3]
            How often the run goes on from its last checkpoint after a worker is lost (default: 3).
          --silence SECONDS [30]
            A worker that says nothing for so long is lost (default: 30).
          --patience SECONDS [1800]
            A worker that lives but makes the others wait for so long in one step is lost (default: 1800).
          --slot-wait SECONDS [60]
            How long to wait for executors (default: 60).
          --ring-port PORT [0]
            Where executors listen for each other (default: 0, any free port).
          """);

  /** The flags that a run keeps, to be mixed into the command. */
  public static CommandSpec spec() {
    CommandSpec spec = CommandSpec.create();
    TABLE.addTo(spec);
    return spec;
  }

  /** What a run had before, changed by what was given now; the defaults for all else. */
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
   * What the flags mean, checked.
   *
   * @param resolved as {@link #resolve} gives them
   * @param threads of each worker; 0 for as many as it is given processors
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
        texts.whole("average-every", 0, LONGEST),
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

  /** Whether each worker opens the images for itself. */
  public static boolean openedByWorkers(Map<String, String> resolved) {
    return new FlagTexts(resolved)
        .oneOf("images-from", List.of("driver", "workers"))
        .equals("workers");
  }

  private static Duration seconds(FlagTexts texts, String flag, int least) {
    return Duration.ofSeconds(texts.whole(flag, least, LONGEST));
  }
}
