package io.fovea.spark.train;

import java.io.File;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.spark.sql.SparkSession;

/** Spark applications for tests. */
final class Sessions {
  private Sessions() {}

  static SparkSession local(int tasks) {
    return builder("local[" + tasks + "]").getOrCreate();
  }

  /** Executors are processes of their own; the build has put Spark's jars where they look. */
  static SparkSession cluster(int executors) {
    return builder("local-cluster[" + executors + ",1,1024]")
        .config("spark.executor.extraClassPath", classPath())
        .config("spark.executorEnv.JAVA_HOME", System.getProperty("java.home"))
        .getOrCreate();
  }

  private static SparkSession.Builder builder(String master) {
    return SparkSession.builder()
        .master(master)
        .appName("fovea tests")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.host", "localhost")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.executor.memory", "1g")
        .config("spark.sql.shuffle.partitions", "2");
  }

  /** What makes a command's executors find the classes, as {@link #cluster} does. */
  static List<String> executorFlags() {
    return List.of(
        "--conf",
        "spark.executor.extraClassPath=" + classPath(),
        "--conf",
        "spark.executorEnv.JAVA_HOME=" + System.getProperty("java.home"),
        "--conf",
        "spark.executor.memory=1g");
  }

  /** What the tests run with. */
  static String wholeClassPath() {
    return System.getProperty(
        "surefire.test.class.path", System.getProperty("java.class.path", ""));
  }

  /** The same without Spark: executors have that already. */
  private static String classPath() {
    return Arrays.stream(wholeClassPath().split(File.pathSeparator))
        .filter(entry -> !entry.contains("/org/apache/spark/"))
        .collect(Collectors.joining(File.pathSeparator));
  }
}
