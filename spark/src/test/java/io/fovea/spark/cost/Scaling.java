package io.fovea.spark.cost;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Properties;
import java.util.stream.IntStream;

/**
 * Prints the model's tables, from the constants that {@link StepCost} has left: Scaling WIRE
 * FILE.properties... WIRE: milliseconds that a network adds to a hop. No test: bench/spark/step
 * runs it.
 */
public final class Scaling {
  private static final int[] WORKERS = {2, 4, 8, 16, 32, 64, 128, 256};
  private static final double[] GIGABITS = {10, 25};

  private Scaling() {}

  /** The tables; see above. */
  public static void main(String[] arguments) throws IOException {
    Locale.setDefault(Locale.ROOT);
    double wire = Double.parseDouble(arguments[0]);
    for (String file : Arrays.asList(arguments).subList(1, arguments.length)) {
      print(read(Path.of(file)).withWire(wire), wire);
    }
  }

  static ScalingModel read(Path file) throws IOException {
    try (Reader reader = Files.newBufferedReader(file)) {
      Properties all = new Properties();
      all.load(reader);
      return ScalingModel.of(all);
    }
  }

  private static void print(ScalingModel model, double wire) {
    System.out.printf(
        "%n%s, %,d parameters, %d images an executor and step: alone %.2f ms, window %.2f ms, hop %.3f ms (%.3f of it the wire), %.3f ms a MB, extra %.2f ms%n%n",
        model.network(),
        model.parameters(),
        model.share(),
        model.alone(),
        model.window(),
        model.hop(),
        wire,
        model.perByte() * 1e6,
        model.extra());
    System.out.println(
        "| executors | batch | 10 Gbit/s: sums ms | step ms | images/s | of ideal | 25 Gbit/s: sums ms | step ms | images/s | of ideal |");
    System.out.println("|---|---|---|---|---|---|---|---|---|---|");
    IntStream.of(WORKERS)
        .forEach(
            workers -> {
              StringBuilder row =
                  new StringBuilder("| %d | %,d |".formatted(workers, workers * model.share()));
              for (double gigabits : GIGABITS) {
                row.append(
                    " %.2f | %.2f | %,.0f | %.0f %% |"
                        .formatted(
                            model.sums(workers, gigabits),
                            model.step(workers, gigabits),
                            model.imagesPerSecond(workers, gigabits),
                            100 * model.alone() / model.step(workers, gigabits)));
              }
              System.out.println(row);
            });
  }
}
