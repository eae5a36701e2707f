package io.fovea.spark.train;

import org.apache.spark.SparkEnv;
import org.apache.spark.util.SignalUtils;
import scala.runtime.AbstractFunction0;

/**
 * A terminal sends Ctrl-C to all processes of a command, and the executors of {@code local-cluster}
 * are among them. They would end before worker 0 could give the driver its checkpoint.
 */
final class Interrupts {
  private static boolean left;

  private Interrupts() {}

  /**
   * Makes this executor ignore SIGINT, so that it ends only on the driver's request or
   * disconnection.
   */
  static synchronized void leaveToTheDriver() {
    if (left || SparkEnv.get().executorId().equals("driver")) {
      return;
    }
    left = true;
    SignalUtils.register(
        "INT",
        new AbstractFunction0<Object>() {
          @Override
          public Object apply() {
            return true; // handled
          }
        });
  }
}
