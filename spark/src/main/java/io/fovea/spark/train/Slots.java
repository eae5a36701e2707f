package io.fovea.spark.train;

import java.time.Duration;
import org.apache.spark.SparkContext;

/** The tasks that a cluster runs at once. Spark itself would wait ten minutes for more of them. */
final class Slots {
  private final SparkContext spark;

  Slots(SparkContext spark) {
    this.spark = spark;
  }

  int now() {
    return spark.maxNumConcurrentTasks(spark.resourceProfileManager().defaultResourceProfile());
  }

  boolean isLocal() {
    return spark.isLocal();
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
      try {
        Thread.sleep(100);
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        throw new SparkTrainException(
            "spark-train: interrupted while waiting for executors", interrupted);
      }
    }
  }

  /** Ends an executor that hangs; the cluster starts another one. */
  void replace(String executor) {
    if (!executor.isEmpty() && !isLocal()) {
      spark.killAndReplaceExecutor(executor);
    }
  }
}
