package io.fovea.cli.command.machine;

import io.fovea.cli.command.base.ScreenCommand;
import io.fovea.cli.screen.Console;
import io.fovea.cli.screen.Json;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
    Map<String, Object> machine = machine(set);
    if (!common.json) {
      screen
          .out()
          .printf(
              "%s, %d lanes, Java %s%n",
              threads == 1 ? "1 thread" : threads + " threads", set.lanes(), Runtime.version());
      screen.out().printf("multiply-adds, one thread: %s GFLOP/s%n%n", machine.get("gflops"));
    }
    List<Row> rows = new ArrayList<>();
    for (ZooModel model : models) {
      if (!common.json) {
        screen.err().println("measuring " + model.title() + " ...");
      }
      rows.add(measure(model, set));
    }
    if (common.json) {
      machine.put("networks", rows.stream().map(Row::json).toList());
      screen.println(Json.line(machine));
    } else {
      screen.out().print(table(rows));
    }
    return 0;
  }

  private Map<String, Object> machine(KernelSet set) {
    Map<String, Object> machine = new LinkedHashMap<>();
    machine.put("threads", threads);
    machine.put("lanes", set.lanes());
    machine.put("java", Runtime.version().toString());
    machine.put("gflops", Math.round(set.peak(seconds) / 1e8) / 10.0);
    return machine;
  }

  /** One network's figures. */
  private record Row(
      String name,
      String input,
      long training,
      long inference,
      double microseconds,
      double microseconds99) {

    Map<String, Object> json() {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("name", name);
      json.put("input", input);
      json.put("trainingImagesPerSecond", training);
      json.put("inferenceImagesPerSecond", inference);
      json.put("microseconds", microseconds);
      json.put("microseconds99", microseconds99);
      return json;
    }
  }

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
          "%,d".formatted(row.training()),
          "%,d".formatted(row.inference()),
          "%.1f".formatted(row.microseconds()),
          "%.1f".formatted(row.microseconds99()));
    }
    return table;
  }
}
