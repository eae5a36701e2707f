package io.fovea.cli.command;

import io.fovea.cli.screen.Console;
import io.fovea.cli.screen.Json;
import io.fovea.cli.screen.UsageException;
import io.fovea.kernel.KernelSet;
import io.fovea.layer.LayerKernel;
import io.fovea.network.Graph;
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
        "Shows how a network's layers are computed: the loops around the register blocks, the blocks, and the registers they take.")
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

  KernelsCommand(Console screen) {
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
    Graph network = graph.graph();
    Map<Graph.Node, LayerKernel> layers = new LinkedHashMap<>();
    for (Graph.Node node : network.nodes()) {
      LayerKernel.of(set, node.layer(), network.inputShapes(node), batch)
          .ifPresent(kernel -> layers.put(node, kernel));
    }
    List<String> names = layers.keySet().stream().map(Graph.Node::name).toList();
    layers.keySet().removeIf(node -> !layer.isEmpty() && !node.name().equals(layer));
    if (layers.isEmpty()) {
      throw new UsageException(
          layer.isEmpty()
              ? "no layer of this network is a convolution or a dense layer; choose another network"
              : "--layer: no layer with register blocks is named \"%s\"; expected one of %s"
                  .formatted(layer, names));
    }
    List<Map<String, Object>> facts = new ArrayList<>();
    layers.forEach((node, kernel) -> facts.add(facts(network, node, kernel)));
    if (common.json) {
      Map<String, Object> result = new LinkedHashMap<>();
      result.put("batch", batch);
      result.put("layers", facts);
      screen.println(Json.line(result));
    } else {
      screen.println(
          "Batch of %d. m, n and k as in GEMM: c[m][n] += a[m][k] * b[k][n]. Blocks at edges may be smaller."
              .formatted(batch));
      layers.forEach((node, kernel) -> print(network, node, kernel));
    }
    return 0;
  }

  private void print(Graph network, Graph.Node node, LayerKernel kernel) {
    screen.out().println();
    screen.println(
        "%s: %s, output %s, %s"
            .formatted(
                node.name(), node.layer().type(), network.shape(node.name()), kernel.algorithm()));
    print("forward", kernel.forward());
    print("backward", backward(node, kernel));
  }

  private void print(String pass, List<String> lines) {
    screen.println("  " + pass);
    lines.forEach(line -> screen.println("    " + line));
  }

  /** The loops of the gradients that training asks for: no dx of the images. */
  private static List<String> backward(Graph.Node node, LayerKernel kernel) {
    List<String> lines = new ArrayList<>();
    if (!node.inputs().contains(Graph.INPUT)) {
      lines.add("// dx");
      lines.addAll(kernel.inputGradient());
    }
    lines.add("// dw and db");
    lines.addAll(kernel.weightGradient());
    return lines;
  }

  private static Map<String, Object> facts(Graph network, Graph.Node node, LayerKernel kernel) {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("name", node.name());
    facts.put("layer", node.layer().type());
    facts.put("output", network.shape(node.name()).sizes());
    facts.put("kernel", kernel.algorithm());
    facts.put("forward", kernel.forward());
    facts.put("backward", backward(node, kernel));
    return facts;
  }
}
