package io.fovea.spark.train;

import java.time.Duration;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;

/** The task slots of a cluster. Spark itself would wait ten minutes for missing ones. */
record Slots(SparkContext spark) {
  private static final Pattern LOCAL_CLUSTER =
      Pattern.compile("local-cluster\\[\\s*(\\d+)\\s*,\\s*(\\d+)\\s*,.*");

  /** If the expected number is unknown: after so long without a new slot, all are counted. */
  private static final Duration SETTLED = Duration.ofSeconds(3);

  int now() {
    return spark.maxNumConcurrentTasks(spark.resourceProfileManager().defaultResourceProfile());
  }

  boolean isLocal() {
    return spark.isLocal();
  }

  /**
   * Waits for all slots that the application requested, and counts them: executors start one by
   * one.
   *
   * @throws SparkTrainException if there is none
   */
  int all(Duration wait) {
    require(1, wait);
    long deadline = System.nanoTime() + (isLocal() ? 0 : wait.toNanos());
    OptionalInt expected = expected();
    int count = now();
    long since = System.nanoTime();
    while (System.nanoTime() < deadline
        && (expected.isPresent()
            ? count < expected.getAsInt()
            : System.nanoTime() - since < SETTLED.toNanos())) {
      sleep();
      int present = now();
      if (present != count) {
        count = present;
        since = System.nanoTime();
      }
    }
    return count;
  }

  /** The number in the application's settings, if any. */
  private OptionalInt expected() {
    SparkConf conf = spark.conf();
    int cpus = conf.getInt("spark.task.cpus", 1);
    Matcher cluster = LOCAL_CLUSTER.matcher(spark.master());
    if (cluster.matches()) {
      return OptionalInt.of(
          Integer.parseInt(cluster.group(1)) * (Integer.parseInt(cluster.group(2)) / cpus));
    }
    if (conf.contains("spark.executor.instances") && conf.contains("spark.executor.cores")) {
      int executors = conf.getInt("spark.executor.instances", 1);
      return OptionalInt.of(executors * (conf.getInt("spark.executor.cores", 1) / cpus));
    }
    return OptionalInt.empty();
  }

  /**
   * Waits for a number of slots.
   *
   * @throws SparkTrainException if they are missing
   */
  void require(int workers, Duration wait) {
    long deadline = System.nanoTime() + (isLocal() ? 0 : wait.toNanos());
    while (now() < workers) {
      if (System.nanoTime() >= deadline) {
        throw new SparkTrainException(
            "spark-train: %d workers need as many task slots, the cluster has %d (spark.task.cpus is %s); use fewer workers, or give the application more executors or cores"
                .formatted(workers, now(), spark.conf().get("spark.task.cpus", "1")),
            null);
      }
      sleep();
    }
  }

  private static void sleep() {
    try {
      Thread.sleep(100);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new SparkTrainException(
          "spark-train: interrupted while waiting for executors", interrupted);
    }
  }

  /** Ends a hanging executor; the cluster starts another one. */
  void replace(String executor) {
    if (!executor.isEmpty() && !isLocal()) {
      spark.killAndReplaceExecutor(executor);
    }
  }
}
