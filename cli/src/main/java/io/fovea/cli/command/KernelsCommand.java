package io.fovea.cli.command;

import io.fovea.cli.screen.Json;
import io.fovea.cli.screen.Screen;
import io.fovea.cli.screen.UsageException;
import io.fovea.layer.KernelSet;
import io.fovea.network.LoopNests;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code fovea kernels}. */
@Command(
    name = "kernels",
    description =
        "Shows how a network's layers are computed: the loops around the register blocks as pseudo-code, the blocks, and the registers they take.")
final class KernelsCommand extends ScreenCommand {
  @Mixin private final GraphFlags graph = new GraphFlags();

  @Option(
      names = "--batch",
      paramLabel = "N",
      description = "Batch size (default: ${DEFAULT-VALUE}).")
  private int batch = 1;

  @Option(
      names = "--layer",
      paramLabel = "NAME",
      description = "One layer, by its name in the summary (default: all).")
  private String layer = "";

  KernelsCommand(Screen screen) {
    super(screen);
  }

  @Override
  public Integer call() throws IOException {
    if (batch < 1) {
      throw new UsageException("--batch: expects a whole number from 1 up, got " + batch);
    }
    KernelSet set = graph.kernels();
    if (set == KernelSet.REFERENCE) {
      throw new UsageException(
          "--kernels: the reference kernels are plain loops without register blocks; choose vector or vector-direct");
    }
    LoopNests nests = wanted(LoopNests.of(graph.graph(), set, batch));
    if (common.json) {
      screen.println(Json.line(json(nests)));
    } else {
      print(nests);
    }
    return 0;
  }

  private LoopNests wanted(LoopNests all) {
    List<LoopNests.Loops> layers =
        all.layers().stream().filter(each -> layer.isEmpty() || each.name().equals(layer)).toList();
    if (layers.isEmpty()) {
      throw new UsageException(
          layer.isEmpty()
              ? "no layer of this network is a convolution or a dense layer; choose another network"
              : "--layer: no layer with register blocks is named \"%s\"; expected one of %s"
                  .formatted(layer, all.layers().stream().map(LoopNests.Loops::name).toList()));
    }
    return new LoopNests(layers);
  }

  private void print(LoopNests nests) {
    screen.println(
        "Batch of %d. Steps in floats; m, n and k as in GEMM: c[m][n] += a[m][k] * b[k][n]."
            .formatted(batch));
    for (LoopNests.Loops each : nests.layers()) {
      screen.out().println();
      screen.println(
          "%s: %s, output %s, %s"
              .formatted(each.name(), each.type(), each.output(), each.kernel()));
      print("forward", each.forward());
      print("backward", each.backward());
    }
  }

  private void print(String pass, List<String> lines) {
    screen.println("  " + pass);
    lines.forEach(line -> screen.println("    " + line));
  }

  private Map<String, Object> json(LoopNests nests) {
    List<Map<String, Object>> layers = new ArrayList<>();
    for (LoopNests.Loops each : nests.layers()) {
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("name", each.name());
      one.put("layer", each.type());
      one.put("output", each.output().sizes());
      one.put("kernel", each.kernel());
      one.put("forward", each.forward());
      one.put("backward", each.backward());
      layers.add(one);
    }
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("batch", batch);
    result.put("layers", layers);
    return result;
  }
}
