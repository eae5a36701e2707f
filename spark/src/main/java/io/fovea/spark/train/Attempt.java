package io.fovea.spark.train;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;

/** A barrier stage with one task for each worker. */
final class Attempt {
  private Attempt() {}

  /** Runs it to its end; throws Spark's exceptions. */
  static void run(SparkContext spark, StepTask task, int workers) {
    List<Integer> ranks = new ArrayList<>();
    for (int rank = 0; rank < workers; rank++) {
      ranks.add(rank);
    }
    ClassTag<Integer> type = ClassTag$.MODULE$.apply(Integer.class);
    spark.setJobGroup("fovea", "Fovea synchronous training, " + workers + " workers", true);
    try {
      JavaSparkContext.fromSparkContext(spark)
          .parallelize(ranks, workers)
          .rdd()
          .barrier()
          .mapPartitions(task, false, type)
          .count();
    } finally {
      spark.clearJobGroup();
    }
  }
}
