package io.fovea.transfer;

import io.fovea.train.EpochReport;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a candidate answers about held-out photos: of all folds, unless it was dropped.
 *
 * @param folds its answers, in the order of the folds
 * @param dropped whether it cannot be chosen
 * @param note the reason for that; else empty
 */
record CandidateScores(
    String name,
    CandidateKind kind,
    List<HeldOut> folds,
    double seconds,
    boolean dropped,
    String note) {
  /** The number of photos from which a lead of one standard error is enough. */
  private static final int MANY = 100;

  CandidateScores dropped(String reason) {
    return new CandidateScores(name, kind, folds, seconds, true, reason);
  }

  private CandidateScores noted(String text) {
    return new CandidateScores(name, kind, folds, seconds, dropped, text);
  }

  HeldOut heldOut() {
    return HeldOut.joined(folds);
  }

  /**
   * The mean of differences between two candidates on the same photos. What makes a photo hard for
   * both cancels, so its error is smaller than that of two separate means.
   *
   * @param mean above 0 where the first one is better
   * @param error the standard error of the mean; 0 for a single photo
   */
  record PairedDifference(int photos, double mean, double error) {
    static PairedDifference of(double[] differences) {
      int n = differences.length;
      // reduce adds in order; DoubleStream.sum leaves the order open.
      double mean = Arrays.stream(differences).reduce(0, Double::sum) / Math.max(1, n);
      double squares = Arrays.stream(differences).reduce(0, (s, d) -> s + (d - mean) * (d - mean));
      return new PairedDifference(n, mean, n < 2 ? 0 : Math.sqrt(squares / (n - 1.0) / n));
    }

    boolean isClear() {
      return mean > errors(photos) * error;
    }

    String text(String than) {
      return String.format(
          Locale.ROOT,
          "on the same %,d photos its loss is %.3f %s%s, error %.3f",
          photos,
          Math.abs(mean),
          mean > 0 ? "lower" : "higher",
          than,
          error);
    }
  }

  /** The standard errors by which a candidate must lead to replace a cheaper one. */
  private static int errors(int photos) {
    return photos < MANY ? 2 : 1;
  }

  /**
   * How much lower the loss is than another's, on the same photos. Each has its own temperature,
   * since label smoothing alone would make the loss of trained networks larger.
   */
  private PairedDifference lossAhead(CandidateScores other) {
    double[] own = heldOut().losses();
    double[] others = other.heldOut().losses();
    Arrays.setAll(own, i -> others[i] - own[i]);
    return PairedDifference.of(own);
  }

  /**
   * The candidate to choose, with the reason as its note, of those given in the order of their
   * costs: one replaces a cheaper one if its loss on the same photos is lower by more than two
   * standard errors of the difference, or by more than one where 100 photos or more judged both.
   * Empty if all are dropped.
   */
  static Optional<CandidateScores> best(List<CandidateScores> all) {
    List<CandidateScores> left = all.stream().filter(one -> !one.dropped).toList();
    if (left.isEmpty()) {
      return Optional.empty();
    }
    CandidateScores best = left.getFirst();
    String reason =
        left.size() == 1
            ? "the only candidate" + (all.size() > 1 ? " that did not diverge" : "")
            : "the cheapest, and the loss of no other is lower by more than %d x the error"
                .formatted(errors(best.heldOut().size()));
    for (CandidateScores one : left.subList(1, left.size())) {
      PairedDifference ahead = one.lossAhead(best);
      if (ahead.isClear()) {
        reason =
            ahead.text(" than that of " + best.name)
                + " (more than %d x)".formatted(errors(ahead.photos));
        best = one;
      }
    }
    return Optional.of(best.noted(reason));
  }

  /** The same with a note of how its loss differs from the chosen one's, on the same photos. */
  CandidateScores besides(CandidateScores chosen) {
    return dropped ? this : noted(lossAhead(chosen).text(""));
  }

  /** For users. */
  Candidate candidate(boolean isChosen) {
    HeldOut all = heldOut();
    Optional<EpochReport.Score> score =
        folds.isEmpty()
            ? Optional.empty()
            : Optional.of(
                new EpochReport.Score(all.temperature().lossAfter(), all.accuracy().share()));
    return new Candidate(name, kind, score, all.size(), seconds, note, isChosen);
  }
}
