package io.fovea.spark.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.fovea.spark.Digits;
import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The verb spark-train, on two threads of this process. */
@Timeout(120)
class SparkTrainCommandTest {
  private static final Pattern LOSS =
      Pattern.compile("\"step\":\\d+,\"epoch\":\\d+,\"loss\":([^,]+)");

  @TempDir static Path shared;
  @TempDir Path folder;

  private static Path digits;

  @BeforeAll
  static void writeDigits() throws IOException {
    digits = Digits.idxFolder(shared.resolve("digits"));
  }

  @AfterEach
  void sparkIsLeft() {
    assertThat(SparkSession.getDefaultSession().isEmpty()).as("no session stays open").isTrue();
  }

  private static final List<String> RECIPE =
      List.of(
          "--model pooled --epochs 6 --batch 50 --lr 0.01 --schedule constant --log-every 1"
              .split(" ", -1));
  private static final List<String> SPARK =
      List.of(
          "--master local[2] --conf spark.ui.enabled=false --conf spark.driver.host=localhost --conf spark.driver.bindAddress=127.0.0.1"
              .split(" ", -1));

  private CommandRun train(String verb, String out, String... more) {
    List<String> all = new ArrayList<>(List.of(verb, digits.toString()));
    List<String> given = List.of(more);
    for (int i = 0; i < RECIPE.size(); i += 2) {
      if (!given.contains(RECIPE.get(i))) {
        all.addAll(RECIPE.subList(i, i + 2));
      }
    }
    if (verb.equals("spark-train")) {
      all.addAll(SPARK);
    }
    all.addAll(List.of("--out", folder.resolve(out).toString()));
    all.addAll(given);
    return CommandRun.of(all);
  }

  private List<Double> losses(String run) throws IOException {
    Matcher loss = LOSS.matcher(Files.readString(folder.resolve(run).resolve("metrics.jsonl")));
    List<Double> losses = new ArrayList<>();
    while (loss.find()) {
      losses.add(Double.valueOf(loss.group(1)));
    }
    return losses;
  }

  private static double accuracy(CommandRun run) {
    Matcher accuracy = Pattern.compile("\"testAccuracy\":([^,]+)").matcher(run.out());
    assertThat(accuracy.find()).as(run.err() + run.out()).isTrue();
    return Double.parseDouble(accuracy.group(1));
  }

  @Test
  void sparkTrain_leavesWhatTrainLeaves_andTheSameResult() throws IOException {
    CommandRun alone = train("train", "alone", "--json");
    CommandRun spark = train("spark-train", "spark", "--json");
    assertThat(spark.exit()).as(spark.err()).isZero();
    assertThat(spark.out().lines()).hasSize(1);
    assertThat(spark.err())
        .contains(
            "pooled on digits: 500 training images, 100 test images of 1x28x28, 10 classes",
            "seed 42; Spark 4.2.0, synchronous, ",
            "spark: 2 workers at local[2], application local-",
            "epoch 6/6  train loss ");
    assertThat(accuracy(spark)).isCloseTo(accuracy(alone), within(0.003)).isGreaterThan(0.75);
    assertThat(losses("spark")).hasSize(60);
    for (int i = 0; i < 50; i++) {
      assertThat(losses("spark").get(i))
          .as("loss of step %d", i + 1)
          .isCloseTo(losses("alone").get(i), within(1e-4));
    }
    try (Stream<Path> files = Files.list(folder.resolve("alone"))) {
      for (Path file : files.toList()) {
        if (file.endsWith("images.crc32c")) {
          continue; // of a replay, which runs in one process
        }
        Path same = folder.resolve("spark").resolve(file.getFileName());
        assertThat(same).exists();
        assertThat(Files.size(same) > 0).as("%s has content", same).isEqualTo(Files.size(file) > 0);
      }
    }
    assertThat(folder.resolve("spark/config.json"))
        .content()
        .contains("\"command\" : \"spark-train\"", "\"batch\" : \"50\"", "\"workers\" : \"all\"");
    assertThat(Files.readString(folder.resolve("alone/config.json"))).doesNotContain("workers");
  }

  /**
   * By local statistics the losses are others from the first step. A network without kinks: behind
   * a ReLU or a maximum a normalisation makes rounding grow to 1e-4 within fifty steps.
   */
  @Test
  @Tag("gate")
  void sparkTrain_sharedStatistics_normalisesAsTrainDoes() throws IOException {
    Path model = folder.resolve("smooth.json");
    Files.writeString(
        model,
        """
        {"nodes": [
          {"layer": "conv2d", "filters": 8, "kernel": 5, "padding": 2, "bias": false},
          {"layer": "batch_norm2d"}, {"layer": "tanh"}, {"layer": "avg_pool2d", "kernel": 2},
          {"layer": "conv2d", "filters": 16, "kernel": 3, "padding": 1, "bias": false},
          {"layer": "batch_norm2d"}, {"layer": "tanh"}, {"layer": "avg_pool2d", "kernel": 2},
          {"layer": "flatten"}, {"layer": "dense", "outputs": "classes"}]}
        """);
    assertThat(train("train", "alone", "--model", model.toString()).exit()).isZero();
    for (String whose : List.of("local", "shared")) {
      CommandRun run =
          train("spark-train", whose, "--model", model.toString(), "--batch-statistics", whose);
      assertThat(run.exit()).as(run.err()).isZero();
    }
    for (int i = 0; i < 50; i++) {
      assertThat(losses("shared").get(i))
          .as("loss of step %d", i + 1)
          .isCloseTo(losses("alone").get(i), within(1e-4));
    }
    assertThat(losses("local").getFirst()).isNotCloseTo(losses("alone").getFirst(), within(1e-4));
  }

  @Test
  @Tag("gate")
  void sparkTrain_imagesOpenedByWorkers_sameBits() throws IOException {
    String[] more = {"--validation", "0.2", "--class-weights", "balanced", "--epochs", "2"};
    CommandRun sent = train("spark-train", "sent", more);
    assertThat(sent.exit()).as(sent.err()).isZero();
    List<String> opened = new ArrayList<>(List.of(more));
    opened.addAll(List.of("--images-from", "workers"));
    CommandRun run = train("spark-train", "opened", opened.toArray(String[]::new));
    assertThat(run.exit()).as(run.err()).isZero();
    assertThat(folder.resolve("opened/model.safetensors"))
        .hasSameBinaryContentAs(folder.resolve("sent/model.safetensors"));
  }

  @Test
  void sparkTrain_resumed_endsWithTheSameBits() throws IOException {
    assertThat(train("spark-train", "whole", "--epochs", "3").exit()).isZero();
    assertThat(train("spark-train", "half", "--epochs", "3", "--workers", "2").exit()).isZero();
    Path half = folder.resolve("half");
    Files.copy(half.resolve("checkpoint.safetensors"), folder.resolve("end"));
    List<String> resume = new ArrayList<>(List.of("spark-train", "--resume", half.toString()));
    resume.addAll(SPARK);
    CommandRun again = CommandRun.of(resume);
    assertThat(again.exit()).as(again.err()).isZero();
    assertThat(again.err()).contains("resuming at step 30, epoch ");
    assertThat(half.resolve("model.safetensors"))
        .hasSameBinaryContentAs(folder.resolve("whole/model.safetensors"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--workers|none|--workers: expects a whole number from 1 to 65535, got \"none\"",
        "--batch-statistics|global|--batch-statistics: expects one of local, shared, got \"global\"",
        "--images-from|hdfs|--images-from: expects one of driver, workers, got \"hdfs\"",
        "--restarts|x|--restarts: expects a whole number from 0 to 1000000, got \"x\"",
        "--silence|0|--silence: expects a whole number from 1 to 1000000, got \"0\"",
        "--patience|10|--patience: expects at least the seconds of --silence, 30, got \"10\"",
        "--ring-port|70000|--ring-port: expects a whole number from 0 to 65535, got \"70000\"",
        "--worker|2|Unknown option",
        "--conf|spark.ui.enabled|Value for option option '--conf' (KEY=VALUE) should be in KEY=VALUE format but was spark.ui.enabled"
      })
  void sparkTrain_withAWrongFlag_endsWithUsage(String flag, String value, String expected) {
    CommandRun run = train("spark-train", "run", flag, value);
    assertThat(run.exit()).isEqualTo(2);
    assertThat(run.err().lines()).hasSize(1);
    assertThat(run.lastError())
        .startsWith("fovea: " + expected)
        .endsWith("see fovea spark-train --help");
    assertThat(folder.resolve("run")).doesNotExist();
  }

  private void assertFails(CommandRun run, String expected) {
    assertThat(run.exit()).as(run.err()).isEqualTo(1);
    assertThat(run.out()).isEmpty();
    assertThat(run.lastError()).isEqualTo("fovea: " + expected);
    assertThat(folder.resolve("run")).doesNotExist();
  }

  @Test
  void sparkTrain_tooFewSlots_failsBeforeAnythingIsWritten() {
    assertFails(
        train("spark-train", "run", "--workers", "5"),
        "spark-train: 5 workers need as many task slots, the cluster has 2 (spark.task.cpus is 1); use fewer workers, or give the application more executors or cores");
  }

  @Test
  void sparkTrain_withoutACluster_namesTheWays() {
    String run = folder.resolve("run").toString();
    assertFails(
        CommandRun.of(List.of("spark-train", digits.toString(), "--out", run)),
        "spark-train: expects a cluster; start it by spark-submit, or give --master local-cluster[2,1,1024] (two processes on this machine) or --master spark://HOST:7077");
    assertFails(
        train("spark-train", "run", "--conf", "spark.master=local[1]"),
        "spark-train: --master is local[2], but spark-submit's master is local[1]; leave one of them out");
    assertFails(
        CommandRun.of(
            List.of("spark-train", digits.toString(), "--master", "sprak://here", "--out", run)),
        "spark-train: Spark does not start at sprak://here: Could not parse Master URL: 'sprak://here'");
  }

  /** A program with all but fovea-spark, and one with all but Spark. */
  @Test
  void sparkTrain_withoutSpark_errorNamesTheCure() throws Exception {
    assertThat(withoutEntries("/spark/target/"))
        .isEqualTo(
            "fovea: spark-train: fovea-spark.jar is not on the class path; start it as ./fovea spark-train, which brings Spark, or by spark-submit as spark/README.md shows");
    assertThat(withoutEntries("/org/apache/spark/"))
        .isEqualTo(
            "fovea: spark-train: Apache Spark is not on the class path; start it as ./fovea spark-train, which brings Spark, or by spark-submit as spark/README.md shows");
  }

  private static String withoutEntries(String part) throws Exception {
    String path =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path", ""));
    List<URL> entries = new ArrayList<>();
    for (String entry : path.split(File.pathSeparator, -1)) {
      if (!entry.contains(part)) {
        entries.add(Path.of(entry).toUri().toURL());
      }
    }
    ClassLoader before = Thread.currentThread().getContextClassLoader();
    try (URLClassLoader loader =
        new URLClassLoader(entries.toArray(URL[]::new), ClassLoader.getPlatformClassLoader())) {
      Thread.currentThread().setContextClassLoader(loader);
      Class<?> fovea = loader.loadClass("io.fovea.cli.Fovea");
      java.io.ByteArrayOutputStream err = new java.io.ByteArrayOutputStream();
      java.io.PrintStream screen = new java.io.PrintStream(err, true, StandardCharsets.UTF_8);
      Object exit =
          fovea
              .getMethod(
                  "run", java.io.PrintStream.class, java.io.PrintStream.class, String[].class)
              .invoke(null, screen, screen, new String[] {"spark-train", "--master", "local[2]"});
      assertThat(exit).isEqualTo(1);
      String text = err.toString(StandardCharsets.UTF_8);
      return Arrays.stream(text.split("\n", -1))
          .filter(line -> !line.isEmpty())
          .reduce((a, b) -> b)
          .orElse("");
    } finally {
      Thread.currentThread().setContextClassLoader(before);
    }
  }
}
