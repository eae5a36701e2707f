package io.fovea.spark.train;

import io.fovea.cluster.Cluster;
import io.fovea.cluster.ClusterException;
import io.fovea.cluster.ClusterOptions;
import io.fovea.cluster.ClusterRun;
import io.fovea.data.base.DataException;
import io.fovea.data.base.DataOptions;
import io.fovea.data.base.DataSplit;
import io.fovea.spark.data.ParquetSets;
import io.fovea.train.History;
import java.util.Optional;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.package$;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SignalUtils;
import org.jspecify.annotations.Nullable;
import scala.runtime.AbstractFunction0;

/**
 * Spark as the cluster of {@code fovea spark-train}. In your own program use {@link SparkTrainer}.
 */
public final class SparkCluster implements Cluster {
  private static final String MASTER = "spark.master";

  private @Nullable SparkSession spark;
  private @Nullable ClusterOptions options;
  private int workers;

  /** For the service loader. */
  public SparkCluster() {}

  @Override
  public String name() {
    return "Spark " + package$.MODULE$.SPARK_VERSION();
  }

  @Override
  public void start(ClusterOptions given) {
    SparkConf conf = new SparkConf();
    given.conf().forEach(conf::set);
    Optional<String> master = given.master();
    if (master.isPresent() && conf.contains(MASTER) && !conf.get(MASTER).equals(master.get())) {
      throw new ClusterException(
          "spark-train: --master is %s, but spark-submit's master is %s; leave one of them out"
              .formatted(master.get(), conf.get(MASTER)),
          null);
    }
    if (master.isEmpty() && !conf.contains(MASTER)) {
      throw new ClusterException(
          "spark-train: expects a cluster; start it by spark-submit, or give --master local-cluster[2,1,1024] (two processes on this machine) or --master spark://HOST:7077",
          null);
    }
    master.ifPresent(conf::setMaster);
    if (!conf.contains("spark.app.name")) {
      conf.setAppName("fovea spark-train");
    }
    try {
      spark = SparkSession.builder().config(conf).getOrCreate();
    } catch (Exception refused) {
      throw new ClusterException(
          "spark-train: Spark does not start at %s: %s"
              .formatted(conf.get(MASTER), refused.getMessage()),
          refused);
    }
    options = given;
    Slots slots = new Slots(spark.sparkContext());
    try {
      workers = given.workers() > 0 ? given.workers() : slots.all(given.slotWait());
      slots.require(workers, given.slotWait());
    } catch (SparkTrainException few) {
      throw new ClusterException(String.valueOf(few.getMessage()), few);
    }
  }

  @Override
  public Optional<DataSplit> open(String data, DataOptions how) throws DataException {
    if (spark == null) {
      throw notStarted();
    }
    return ParquetSets.open(spark, data, how);
  }

  private static IllegalStateException notStarted() {
    return new IllegalStateException("spark-train: the cluster is not started");
  }

  @Override
  public History fit(ClusterRun run) {
    if (spark == null || options == null) {
      throw notStarted();
    }
    SparkTrainer trainer = trainer(spark, run, options).workers(workers);
    listenForSignals(run.watcher());
    run.watcher().say("spark: %s, %s".formatted(where(spark.sparkContext()), page(spark)));
    try {
      return run.images().opener().isPresent()
          ? trainer.fit(part(run.images().opener().get(), ClusterRun.Part.TRAIN))
          : trainer.fit(run.images().train());
    } catch (SparkTrainException failure) {
      throw new ClusterException(String.valueOf(failure.getMessage()), failure);
    }
  }

  private static SparkTrainer trainer(SparkSession spark, ClusterRun run, ClusterOptions options) {
    SparkTrainer trainer =
        SparkTrainer.of(spark, run.network())
            .setup(run.settings()::apply)
            .checkpointEvery(run.checkpointEvery())
            .sharedStatistics(options.sharedStatistics())
            .restarts(options.restarts())
            .timeouts(options.silence(), options.patience())
            .slotWait(options.slotWait())
            .ringPort(options.ringPort())
            .onRestart(restart -> restarted(run.watcher(), restart));
    if (options.threads() > 0) {
      trainer.threads(options.threads());
    }
    ClusterRun.Images images = run.images();
    if (images.opener().isPresent()) {
      ClusterRun.Opener opener = images.opener().get();
      trainer.test(part(opener, ClusterRun.Part.TEST));
      if (images.validation().isPresent()) {
        trainer.validation(part(opener, ClusterRun.Part.VALIDATION));
      }
    } else {
      trainer.test(images.test());
      images.validation().ifPresent(trainer::validation);
    }
    run.resume().ifPresent(trainer::resume);
    run.listeners().forEach(trainer::listener);
    return trainer;
  }

  private static Source part(ClusterRun.Opener opener, ClusterRun.Part part) {
    return () -> opener.open(part);
  }

  private static void restarted(ClusterRun.Watcher watcher, Restart restart) {
    watcher.restarted(restart.step());
    watcher.say(
        "restart %d of %d, from step %,d: %s"
            .formatted(restart.number(), restart.most(), restart.step(), restart.reason()));
  }

  private String where(SparkContext context) {
    return "%d worker%s at %s, application %s"
        .formatted(workers, workers == 1 ? "" : "s", context.master(), context.applicationId());
  }

  private static String page(SparkSession spark) {
    return spark.sparkContext().uiWebUrl().isDefined()
        ? "web UI at " + spark.sparkContext().uiWebUrl().get()
        : "no web UI";
  }

  /**
   * Ctrl-C lets the run save its checkpoint; a second one ends the program at once. A shutdown hook
   * would not do, since Spark's own hook would end the executors first.
   */
  private static void listenForSignals(ClusterRun.Watcher watcher) {
    for (String signal : new String[] {"INT", "TERM"}) {
      SignalUtils.register(
          signal,
          new AbstractFunction0<Object>() {
            private boolean asked;

            @Override
            public Object apply() {
              boolean again = asked;
              asked = true;
              return !again && watcher.interrupted();
            }
          });
    }
  }

  @Override
  public void close() {
    if (spark != null) {
      spark.stop();
    }
  }
}
