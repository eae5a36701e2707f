package io.fovea.train;

import java.io.Console;
import java.io.PrintStream;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Prints a line for each epoch, and its progress meanwhile: on a terminal a line that is rewritten,
 * elsewhere a line after each minute without one, so that logs stay short.
 */
final class EpochLines implements Listener {
  private static final long REDRAWN = 100_000_000;
  private static final long MINUTE = 60_000_000_000L;

  private final PrintStream out;
  private final boolean isTerminal;
  private final LongSupplier clock;
  private long printed;

  /** Lines to a stream, by a clock of nanoseconds such as {@link System#nanoTime}. */
  EpochLines(PrintStream out, boolean isTerminal, LongSupplier clock) {
    this.out = out;
    this.isTerminal = isTerminal;
    this.clock = clock;
  }

  /** Lines to {@link System#out}. */
  static EpochLines standard() {
    boolean isTerminal = // none in a service, a pipe or a build
        Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent();
    return new EpochLines(System.out, isTerminal, System::nanoTime);
  }

  @Override
  public void onStart(Training training) {
    printed = clock.getAsLong();
  }

  @Override
  public void onStep(Training training, StepReport step) {
    long now = clock.getAsLong();
    if (now - printed < (isTerminal ? REDRAWN : MINUTE)) {
      return;
    }
    printed = now;
    String line =
        "epoch %d/%d  step %d/%d  %s"
            .formatted(
                step.epoch(),
                training.epochs(),
                step.stepInEpoch(),
                step.stepsInEpoch(),
                new EpochReport.Score(step.loss(), step.accuracy()));
    if (isTerminal) {
      rewrite(line);
    } else {
      out.println(line);
    }
  }

  @Override
  public void onEpoch(Training training, EpochReport epoch) {
    onEnd(training);
    out.println(epoch.line(training.epochs()));
    printed = clock.getAsLong();
  }

  @Override
  public void onEnd(Training training) {
    if (isTerminal) {
      rewrite("");
    }
  }

  /** Replaces the terminal's last line by a text and spaces; what is printed next replaces it. */
  private void rewrite(String line) {
    out.print("\r%-72s\r".formatted(line));
    out.flush();
  }
}
