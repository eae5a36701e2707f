package io.fovea.train;

import io.fovea.dataset.Dataset;
import io.fovea.network.Network;
import io.fovea.optim.Schedule;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Finds a learning rate: trains a copy of a network while the rate rises by the same factor each
 * step, and records each step's loss (Smith, "Cyclical learning rates", arXiv 1506.01186, section
 * 3.3; exponential and smoothed as fastai's LRFinder does). With beta = 0.98:
 *
 * <pre>
 * rate[k] = first * (last/first)^(k/(steps-1))
 * m[k] = beta * m[k-1] + (1-beta) * loss[k]      smoothed[k] = m[k] / (1 - beta^(k+1))
 * </pre>
 *
 * It ends early where the smoothed loss is more than four times its minimum or not finite.
 *
 * @param first the first rate
 * @param last the last rate
 * @param steps updates from the first to the last
 */
public record LearningRateFinder(double first, double last, int steps) {
  private static final double BETA = 0.98;

  /** The run ends where the smoothed loss is this many times its minimum. */
  private static final double TOO_HIGH = 4;

  public LearningRateFinder {
    Schedule.sweep(first, last, steps);
  }

  /** From 1e-7 to 10 in 100 steps. */
  public static LearningRateFinder standard() {
    return new LearningRateFinder(1e-7, 10, 100);
  }

  /**
   * The curve for the present weights of a network, which are not changed.
   *
   * @param settings sets the optimiser, the batch size and other settings; learning rate, schedule,
   *     epochs and early stopping are set by the finder
   * @throws IllegalArgumentException as {@link Trainer#fit}
   */
  public LearningRateCurve find(Network network, Consumer<Trainer> settings, Dataset train) {
    Trainer trainer = Trainer.of(network.copy());
    settings.accept(trainer);
    double base = trainer.optimizer.learningRate();
    long images = (long) trainer.batchSize * trainer.accumulate;
    long inEpoch = (train.size() + images - 1) / images;
    Recorder recorder = new Recorder();
    trainer
        .schedule(Schedule.sweep(first / base, last / base, steps))
        .earlyStop(0)
        .keepBest(false)
        .average(0)
        .epochs((int) ((steps + inEpoch - 1) / inEpoch))
        .until(steps)
        .listener(recorder);
    try {
      trainer.fit(train);
    } catch (DivergedException end) { // expected at the last rates
      return new LearningRateCurve(recorder.points, steps);
    }
    return new LearningRateCurve(recorder.points, steps);
  }

  private static final class Recorder implements Listener {
    private final List<LearningRateCurve.Point> points = new ArrayList<>();
    private double mean;
    private double weight = 1;
    private double least = Double.POSITIVE_INFINITY;

    @Override
    public void onStep(Training training, StepReport step) {
      mean = BETA * mean + (1 - BETA) * step.loss();
      weight *= BETA;
      double smoothed = mean / (1 - weight);
      points.add(new LearningRateCurve.Point(step.learningRate(), step.loss(), smoothed));
      least = Math.min(least, smoothed);
      if (smoothed > TOO_HIGH * least) {
        training.stop();
      }
    }
  }
}
