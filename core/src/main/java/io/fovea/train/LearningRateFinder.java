package io.fovea.train;

import io.fovea.dataset.Dataset;
import io.fovea.network.Network;
import io.fovea.optim.Schedule;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Looks for a learning rate: trains a copy of a network while the rate rises by the same factor
 * each step, and keeps each step's loss (Smith, "Cyclical learning rates", arXiv 1506.01186,
 * section 3.3; exponential and smoothed as fastai's LRFinder does). With beta = 0.98:
 *
 * <pre>
 * rate[k] = first * (last/first)^(k/(steps-1))
 * m[k] = beta * m[k-1] + (1-beta) * loss[k]      smoothed[k] = m[k] / (1 - beta^(k+1))
 * </pre>
 *
 * It ends early where the smoothed loss is more than four times its least value or no number.
 *
 * @param first the first rate
 * @param last the last rate
 * @param steps updates from the first to the last
 */
public record LearningRateFinder(double first, double last, int steps) {
  private static final double BETA = 0.98;

  /** Above so many times the least smoothed loss, nothing more is to be learnt. */
  private static final double TOO_HIGH = 4;

  /** Checks the numbers. */
  public LearningRateFinder {
    Schedule.sweep(first, last, steps);
  }

  /** From 1e-7 to 10 in 100 steps. */
  public static LearningRateFinder standard() {
    return new LearningRateFinder(1e-7, 10, 100);
  }

  /**
   * The curve for a network as it is now, which stays as it is.
   *
   * @param settings sets the optimiser, the batch size and whatever else the run is to have; its
   *     learning rate, schedule, epochs and early stopping are the finder's
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
    } catch (DivergedException end) { // that is what the last rates are for
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
