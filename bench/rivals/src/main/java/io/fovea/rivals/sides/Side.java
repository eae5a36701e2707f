package io.fovea.rivals.sides;

import io.fovea.rivals.measure.MeasurementSettings;
import io.fovea.rivals.measure.Result;

/** One library's part, and what the main classes have in common. */
@FunctionalInterface
interface Side {
  Result measure(MeasurementSettings settings) throws Exception;

  /** Prints the result, or on one line why there is none, and ends the process. */
  static void run(String[] arguments, Side side) {
    try {
      System.out.println(side.measure(MeasurementSettings.of(arguments)).line());
    } catch (Exception | LinkageError failed) {
      failed.printStackTrace();
      System.out.println(
          "unable " + String.valueOf(failed.getMessage()).lines().findFirst().orElse(""));
      System.exit(1);
    }
    System.exit(0); // some libraries leave threads behind
  }
}
