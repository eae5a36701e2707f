package io.fovea.cli.command.files;

import io.fovea.cli.command.base.GraphFlags;
import io.fovea.cli.command.base.ScreenCommand;
import io.fovea.cli.screen.Console;
import io.fovea.cli.screen.UsageException;
import io.fovea.cli.train.flags.ThreadFlags;
import io.fovea.file.Table;
import io.fovea.inference.Classifier;
import io.fovea.network.Graph;
import io.fovea.network.MemoryNeed;
import io.fovea.network.Summary;
import io.fovea.network.execution.ExecutionPlan;
import io.fovea.tensor.Shape;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
    if (batch != null && (batch < 1 || batch > MOST_BATCH)) {
      throw new UsageException(
          "--batch: expects a whole number from 1 to %d, got \"%d\"".formatted(MOST_BATCH, batch));
    }
    Graph graph = flags.graph();
    Summary summary = Summary.of(graph, flags.kernels());
    int cores = batch == null ? 0 : threads.count(screen);
    Summarised result =
        new Summarised(
            summary.input(),
            summary.rows().stream().map(LayerRow::of).toList(),
            summary.parameters(),
            summary.multiplyAdds(),
            plan ? Optional.of(ExecutionPlan.inference(graph)) : Optional.empty(),
            plan ? Optional.of(ExecutionPlan.training(graph)) : Optional.empty(),
            Optional.ofNullable(batch)
                .map(most -> Memory.of(Classifier.memory(graph, cores, flags.kernels(), most))));
    common.show(screen, result, all -> print(summary, all, cores));
    return 0;
  }

  private record Summarised(
      Shape input,
      List<LayerRow> layers,
      long parameters,
      long multiplyAdds,
      Optional<ExecutionPlan> answers,
      Optional<ExecutionPlan> training,
      Optional<Memory> memory) {}

  private record LayerRow(
      String name,
      String layer,
      List<String> inputs,
      Shape output,
      long parameters,
      long multiplyAdds,
      String kernel) {
    static LayerRow of(Summary.Row row) {
      return new LayerRow(
          row.name(),
          row.type(),
          row.inputs(),
          row.output(),
          row.parameters(),
          row.multiplyAdds(),
          row.kernel());
    }
  }

  private record Memory(
      long weights, long derived, long buffers, long scratch, long total, long loading, long heap) {
    static Memory of(MemoryNeed need) {
      return new Memory(
          need.weights(),
          need.derived(),
          need.buffers(),
          need.scratch(),
          need.total(),
          need.loading(),
          need.heap());
    }
  }

  private void print(Summary summary, Summarised result, int cores) {
    screen.out().print(summary);
    screen.println("kernels: explained in docs/glossary.md");
    result.answers.ifPresent(answers -> print(summary, answers, result.training.orElseThrow()));
    result.memory.ifPresent(need -> print(need, cores));
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

  private void print(Memory need, int cores) {
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
            .formatted(batch, cores, Math.ceilDiv(need.heap, 1L << 20)));
  }

  private static String bytes(long count) {
    return "%,d".formatted(count);
  }
}
