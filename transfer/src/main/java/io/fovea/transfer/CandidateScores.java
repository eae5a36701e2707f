package io.fovea.transfer;

import io.fovea.train.EpochReport;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a candidate answers about held-out photos.
 *
 * @param kind its kind; all but frozen features can end before the last fold
 * @param folds its answers, in the order of the folds
 * @param dropped whether it cannot be chosen
 * @param note the reason for missing folds; else empty
 */
record CandidateScores(
    String name,
    CandidateKind kind,
    List<HeldOut> folds,
    double seconds,
    boolean dropped,
    String note) {
  /** The lead in standard errors at which a candidate replaces a cheaper one. */
  private static final double BETTER = 1;

  /** The distance in standard errors at which further folds would not change the choice. */
  private static final double CLEAR = 2.5;

  static CandidateScores none(String name, CandidateKind kind) {
    return new CandidateScores(name, kind, List.of(), 0, false, "");
  }

  CandidateScores took(double now) {
    return new CandidateScores(name, kind, folds, now, dropped, note);
  }

  CandidateScores plus(HeldOut fold) {
    List<HeldOut> more = Stream.concat(folds.stream(), Stream.of(fold)).toList();
    return new CandidateScores(name, kind, more, seconds, dropped, note);
  }

  CandidateScores dropped(String reason) {
    return new CandidateScores(name, kind, folds, seconds, true, reason);
  }

  int parts() {
    return folds.size();
  }

  HeldOut heldOut() {
    return HeldOut.joined(folds);
  }

  private int common(CandidateScores other) {
    return Math.min(parts(), other.parts());
  }

  private HeldOut first(int count) {
    return HeldOut.joined(folds.subList(0, count));
  }

  /**
   * The mean of differences between two candidates on the same photos. What makes a photo hard for
   * both cancels, so its error is smaller than that of two separate means.
   *
   * @param mean above 0 where the first one is better
   * @param error the standard error of the mean; 0 for a single photo
   */
  record PairedDifference(double mean, double error) {
    static PairedDifference of(double[] differences) {
      int n = differences.length;
      double mean = Arrays.stream(differences).reduce(0, Double::sum) / Math.max(1, n);
      double squares = Arrays.stream(differences).reduce(0, (s, d) -> s + (d - mean) * (d - mean));
      return new PairedDifference(mean, n < 2 ? 0 : Math.sqrt(squares / (n - 1.0) / n));
    }

    /** 1 or -1 where the mean is further from 0 than so many standard errors, else 0. */
    int clear(double errors) {
      return Math.abs(mean) > errors * error ? (int) Math.signum(mean) : 0;
    }
  }

  /**
   * How much lower the loss is than another's, on the photos that judged both. Each has its own
   * temperature, since label smoothing alone would make the loss of trained networks larger.
   */
  private PairedDifference lossAhead(CandidateScores other) {
    double[] own = first(common(other)).losses();
    double[] others = other.first(common(other)).losses();
    Arrays.setAll(own, i -> others[i] - own[i]);
    return PairedDifference.of(own);
  }

  private PairedDifference accuracyAhead(CandidateScores other) {
    HeldOut own = first(common(other));
    HeldOut others = other.first(common(other));
    double[] differences = new double[own.size()];
    Arrays.setAll(differences, i -> own.correct(i) - others.correct(i));
    return PairedDifference.of(differences);
  }

  /** The same with a note if no further folds are needed. */
  CandidateScores ended(Optional<CandidateScores> leader, boolean isLate) {
    String reason = isLate ? "stopped at 1.5 x the time limit" : "";
    boolean isBehind = false;
    if (leader.isPresent()) {
      PairedDifference loss = lossAhead(leader.get());
      boolean isAhead = loss.mean() > 0 || accuracyAhead(leader.get()).mean() > 0;
      isBehind = loss.clear(CLEAR) < 0 || (!isAhead && common(leader.get()) > 1);
      reason = isBehind ? "dropped" : loss.clear(CLEAR) > 0 ? "clearly better" : reason;
    }
    if (reason.isEmpty()) {
      return this;
    }
    String after = " after " + (parts() == 1 ? "1 fold" : parts() + " folds");
    return new CandidateScores(name, kind, folds, seconds, isBehind, reason + after);
  }

  /**
   * The candidate to choose, of those given in the order of their costs: one replaces a cheaper one
   * if its loss on the same photos is lower by more than the standard error of the difference, or,
   * where the losses are closer, if its accuracy is higher by more than its own. Empty if all are
   * dropped.
   */
  static Optional<CandidateScores> best(List<CandidateScores> all) {
    Optional<CandidateScores> best = Optional.empty();
    for (CandidateScores one : all) {
      if (!one.dropped && (best.isEmpty() || one.replaces(best.get()))) {
        best = Optional.of(one);
      }
    }
    return best;
  }

  private boolean replaces(CandidateScores cheaper) {
    int byLoss = lossAhead(cheaper).clear(BETTER);
    return byLoss > 0 || (byLoss == 0 && accuracyAhead(cheaper).clear(BETTER) > 0);
  }

  /** The same with a note of how its loss differs from the chosen one's, on the same photos. */
  CandidateScores besides(CandidateScores chosen) {
    if (equals(chosen) || common(chosen) == 0) {
      return this;
    }
    PairedDifference ahead = lossAhead(chosen);
    String text =
        String.format(
            Locale.ROOT,
            "on the same %,d photos its loss is %.3f %s, error %.3f",
            first(common(chosen)).size(),
            Math.abs(ahead.mean()),
            ahead.mean() > 0 ? "lower" : "higher",
            ahead.error());
    String all = note.isEmpty() ? text : note + "; " + text;
    return new CandidateScores(name, kind, folds, seconds, dropped, all);
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
