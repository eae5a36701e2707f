package io.fovea.transfer;

import java.util.List;

/**
 * How much of a search fits into its time, decided before it begins. Rounded coarsely, so that a
 * somewhat faster or slower machine plans the same.
 *
 * @param folds the folds that judge trained candidates
 * @param epochs the epochs of each training
 * @param tried the trained candidates, the first ones of those wanted
 */
record SearchPlan(int folds, int epochs, List<Rate> tried) {
  /** The fewest epochs of a training, unless fewer are wanted. */
  private static final int LEAST_EPOCHS = 10;

  /** Fewer epochs than wanted are a multiple of this. */
  private static final int EPOCHS = 5;

  /** The share of the time to plan for: evaluation and the first, slow steps are not measured. */
  private static final double SHARE = 0.9;

  record Rate(CandidateKind kind, double seconds) {}

  /**
   * The work of a search.
   *
   * @param photos all photos, of which the last training makes the chosen candidate
   * @param rest the photos of one fold's training
   * @param folds the folds there are
   * @param epochs the epochs that are wanted
   */
  record Work(int photos, int rest, int folds, int epochs) {}

  /**
   * The first of these that fits: all candidates by all folds, then by one fold; the same without
   * the last candidate; the first candidate by one fold for fewer epochs; none.
   *
   * @param wanted the trained candidates, the most promising first
   */
  static SearchPlan of(List<Rate> wanted, Work work, double seconds) {
    for (int count = wanted.size(); count > 0; count--) {
      for (int folds : List.of(work.folds, 1)) {
        SearchPlan plan = new SearchPlan(folds, work.epochs, wanted.subList(0, count));
        if (plan.seconds(work) <= seconds) {
          return plan;
        }
      }
    }
    for (int e = (work.epochs - 1) / EPOCHS * EPOCHS; e >= LEAST_EPOCHS; e -= EPOCHS) {
      SearchPlan plan = new SearchPlan(1, e, wanted.subList(0, Math.min(1, wanted.size())));
      if (plan.seconds(work) <= seconds) {
        return plan;
      }
    }
    return new SearchPlan(1, Math.min(work.epochs, LEAST_EPOCHS), List.of());
  }

  /** The seconds of judging the candidates, and of the last training of the slowest one. */
  private double seconds(Work work) {
    double sum = tried.stream().mapToDouble(Rate::seconds).reduce(0, Double::sum);
    double slowest = tried.stream().mapToDouble(Rate::seconds).max().orElse(0);
    return epochs * (sum * folds * work.rest + slowest * work.photos) / SHARE;
  }

  /** Why a candidate is not among those to try. */
  String reason(Rate rate, Work work) {
    return "not tried: %d epochs would take %.0f minutes; a longer time limit gives more"
        .formatted(epochs, Math.ceil(new SearchPlan(1, epochs, List.of(rate)).seconds(work) / 60));
  }
}
