package io.fovea.cli.command.files;

import io.fovea.cli.command.base.GraphFlags;
import io.fovea.cli.command.base.ScreenCommand;
import io.fovea.cli.screen.Console;
import io.fovea.cli.screen.Json;
import io.fovea.cli.screen.UsageException;
import io.fovea.cli.train.flags.ThreadFlags;
import io.fovea.file.Table;
import io.fovea.inference.Classifier;
import io.fovea.network.Graph;
import io.fovea.network.MemoryNeed;
import io.fovea.network.Summary;
import io.fovea.network.execution.ExecutionPlan;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code fovea summary}. */
@Command(
    name = "summary",
    description =
        "Shows a network's layers: output shapes, parameters, multiply-adds, and the kernel chosen for each.")
public final class SummaryCommand extends ScreenCommand {
  private static final int MOST_BATCH = 1024;

  @Mixin private final GraphFlags flags = new GraphFlags();

  @Option(
      names = "--plan",
      description =
          "Also shows which layers are fused, in inference and in training, and the memory of the values in inference.")
  private boolean plan;

  @Option(
      names = "--batch",
      paramLabel = "N",
      description =
          "Also shows the memory that inference needs with up to N images a call, and the heap to set.")
  private @Nullable Integer batch;

  @Mixin private final ThreadFlags threads = new ThreadFlags();

  public SummaryCommand(Console screen) {
    super(screen);
  }

  @Override
  public Integer call() throws IOException {
    Graph graph = flags.graph();
    Summary summary = Summary.of(graph, flags.kernels());
    Map<String, Object> facts = json(summary);
    if (!common.json) {
      print(summary);
    }
    if (plan) {
      ExecutionPlan answers = ExecutionPlan.inference(graph);
      ExecutionPlan training = ExecutionPlan.training(graph);
      facts.put("answers", json(answers));
      facts.put("training", json(training));
      if (!common.json) {
        print(summary, answers, training);
      }
    }
    if (batch != null) {
      if (batch < 1 || batch > MOST_BATCH) {
        throw new UsageException(
            "--batch: expects a whole number from 1 to %d, got \"%d\""
                .formatted(MOST_BATCH, batch));
      }
      int cores = threads.count(screen);
      MemoryNeed need = Classifier.memory(graph, cores, flags.kernels(), batch);
      facts.put("memory", json(need));
      if (!common.json) {
        print(need, cores);
      }
    }
    if (common.json) {
      screen.println(Json.line(facts));
    }
    return 0;
  }

  private void print(Summary summary) {
    screen.out().print(summary);
    screen.println("kernels: explained in docs/code-words.md");
  }

  private void print(Summary summary, ExecutionPlan answers, ExecutionPlan training) {
    print("inference", summary, answers);
    if (!answers.folded().isEmpty()) {
      screen.println("folded into other layers: " + String.join(" ", answers.folded()));
    }
    screen.println(
        "memory of the values: %,d bytes an image, in %d buffers"
            .formatted(Float.BYTES * answers.floats(), answers.buffers()));
    print("training", summary, training);
  }

  private void print(String title, Summary summary, ExecutionPlan plan) {
    Map<String, String> types =
        summary.rows().stream().collect(Collectors.toMap(Summary.Row::name, Summary.Row::type));
    Table table = new Table(2, "fused in " + title, "layers");
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

  private void print(MemoryNeed need, int cores) {
    Table table = new Table(1, "memory of inference", "bytes");
    table.row("weights", bytes(need.weights()));
    table.row("derived from weights", bytes(need.derived()));
    table.row("buffers", bytes(need.buffers()));
    table.row("scratch", bytes(need.scratch()));
    table.row("total", bytes(need.total()));
    table.row("while loading", bytes(need.loading()));
    screen.out().println();
    screen.out().print(table);
    screen.println(
        "calls of up to %d images on %d threads; heap to set: -Xmx%dm"
            .formatted(batch, cores, need.heapMegabytes()));
  }

  private static String bytes(long count) {
    return "%,d".formatted(count);
  }

  private static Map<String, Object> json(MemoryNeed need) {
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("weights", need.weights());
    result.put("derived", need.derived());
    result.put("buffers", need.buffers());
    result.put("scratch", need.scratch());
    result.put("total", need.total());
    result.put("loading", need.loading());
    result.put("heap", need.heap());
    return result;
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
