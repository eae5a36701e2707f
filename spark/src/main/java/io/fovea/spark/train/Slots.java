package io.fovea.spark.train;

import java.time.Duration;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;

/** The tasks that a cluster runs at once. Spark itself would wait ten minutes for more of them. */
record Slots(SparkContext spark) {
  private static final Pattern LOCAL_CLUSTER =
      Pattern.compile("local-cluster\\[\\s*(\\d+)\\s*,\\s*(\\d+)\\s*,.*");

  /** Where nothing says how many are to come: so long without a new one, and all are there. */
  private static final Duration SETTLED = Duration.ofSeconds(3);

  int now() {
    return spark.maxNumConcurrentTasks(spark.resourceProfileManager().defaultResourceProfile());
  }

  boolean isLocal() {
    return spark.isLocal();
  }

  /**
   * Waits until all have come that the application asked for, and counts them: the first executor
   * of several is not the cluster.
   *
   * @throws SparkTrainException if none comes
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

  /** As many as the application's settings speak of, if they do. */
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
   * Waits for so many.
   *
   * @throws SparkTrainException if they do not come
   */
  void require(int workers, Duration wait) {
    long deadline = System.nanoTime() + (isLocal() ? 0 : wait.toNanos());
    while (now() < workers) {
      if (System.nanoTime() >= deadline) {
        throw new SparkTrainException(
            "spark-train: %d workers need as many task slots at once, the cluster has %d (spark.task.cpus is %s); ask for fewer workers, or give the application more executors or cores"
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

  /** Ends an executor that hangs; the cluster starts another one. */
  void replace(String executor) {
    if (!executor.isEmpty() && !isLocal()) {
      spark.killAndReplaceExecutor(executor);
    }
  }
}
