package io.fovea.cli.command;

import io.fovea.cli.run.ModelFiles;
import io.fovea.cli.screen.CommonFlags;
import io.fovea.cli.screen.Json;
import io.fovea.cli.screen.Screen;
import io.fovea.cli.screen.Table;
import io.fovea.cli.screen.UsageException;
import io.fovea.cli.train.ModelChoice;
import io.fovea.cli.train.Settings;
import io.fovea.cli.train.TrainFlags;
import io.fovea.layer.KernelSet;
import io.fovea.network.Graph;
import io.fovea.network.Initializer;
import io.fovea.network.Network;
import io.fovea.network.Summary;
import io.fovea.network.execution.ExecutionPlan;
import io.fovea.tensor.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code fovea summary}. */
@Command(
    name = "summary",
    description =
        "Shows a network's layers: output shapes, parameters, multiply-adds, and the kernel chosen for each.")
final class SummaryCommand implements Callable<Integer> {
  private static final Pattern SHAPE = Pattern.compile("(\\d{1,4})x(\\d{1,5})x(\\d{1,5})");

  private final Screen screen;

  @Parameters(
      paramLabel = "MODEL-or-NAME",
      description =
          "A .safetensors or .onnx file, a run folder, a description as FILE.json, or the name of a built-in network.")
  private String model = "";

  @Option(
      names = "--input",
      paramLabel = "CxHxW",
      description = "The images' shape, for a name or description (default: 1x28x28).")
  private @Nullable String input;

  @Option(
      names = "--classes",
      paramLabel = "N",
      description = "The number of classes, for a name or description (default: 10).")
  private @Nullable Integer classes;

  @Option(
      names = "--kernels",
      paramLabel = "SET",
      description =
          "vector, vector-direct (without Winograd) or reference (default: what this machine runs).")
  private String kernels = "auto";

  @Option(
      names = "--plan",
      description =
          "Also shows which layers are computed together, in answers and in training, and the memory of an answer's values.")
  private boolean plan;

  @Mixin private final CommonFlags common = new CommonFlags();

  SummaryCommand(Screen screen) {
    this.screen = screen;
  }

  @Override
  public Integer call() throws IOException {
    Map<String, String> flags = TrainFlags.standard();
    flags.put("kernels", kernels);
    KernelSet set = new Settings(flags).kernels();
    boolean trained = Files.exists(Path.of(model)) && !model.endsWith(".json");
    Network network = trained ? trained() : null;
    Graph graph = network == null ? untrained() : network.graph();
    Summary summary = Summary.of(graph, set);
    Map<String, Object> facts = json(summary);
    if (!common.json) {
      print(summary);
    }
    if (plan) {
      Network planned = network == null ? Network.of(graph, Initializer.he(), 0) : network;
      ExecutionPlan answers = ExecutionPlan.answers(planned);
      ExecutionPlan training = ExecutionPlan.training(graph);
      facts.put("answers", json(answers));
      facts.put("training", json(training));
      if (!common.json) {
        print(summary, answers, training);
      }
    }
    if (common.json) {
      screen.out().println(Json.line(facts));
    }
    return 0;
  }

  private Network trained() throws IOException {
    if (input != null || classes != null) {
      throw new UsageException(
          "%s: %s has its own; leave the flag out, or name a network or a description"
              .formatted(input != null ? "--input" : "--classes", model));
    }
    return ModelFiles.open(Path.of(model));
  }

  private Graph untrained() throws IOException {
    Shape shape = shape(input == null ? "1x28x28" : input);
    return ModelChoice.of(model).graph(shape, checkedClasses(classes == null ? 10 : classes));
  }

  static Shape shape(String text) {
    return shape("--input", text);
  }

  /** A shape as flags have it. */
  static Shape shape(String flag, String text) {
    Matcher matcher = SHAPE.matcher(text);
    if (!matcher.matches()) {
      throw new UsageException(flag + ": expects CxHxW, such as 3x32x32, got \"" + text + "\"");
    }
    int channels = Integer.parseInt(matcher.group(1));
    int height = Integer.parseInt(matcher.group(2));
    int width = Integer.parseInt(matcher.group(3));
    if (channels < 1 || height < 1 || width < 1) {
      throw new UsageException(flag + ": expects sizes from 1 up, got \"" + text + "\"");
    }
    return Shape.of(channels, height, width);
  }

  /** The value of {@code --classes}. */
  static int checkedClasses(int classes) {
    if (classes < 1) {
      throw new UsageException("--classes: expects a whole number from 1 up, got " + classes);
    }
    return classes;
  }

  private void print(Summary summary) {
    Table table =
        new Table(2, "name", "layer", "output", "parameters", "multiply-adds", "kernel", "inputs");
    table.row("input", "", summary.input().toString(), "", "", "", "");
    String before = Graph.INPUT;
    for (Summary.Row row : summary.rows()) {
      boolean chain = row.inputs().equals(List.of(before));
      table.row(
          row.name(),
          row.type(),
          row.output().toString(),
          row.parameters() == 0 ? "" : "%,d".formatted(row.parameters()),
          row.multiplyAdds() == 0 ? "" : "%,d".formatted(row.multiplyAdds()),
          row.kernel(),
          chain ? "" : String.join(" ", row.inputs()));
      before = row.name();
    }
    table.row(
        "total",
        "",
        "",
        "%,d".formatted(summary.parameters()),
        "%,d".formatted(summary.multiplyAdds()),
        "",
        "");
    screen.out().print(table);
  }

  private void print(Summary summary, ExecutionPlan answers, ExecutionPlan training) {
    print("answers", summary, answers);
    if (!answers.folded().isEmpty()) {
      screen.out().println("in the weights of others: " + String.join(" ", answers.folded()));
    }
    screen
        .out()
        .println(
            "memory of the values: %,d bytes an image, in %d buffers"
                .formatted(Float.BYTES * answers.floats(), answers.buffers()));
    print("training", summary, training);
  }

  private void print(String title, Summary summary, ExecutionPlan plan) {
    Map<String, String> types =
        summary.rows().stream().collect(Collectors.toMap(Summary.Row::name, Summary.Row::type));
    Table table = new Table(2, "together in " + title, "layers");
    for (List<String> pass : plan.passes()) {
      String layers =
          pass.stream()
              .map(name -> types.getOrDefault(name, ""))
              .collect(Collectors.joining(" + "));
      table.row(String.join(" + ", pass), layers);
    }
    screen.out().println();
    screen.out().print(table);
  }

  private static Map<String, Object> json(ExecutionPlan plan) {
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("passes", plan.passes());
    result.put("folded", plan.folded());
    result.put("buffers", plan.buffers());
    result.put("floats", plan.floats());
    return result;
  }

  private static Map<String, Object> json(Summary summary) {
    List<Map<String, Object>> rows = new ArrayList<>();
    for (Summary.Row row : summary.rows()) {
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("name", row.name());
      one.put("layer", row.type());
      one.put("inputs", row.inputs());
      one.put("output", row.output().sizes());
      one.put("parameters", row.parameters());
      one.put("multiplyAdds", row.multiplyAdds());
      one.put("kernel", row.kernel());
      rows.add(one);
    }
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("input", summary.input().sizes());
    result.put("layers", rows);
    result.put("parameters", summary.parameters());
    result.put("multiplyAdds", summary.multiplyAdds());
    return result;
  }
}
