package io.fovea.cli.train;

import io.fovea.cli.cluster.ClusterOptions;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the flags for a cluster mean. */
public final class ClusterSettings extends FlagTexts {
  private static final int LONGEST = 1_000_000;

  public ClusterSettings(Map<String, String> flags) {
    super(flags);
  }

  /** All of them, checked. */
  public ClusterOptions options(@Nullable String master, Map<String, String> conf, int threads) {
    Duration silence = seconds("silence", 1);
    Duration patience = seconds("patience", 1);
    if (patience.compareTo(silence) < 0) {
      throw wrong("patience", "at least the seconds of --silence, " + silence.toSeconds());
    }
    return new ClusterOptions(
        Optional.ofNullable(master),
        Map.copyOf(conf),
        workers(),
        threads,
        whole("average-every", 0, LONGEST),
        oneOf("batch-statistics", List.of("local", "shared")).equals("shared"),
        whole("restarts", 0, LONGEST),
        silence,
        patience,
        seconds("slot-wait", 0),
        whole("ring-port", 0, 65_535));
  }

  /** The number of workers; 0 for all. */
  private int workers() {
    return text("workers").toLowerCase(Locale.ROOT).equals("all") ? 0 : whole("workers", 1, 65_535);
  }

  /** Whether each worker opens the images for itself. */
  public boolean openedByWorkers() {
    return oneOf("images-from", List.of("driver", "workers")).equals("workers");
  }

  private Duration seconds(String flag, int least) {
    return Duration.ofSeconds(whole(flag, least, LONGEST));
  }
}
