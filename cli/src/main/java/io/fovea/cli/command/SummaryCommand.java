package io.fovea.cli.command;

import io.fovea.cli.screen.Console;
import io.fovea.cli.screen.Json;
import io.fovea.file.Table;
import io.fovea.network.Graph;
import io.fovea.network.Initializer;
import io.fovea.network.Network;
import io.fovea.network.Summary;
import io.fovea.network.execution.ExecutionPlan;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code fovea summary}. */
@Command(
    name = "summary",
    description =
        "Shows a network's layers: output shapes, parameters, multiply-adds, and the kernel chosen for each.")
final class SummaryCommand extends ScreenCommand {
  @Mixin private final GraphFlags flags = new GraphFlags();

  @Option(
      names = "--plan",
      description =
          "Also shows which layers are fused, in inference and in training, and the memory of the values in inference.")
  private boolean plan;

  SummaryCommand(Console screen) {
    super(screen);
  }

  @Override
  public Integer call() throws IOException {
    Network network = flags.network();
    Graph graph = network == null ? flags.graph() : network.graph();
    Summary summary = Summary.of(graph, flags.kernels());
    Map<String, Object> facts = json(summary);
    if (!common.json) {
      print(summary);
    }
    if (plan) {
      Network planned = network == null ? Network.of(graph, Initializer.he(), 0) : network;
      ExecutionPlan answers = ExecutionPlan.inference(planned);
      ExecutionPlan training = ExecutionPlan.training(graph);
      facts.put("answers", json(answers));
      facts.put("training", json(training));
      if (!common.json) {
        print(summary, answers, training);
      }
    }
    if (common.json) {
      screen.println(Json.line(facts));
    }
    return 0;
  }

  private void print(Summary summary) {
    screen.out().print(summary);
    screen.println("kernels: explained in docs/glossary.md; their loops: fovea kernels");
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
