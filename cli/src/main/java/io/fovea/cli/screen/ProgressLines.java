package io.fovea.cli.screen;

import io.fovea.train.EpochReport;
import io.fovea.train.Listener;
import io.fovea.train.StepReport;
import io.fovea.train.Training;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The progress of a run on the screen: on a terminal a bar for the current epoch, and a line for
 * each finished one.
 */
public final class ProgressLines implements Listener {
  private final Console screen;
  private @Nullable ProgressBar bar;
  private int width;
  private long begun;
  private long firstStep;

  public ProgressLines(Console screen) {
    this.screen = screen;
  }

  @Override
  public void onStart(Training training) {
    begun = System.nanoTime();
  }

  @Override
  public void onStep(Training training, StepReport step) {
    if (!screen.isTerminal()) {
      return;
    }
    if (firstStep == 0) {
      firstStep = step.step(); // not 1 in a resumed run
    }
    if (width == 0) {
      width = ProgressBar.width();
    }
    if (bar == null) {
      String name = "epoch %d/%d".formatted(step.epoch(), training.epochs());
      bar = new ProgressBar(screen, name, step.stepsInEpoch(), width, System::nanoTime);
    }
    bar.show(
        step.stepInEpoch(),
        () ->
            message(
                width,
                step.loss(),
                100 * step.accuracy(),
                Math.round(step.imagesPerSecond()),
                left(training, step)));
    if (step.stepInEpoch() == step.stepsInEpoch()) {
      close();
    }
  }

  /** The text after the bar; it leaves the speed out on narrow terminals. */
  static String message(int width, double loss, double percent, long speed, String left) {
    String speedText = width < ProgressBar.WIDEST ? "" : "%,d images/s  ".formatted(speed);
    return "loss %.3f  acc %.1f %%  %s%s left".formatted(loss, percent, speedText, left);
  }

  private String left(Training training, StepReport step) {
    double seconds = (System.nanoTime() - begun) * 1e-9;
    return clock(seconds / (step.step() - firstStep + 1) * (training.steps() - step.step()));
  }

  /** Minutes and seconds, as 2:05. */
  public static String clock(double seconds) {
    long whole = Math.round(seconds);
    return String.format(Locale.ROOT, "%d:%02d", whole / 60, whole % 60);
  }

  @Override
  public void onEpoch(Training training, EpochReport epoch) {
    screen.say(epoch.line(training.epochs()));
  }

  @Override
  public void onEnd(Training training) {
    close();
  }

  private void close() {
    if (bar != null) {
      bar.close();
      bar = null;
    }
  }
}
