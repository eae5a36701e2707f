package io.fovea.cli;

import io.fovea.data.DataSplit;
import io.fovea.layer.KernelSet;
import io.fovea.network.Network;
import io.fovea.parallel.Workers;
import io.fovea.train.ConfusionMatrix;
import io.fovea.train.Evaluation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code fovea eval}. */
@Command(
    name = "eval",
    description =
        "Tests a model on the test images of a data set: loss, accuracy, each class, confusion matrix.")
final class EvalCommand implements Callable<Integer> {
  private static final long HELD_OUT_SEED = 42;

  private final Screen screen;

  @Parameters(
      index = "0",
      paramLabel = "MODEL",
      description = "A .safetensors file, or a run folder.")
  private Path model = Path.of("");

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "DATA",
      description = "As for train (default: mnist).")
  private String data = "mnist";

  @Option(names = "--threads", paramLabel = "N", description = "Threads (default: all processors).")
  private int threads = Runtime.getRuntime().availableProcessors();

  @Option(
      names = "--seed",
      paramLabel = "N",
      description =
          "The seed the model was trained with, where a data set has no test part and one was held out (default: 42).")
  private long seed = HELD_OUT_SEED;

  @Mixin private final DataFlags dataFlags = new DataFlags();
  @Mixin private final CommonFlags common = new CommonFlags();

  EvalCommand(Screen screen) {
    this.screen = screen;
  }

  @Override
  public Integer call() throws IOException {
    Network network = ModelFiles.open(model);
    DataSplit split = dataFlags.openFor(data, network.graph().input(), screen, seed);
    if (!split.test().classes().equals(network.labels())) {
      throw new Failure(
          "eval: the model's classes are %s, the data's %s; give the data it was trained for"
              .formatted(brief(network.labels()), brief(split.test().classes())));
    }
    Evaluation evaluation;
    try (Workers workers = Workers.of(threads)) {
      evaluation = Evaluation.of(network, split.test(), workers, KernelSet.fastest());
    }
    if (!split.note().isEmpty()) {
      screen.say(split.note());
    }
    if (common.json) {
      screen.out().println(Json.line(json(evaluation, network.labels())));
    } else {
      print(evaluation, network.labels());
    }
    return 0;
  }

  private static String brief(List<String> names) {
    return names.size() <= 12 ? names.toString() : names.subList(0, 12) + " and more";
  }

  private static Map<String, Object> json(Evaluation evaluation, List<String> labels) {
    ConfusionMatrix matrix = evaluation.confusion();
    List<Map<String, Object>> classes = new ArrayList<>();
    List<long[]> rows = new ArrayList<>();
    for (int k = 0; k < labels.size(); k++) {
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("label", labels.get(k));
      one.put("precision", matrix.precision(k));
      one.put("recall", matrix.recall(k));
      one.put("f1", matrix.f1(k));
      one.put("support", matrix.support(k));
      classes.add(one);
      rows.add(row(matrix, k));
    }
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("accuracy", evaluation.accuracy());
    result.put("loss", evaluation.loss());
    result.put("count", evaluation.count());
    result.put("perClass", classes);
    result.put("confusion", rows);
    return result;
  }

  private static long[] row(ConfusionMatrix matrix, int label) {
    long[] row = new long[matrix.classes()];
    for (int k = 0; k < row.length; k++) {
      row[k] = matrix.count(label, k);
    }
    return row;
  }

  private void print(Evaluation evaluation, List<String> labels) {
    ConfusionMatrix matrix = evaluation.confusion();
    screen
        .out()
        .printf(
            Locale.ROOT,
            "accuracy %.2f %%, loss %.4f, %,d images%n%n",
            100 * evaluation.accuracy(),
            evaluation.loss(),
            evaluation.count());
    Table perClass = new Table("class", "images", "precision", "recall", "F1");
    for (int k = 0; k < labels.size(); k++) {
      perClass.row(
          labels.get(k),
          "%,d".formatted(matrix.support(k)),
          percent(matrix.precision(k)),
          percent(matrix.recall(k)),
          percent(matrix.f1(k)));
    }
    screen.out().print(perClass);
    List<String> head = new ArrayList<>(List.of("is \\ taken for"));
    head.addAll(labels);
    Table confusion = new Table(head.toArray(String[]::new));
    for (int k = 0; k < labels.size(); k++) {
      List<String> cells = new ArrayList<>(List.of(labels.get(k)));
      for (long count : row(matrix, k)) {
        cells.add(count == 0 ? "." : Long.toString(count));
      }
      confusion.row(cells.toArray(String[]::new));
    }
    screen.out().println();
    screen.out().print(confusion);
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.2f %%", 100 * share);
  }
}
