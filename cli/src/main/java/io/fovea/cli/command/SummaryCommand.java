package io.fovea.cli.command;

import io.fovea.cli.screen.CommonFlags;
import io.fovea.cli.screen.Json;
import io.fovea.cli.screen.Screen;
import io.fovea.cli.screen.Table;
import io.fovea.network.Graph;
import io.fovea.network.Summary;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code fovea summary}. */
@Command(
    name = "summary",
    description =
        "Shows a network's layers: output shapes, parameters, multiply-adds, and the kernel chosen for each.")
final class SummaryCommand implements Callable<Integer> {
  private final Screen screen;

  @Mixin private final GraphFlags graph = new GraphFlags();

  @Mixin private final CommonFlags common = new CommonFlags();

  SummaryCommand(Screen screen) {
    this.screen = screen;
  }

  @Override
  public Integer call() throws IOException {
    Summary summary = Summary.of(graph.graph(), graph.kernels());
    if (common.json) {
      screen.out().println(Json.line(json(summary)));
    } else {
      print(summary);
    }
    return 0;
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
