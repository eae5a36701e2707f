package io.fovea.cli.screen;

import io.fovea.train.Listener;
import io.fovea.train.StepReport;
import io.fovea.train.Training;
import org.jspecify.annotations.Nullable;

/**
 * The progress of trainings that are repeated: a bar on a terminal; elsewhere, for programs that
 * ask for it, lines of JSON such as {@code {"step":120,"of":333}}, two a second.
 */
public final class ReplayProgress implements Listener {
  private static final long INTERVAL = 500_000_000;

  private final Console screen;
  private final boolean lines;
  private final long last;
  private @Nullable ProgressBar bar;
  private int width;
  private long said = System.nanoTime() - INTERVAL;

  /** One up to a last step; with lines for programs, or without. */
  public ReplayProgress(Console screen, boolean lines, long last) {
    this.screen = screen;
    this.lines = lines;
    this.last = last;
  }

  @Override
  public void onStart(Training training) {
    if (screen.isTerminal()) {
      width = width == 0 ? ProgressBar.width() : width;
      bar = new ProgressBar(screen, "training again", last, width, System::nanoTime);
    }
  }

  @Override
  public void onStep(Training training, StepReport step) {
    long now = System.nanoTime();
    if (bar != null) {
      bar.show(Math.min(step.step(), last), () -> "");
    } else if (lines && now - said >= INTERVAL) {
      said = now;
      screen.say("{\"step\":%d,\"of\":%d}".formatted(step.step(), last));
    }
  }

  @Override
  public void onEnd(Training training) {
    if (bar != null) {
      bar.close();
      bar = null;
    }
  }
}
