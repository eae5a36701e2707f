package io.fovea.transfer;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What a search tries, and which photos judge it: a function of the photos, the settings and the
 * effort, made before anything runs. All candidates are judged by the same folds, each by all of
 * them.
 *
 * @param photos the training photos
 * @param parts the equal parts that the photos are divided into
 * @param folds how many of the parts are held out, one after the other: all, or only the first
 * @param candidates in the order of their costs
 */
public record SearchPlan(
    Effort effort, int photos, int parts, int folds, List<Planned> candidates) {
  /** Of more photos, one quarter is held out once, except by thorough searches. */
  private static final int FEW = 400;

  private static final int QUARTERS = 4;

  private static final int THIRDS = 3;

  /** The most passes of photos through the backbone for frozen features. */
  private static final int MOST_PASSES = 8_000;

  /** The photos that tuning sees in all epochs together, if there are more than 100. */
  private static final int SEEN = 3_000;

  /** Thorough searches see so many times as many, as does the small network, which costs less. */
  private static final int MORE = 4;

  /** The fewest epochs, unless fewer are wanted. */
  private static final int LEAST_EPOCHS = 10;

  private static final double LOWER_RATE = 1 / 3.0;

  private static final double SCRATCH_RATE = 7; // about 0.002

  /** The share of the time that is measured: evaluation and the first, slow steps are not. */
  private static final double MEASURED = 0.9;

  public SearchPlan {
    candidates = List.copyOf(candidates);
  }

  /**
   * A candidate.
   *
   * @param rate the multiple of the learning rate, of all layers if it is not 1
   * @param passes how often it sees each photo: epochs, or views for frozen features
   */
  public record Planned(CandidateKind kind, double rate, int passes) {
    /** Such as {@code tuned, 15 epochs}. */
    @Override
    public String toString() {
      String name =
          switch (kind) {
            case FROZEN -> "frozen features, %d view";
            case TUNED -> rate == 1 ? "tuned, %d epoch" : "tuned at a third of the rate, %d epoch";
            case SCRATCH -> "small network from scratch, %d epoch";
          };
      return name.formatted(passes) + (passes == 1 ? "" : "s");
    }
  }

  /**
   * The plan of a search.
   *
   * @param kinds the candidates that are wanted; {@link Effort#QUICK} takes frozen features alone
   * @param photos the training photos
   * @param groups the groups of photos that stay together, at most as many as photos
   * @param views the most views of a photo for frozen features
   * @param epochs the most epochs of a training
   * @throws IllegalArgumentException if the effort is quick and frozen features are not wanted
   */
  public static SearchPlan of(
      Effort effort, List<CandidateKind> kinds, int photos, int groups, int views, int epochs) {
    if (effort == Effort.QUICK && !kinds.contains(CandidateKind.FROZEN)) {
      throw new IllegalArgumentException(
          "transfer: effort QUICK tries FROZEN alone, got candidates %s; give another effort, or FROZEN among the candidates"
              .formatted(kinds));
    }
    boolean isThorough = effort == Effort.THOROUGH;
    boolean isOnce = photos > FEW && !isThorough;
    // Copies of a photo stay together, so there are no more parts than groups.
    int parts = Math.clamp(groups, 2, isOnce || isThorough ? QUARTERS : THIRDS);
    int seen = isThorough ? MORE * SEEN : SEEN;
    List<Planned> all = new ArrayList<>();
    for (CandidateKind kind : CandidateKind.values()) {
      if (!kinds.contains(kind) || (effort == Effort.QUICK && kind != CandidateKind.FROZEN)) {
        continue;
      }
      int passes =
          switch (kind) {
            case FROZEN -> Math.clamp(MOST_PASSES / photos, 1, views);
            case TUNED -> Math.min(epochs, Math.max(LEAST_EPOCHS, seen / photos));
            case SCRATCH -> Math.min(epochs, Math.max(LEAST_EPOCHS, MORE * seen / photos));
          };
      all.add(new Planned(kind, kind == CandidateKind.SCRATCH ? SCRATCH_RATE : 1, passes));
      if (isThorough && kind == CandidateKind.TUNED) {
        all.add(new Planned(kind, LOWER_RATE, passes));
      }
    }
    return new SearchPlan(effort, photos, parts, isOnce ? 1 : parts, all);
  }

  /**
   * About how long the search takes: judging all candidates, and the last training of the slowest.
   *
   * @param rates the seconds of each kind for a pass of one photo
   */
  public double seconds(Map<CandidateKind, Double> rates) {
    double judging = 0;
    double last = 0;
    // Each fold is judged by a training on all other parts.
    double trainings = folds * (parts - 1.0) / parts;
    for (Planned one : candidates) {
      double seconds = photos * one.passes * rates.getOrDefault(one.kind, 0.0);
      boolean isFrozen = one.kind == CandidateKind.FROZEN; // features are computed once
      judging += isFrozen ? seconds : trainings * seconds;
      last = isFrozen ? last : Math.max(last, seconds);
    }
    return (judging + last) / MEASURED;
  }

  /** Such as {@code 6 minutes}. */
  static String about(Duration time) {
    long seconds = time.plusMillis(500).toSeconds();
    return seconds < 100 ? seconds + " s" : (seconds + 30) / 60 + " minutes";
  }
}
