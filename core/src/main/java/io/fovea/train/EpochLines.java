package io.fovea.train;

import java.io.PrintStream;

/**
 * Prints a line for each epoch.
 *
 * @param out where to
 */
record EpochLines(PrintStream out) implements Listener {
  @Override
  public void onEpoch(Training training, EpochReport epoch) {
    out.println(epoch.line(training.epochs()));
  }
}
