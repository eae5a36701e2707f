package io.fovea.cli.command.machine;

import io.fovea.cli.command.base.ScreenCommand;
import io.fovea.cli.screen.Console;
import io.fovea.cli.screen.UsageException;
import io.fovea.cli.train.flags.ModelChoice;
import io.fovea.cli.train.flags.ThreadFlags;
import io.fovea.cli.train.flags.TrainFlags;
import io.fovea.file.Table;
import io.fovea.kernel.KernelSet;
import io.fovea.network.Zoo;
import io.fovea.network.ZooModel;
import io.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code fovea bench}. */
@Command(
    name = "bench",
    description = {
      "Measures this machine: peak multiply-adds a second, and images a second of the built-in networks in training and inference.",
      "Run nothing else meanwhile; on a shared machine, repeat and take the best."
    })
public final class BenchCommand extends ScreenCommand {
  @Parameters(
      arity = "0..*",
      paramLabel = "NAME",
      description = "Built-in networks (default: all).")
  private List<String> names = List.of();

  @Option(
      names = "--seconds",
      paramLabel = "S",
      description = "Seconds of each warm-up and of each measurement (default: 2).")
  private double seconds = 2;

  @Mixin private final ThreadFlags threadFlags = new ThreadFlags();

  private int threads;

  @Option(
      names = "--kernels",
      paramLabel = "SET",
      description =
          "vector, vector-direct (without Winograd) or reference (default: the fastest for this machine).")
  private String kernels = "auto";

  public BenchCommand(Console screen) {
    super(screen);
  }

  @Override
  public Integer call() {
    if (!(seconds > 0 && seconds <= 3600)) {
      throw new UsageException("--seconds: expects a number above 0 up to 3600, got " + seconds);
    }
    threads = threadFlags.count(screen);
    KernelSet set = TrainFlags.KERNELS.parse(kernels);
    List<ZooModel> models = new ArrayList<>();
    for (String name : names.isEmpty() ? Zoo.titles() : names) {
      models.add(ModelChoice.known(name));
    }
    double gflops = Math.round(set.peak(seconds) / 1e8) / 10.0;
    if (!common.json) { // before the first network is measured
      screen
          .out()
          .printf(
              "%s, %d lanes, Java %s%n",
              threads == 1 ? "1 thread" : threads + " threads", set.lanes(), Runtime.version());
      screen.out().printf("multiply-adds, one thread: %s GFLOP/s%n%n", gflops);
    }
    List<Row> rows = new ArrayList<>();
    for (ZooModel model : models) {
      if (!common.json) {
        screen.err().println("measuring " + model.title() + " ...");
      }
      rows.add(measure(model, set));
    }
    common.show(
        screen,
        new Measured(threads, set.lanes(), Runtime.version().toString(), gflops, rows),
        result -> screen.out().print(table(result.networks)));
    return 0;
  }

  private record Measured(int threads, int lanes, String java, double gflops, List<Row> networks) {}

  private record Row(
      String name,
      String input,
      long trainingImagesPerSecond,
      long inferenceImagesPerSecond,
      double microseconds,
      double microseconds99) {}

  private Row measure(ZooModel model, KernelSet set) {
    Shape input = model.title().startsWith("resnet") ? Shape.of(3, 32, 32) : Shape.of(1, 28, 28);
    ThroughputBench bench = new ThroughputBench(model, input, threads, set, seconds);
    double[] latency = bench.latency();
    return new Row(
        model.title(),
        input.toString(),
        Math.round(bench.training()),
        Math.round(bench.inference()),
        Math.round(latency[0] / 100) / 10.0,
        Math.round(latency[1] / 100) / 10.0);
  }

  private static Table table(List<Row> rows) {
    Table table =
        new Table(
            2,
            "network",
            "input",
            "training images/s",
            "inference images/s",
            "median us",
            "p99 us");
    for (Row row : rows) {
      table.row(
          row.name(),
          row.input(),
          "%,d".formatted(row.trainingImagesPerSecond()),
          "%,d".formatted(row.inferenceImagesPerSecond()),
          "%.1f".formatted(row.microseconds()),
          "%.1f".formatted(row.microseconds99()));
    }
    return table;
  }
}
