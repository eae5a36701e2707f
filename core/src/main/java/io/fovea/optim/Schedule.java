package io.fovea.optim;

import java.util.List;

/**
 * How the learning rate changes over a run: a factor of the base rate for every step. A pure
 * function of the step and of the losses so far, both of which a checkpoint contains, so that a
 * resumed run has the same rates.
 */
public sealed interface Schedule
    permits Plateau,
        Schedule.Constant,
        Schedule.Cosine,
        Schedule.EveryEpochs,
        Schedule.OneCycle,
        Schedule.Sweep,
        Schedule.WarmUp {
  /**
   * The factor for one step.
   *
   * @param step from 0
   * @param stepsInEpoch steps of one epoch
   * @param steps steps of the complete run
   */
  default double factor(long step, long stepsInEpoch, long steps) {
    return factor(step, stepsInEpoch, steps, List.of());
  }

  /**
   * The factor for one step, which may depend on past losses.
   *
   * @param losses the loss of each finished epoch: on the validation images, or on the training
   *     images if there are none
   */
  default double factor(long step, long stepsInEpoch, long steps, List<Double> losses) {
    return switch (this) {
      case Constant _ -> 1;
      case EveryEpochs s -> {
        long passed = step / (s.epochs * stepsInEpoch);
        yield StrictMath.pow(s.gamma, (double) passed);
      }
      case Cosine _ -> (1 + StrictMath.cos(Math.PI * step / steps)) / 2;
      case OneCycle s -> s.factor(step, steps);
      case Plateau s -> s.factor(losses);
      case Sweep s ->
          s.first * StrictMath.pow(s.last / s.first, Math.min(1, step / (s.length - 1.0)));
      case WarmUp s -> {
        double rise = step < s.length ? (step + 1.0) / s.length : 1;
        yield rise * s.then.factor(step, stepsInEpoch, steps, losses);
      }
    };
  }

  /** Whether the factor depends on the losses. */
  default boolean isSteered() {
    return this instanceof Plateau || (this instanceof WarmUp s && s.then.isSteered());
  }

  /**
   * The name and numbers, for messages and files; with the length of the run if the schedule
   * depends on it.
   */
  default String name(long steps) {
    return switch (this) {
      case Constant _ -> "constant";
      case EveryEpochs s -> "step:%d:%s".formatted(s.epochs, s.gamma);
      case Cosine _ -> "cosine over " + steps + " steps";
      case OneCycle s ->
          "one-cycle (%s, %s, %s) over %d steps"
              .formatted(s.rise, s.startDivisor, s.endDivisor, steps);
      case Plateau s ->
          "plateau (patience %d, factor %s, threshold %s, cooldown %d, least %s)"
              .formatted(s.patience(), s.factor(), s.threshold(), s.cooldown(), s.least());
      case Sweep s -> "sweep from %s to %s over %d steps".formatted(s.first, s.last, s.length);
      case WarmUp s -> s.then.name(steps) + " after a warm-up of " + s.length + " steps";
    };
  }

  /** Always the base rate, as in PyTorch without a scheduler. */
  static Schedule constant() {
    return new Constant();
  }

  /**
   * The base rate times gamma for every {@code epochs} epochs that have passed, as PyTorch's
   * StepLR; used by He et al. (arXiv 1512.03385, section 3.4).
   */
  static Schedule step(int epochs, double gamma) {
    return new EveryEpochs(epochs, gamma);
  }

  /**
   * From the base rate to 0 along half a cosine (Loshchilov and Hutter, arXiv 1608.03983, without
   * restarts).
   */
  static Schedule cosine() {
    return new Cosine();
  }

  /**
   * From 1/25 of the base rate up to it in the first 30 % of the steps, then down to 1/250,000 of
   * it, both along half a cosine (Smith and Topin, arXiv 1708.07120, in PyTorch's default form).
   */
  static Schedule oneCycle() {
    return new OneCycle(0.3, 25, 1e4);
  }

  /**
   * The base rate times {@code factor} whenever the loss has not fallen for more than {@code
   * patience} epochs: see {@link Plateau}.
   */
  static Schedule plateau(int patience, double factor) {
    return new Plateau(patience, factor, 1e-4, 0, 0);
  }

  /**
   * From {@code first} times the base rate to {@code last} times it in {@code steps} steps, each by
   * the same factor, to find the rates at which the loss falls (Smith, arXiv 1506.01186, section
   * 3.3; exponential as in fastai's LRFinder).
   */
  static Schedule sweep(double first, double last, long steps) {
    return new Sweep(first, last, steps);
  }

  /**
   * The same schedule after a linear rise over the first steps: step k of n gets (k + 1) / n of the
   * rate (Goyal et al., "Accurate, large minibatch SGD", arXiv 1706.02677, section 2.2).
   */
  default Schedule warmUp(long steps) {
    return steps == 0 ? this : new WarmUp(this, steps);
  }

  record Constant() implements Schedule {}

  /** See {@link Schedule#step}. */
  record EveryEpochs(int epochs, double gamma) implements Schedule {
    public EveryEpochs {
      if (epochs < 1 || !(gamma > 0 && gamma <= 1)) {
        throw new IllegalArgumentException(
            "schedule: step needs epochs from 1 and gamma above 0 and up to 1, got %d and %s"
                .formatted(epochs, gamma));
      }
    }
  }

  record Cosine() implements Schedule {}

  /**
   * See {@link Schedule#oneCycle}.
   *
   * @param rise the fraction of the steps in which the rate rises
   * @param startDivisor base rate over first rate
   * @param endDivisor first rate over last rate
   */
  record OneCycle(double rise, double startDivisor, double endDivisor) implements Schedule {
    public OneCycle {
      if (!(rise >= 0 && rise < 1) || !(startDivisor >= 1) || !(endDivisor >= 1)) {
        throw new IllegalArgumentException(
            "schedule: one-cycle needs a rise from 0 to below 1 and divisors from 1 up, got %s, %s and %s"
                .formatted(rise, startDivisor, endDivisor));
      }
    }

    private double factor(long step, long steps) {
      double start = 1 / startDivisor;
      double end = start / endDivisor;
      double top = rise * steps - 1;
      if (step <= top) {
        return top == 0 ? 1 : between(start, 1, step / top);
      }
      return between(1, end, (step - top) / (steps - 1 - top));
    }

    private static double between(double from, double to, double share) {
      return to + (from - to) / 2 * (1 + StrictMath.cos(Math.PI * share));
    }
  }

  record Sweep(double first, double last, long length) implements Schedule {
    public Sweep {
      if (!(first > 0 && last > first && last < Double.POSITIVE_INFINITY) || length < 2) {
        throw new IllegalArgumentException(
            "schedule: a sweep needs a first rate above 0, a last one above it and 2 steps, got %s, %s and %d"
                .formatted(first, last, length));
      }
    }
  }

  record WarmUp(Schedule then, long length) implements Schedule {
    public WarmUp {
      if (length < 0) {
        throw new IllegalArgumentException(
            "schedule: warm-up must be 0 steps or more, got " + length);
      }
    }
  }
}
