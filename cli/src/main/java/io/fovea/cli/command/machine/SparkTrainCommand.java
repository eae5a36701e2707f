package io.fovea.cli.command.machine;

import static java.util.Objects.requireNonNull;

import io.fovea.cli.run.RunFolders;
import io.fovea.cli.screen.Console;
import io.fovea.cli.screen.Failure;
import io.fovea.cli.screen.UsageException;
import io.fovea.cli.train.engine.ClusterEngine;
import io.fovea.cli.train.engine.TrainJob;
import io.fovea.cli.train.engine.TrainSession;
import io.fovea.cli.train.engine.TrainingBackend;
import io.fovea.cli.train.engine.WorkerDatasets;
import io.fovea.cli.train.flags.ClusterFlags;
import io.fovea.cli.train.flags.Settings;
import io.fovea.cli.train.flags.TrainRequest;
import io.fovea.cluster.Cluster;
import io.fovea.cluster.ClusterOptions;
import io.fovea.cluster.ClusterRun;
import io.fovea.data.DataSets;
import io.fovea.data.base.DataOptions;
import io.fovea.data.base.DataSplit;
import io.fovea.run.RunFolder;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;

/**
 * {@code fovea spark-train}: {@code train} on Apache Spark. Only the module spark uses Spark's API;
 * it is found as a service.
 */
@Command(
    name = "spark-train",
    description =
        "Trains a network on Apache Spark, as train does in one process: by spark-submit, or directly with --master.",
    sortOptions = false,
    abbreviateSynopsis = true,
    footer = {
      "",
      "Examples:",
      "  fovea spark-train --master local-cluster[2,1,1024] --model pooled      two processes of this machine",
      "  fovea spark-train --master spark://host:7077 --workers 8 --batch 512",
      "  spark-submit ... fovea-spark.jar spark-train --model pooled            see spark/README.md",
      "",
      "DATA may also be parquet: shards of ConvertImages, or columns content and label."
    })
public final class SparkTrainCommand implements Callable<Integer> {
  private final Console screen;

  @Mixin private final TrainRequest request = new TrainRequest();
  @Mixin private final ClusterFlags flags = new ClusterFlags();

  @SuppressWarnings("UnusedVariable") // read through the command line's parse result
  @Mixin
  private final CommandSpec clusterTexts = ClusterFlags.spec();

  public SparkTrainCommand(Console screen) {
    this.screen = screen;
  }

  @Override
  public Integer call() throws IOException {
    Optional<RunFolder> resumed = request.resumed();
    Map<String, String> before =
        resumed.isPresent() ? RunFolders.config(resumed.get()).cluster() : Map.of();
    ClusterFlags.Values values = ClusterFlags.resolve(before, request.parsed());
    ClusterOptions options = flags.options(values, request.threads(0));
    boolean openedByWorkers = values.openedByWorkers();
    Settings training = request.settings();
    training.requireNotPretrained("spark-train");
    training.requireWholeRun("spark-train");
    try (Cluster cluster = find()) {
      cluster.start(options);
      TrainJob job =
          TrainJob.of(
              screen,
              request,
              training,
              "spark-train",
              values.texts(),
              (data, how) -> open(cluster, data, how, openedByWorkers));
      Optional<ClusterRun.Opener> opener =
          openedByWorkers
              ? Optional.of(WorkerDatasets.of(job, request.dataDir()))
              : Optional.empty();
      TrainingBackend engine = new ClusterEngine(screen, cluster, options, opener);
      return new TrainSession(screen, job, engine).run(request);
    }
  }

  private static DataSplit open(
      Cluster cluster, String data, DataOptions how, boolean openedByWorkers) throws IOException {
    boolean named = DataSets.named().stream().anyMatch(set -> set.name().equals(data));
    Optional<DataSplit> own = named ? Optional.empty() : cluster.open(data, how);
    if (own.isPresent() && openedByWorkers) {
      throw new UsageException(
          "--images-from: workers can open folders only, and %s is parquet, which the driver reads through Spark; leave the flag out"
              .formatted(data));
    }
    return own.isPresent() ? own.get() : DataSets.open(data, how);
  }

  private static Cluster find() {
    try {
      Cluster cluster =
          ServiceLoader.load(Cluster.class)
              .findFirst()
              .orElseThrow(() -> new Failure(missing("fovea-spark.jar")));
      requireNonNull(cluster.name()); // loads a class of Spark, which may be missing
      return cluster;
    } catch (ServiceConfigurationError | NoClassDefFoundError broken) {
      throw new Failure(missing("Apache Spark"), broken);
    }
  }

  private static String missing(String what) {
    return "spark-train: %s is not on the class path; start it as ./fovea spark-train, which brings Spark, or by spark-submit as spark/README.md shows"
        .formatted(what);
  }
}
