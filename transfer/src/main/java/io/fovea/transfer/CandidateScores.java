package io.fovea.transfer;

import io.fovea.train.EpochReport;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The validation scores of a candidate.
 *
 * @param kind its kind; all but frozen features need a clear lead
 * @param folds one for each fold so far, in the order of the folds
 * @param dropped whether it cannot be chosen
 * @param note the reason for missing folds; else empty
 */
record CandidateScores(
    String name,
    CandidateKind kind,
    List<Fold> folds,
    double seconds,
    boolean dropped,
    String note) {
  /** The lead in standard errors at which a candidate is clearly better. */
  private static final double CLEAR = 2;

  /** The distance behind the best candidate on the same photos at which one is dropped. */
  private static final double FAR_BEHIND = 0.1;

  /** The score of a fold with {@code photos} photos. */
  record Fold(EpochReport.Score score, int photos) {}

  static CandidateScores none(CandidateKind kind) {
    return new CandidateScores("", kind, List.of(), 0, false, "");
  }

  CandidateScores named(String now, double took) {
    return new CandidateScores(now, kind, folds, took, dropped, note);
  }

  CandidateScores plus(EpochReport.Score score, int photos) {
    List<Fold> more = Stream.concat(folds.stream(), Stream.of(new Fold(score, photos))).toList();
    return new CandidateScores(name, kind, more, seconds, dropped, note);
  }

  CandidateScores dropped(String reason) {
    return new CandidateScores(name, kind, folds, seconds, true, reason);
  }

  private boolean isTrained() {
    return kind != CandidateKind.FROZEN;
  }

  int parts() {
    return folds.size();
  }

  double accuracy(int parts) {
    return folds.stream()
        .limit(parts)
        .mapToDouble(fold -> fold.score.accuracy())
        .average()
        .orElse(0);
  }

  double accuracy() {
    return accuracy(parts());
  }

  double loss() {
    return folds.stream().mapToDouble(fold -> fold.score.loss()).average().orElse(0);
  }

  /** The lead in accuracy on the folds that both were validated on. */
  private double ahead(CandidateScores other) {
    int common = common(other);
    return accuracy(common) - other.accuracy(common);
  }

  private int common(CandidateScores other) {
    return Math.min(parts(), other.parts());
  }

  /** The standard error of {@link #ahead}. */
  private double error(CandidateScores other) {
    int common = common(other);
    int photos = folds.stream().limit(common).mapToInt(Fold::photos).sum();
    double p = accuracy(common);
    double q = other.accuracy(common);
    return Math.sqrt((p * (1 - p) + q * (1 - q)) / photos);
  }

  /** The same with a note if no further folds are needed. */
  CandidateScores ended(Optional<CandidateScores> leader, boolean isLate) {
    String reason = isLate ? "time is up" : "";
    boolean isBehind = false;
    if (leader.isPresent()) {
      double ahead = ahead(leader.get());
      isBehind = ahead < -FAR_BEHIND || (ahead <= 0 && common(leader.get()) > 1);
      boolean isClear = ahead > CLEAR * error(leader.get());
      reason = isBehind ? "dropped" : isClear ? "clearly better" : reason;
    }
    if (reason.isEmpty()) {
      return this;
    }
    String after = " after " + (parts() == 1 ? "1 fold" : parts() + " folds");
    return new CandidateScores(name, kind, folds, seconds, isBehind, reason + after);
  }

  /**
   * Chooses the frozen features with the lowest loss, which has less noise than the accuracy on few
   * photos; the trained network that is most accurate on the folds of all replaces them if it is
   * better on the same photos by more than half of the difference's standard error. Empty if all
   * are dropped.
   */
  static Optional<CandidateScores> best(List<CandidateScores> all) {
    Optional<CandidateScores> frozen =
        usable(all, false).min(Comparator.comparingDouble(CandidateScores::loss));
    int common = usable(all, true).mapToInt(CandidateScores::parts).min().orElse(0);
    Optional<CandidateScores> trained =
        usable(all, true)
            .max(Comparator.comparingDouble((CandidateScores one) -> one.accuracy(common)));
    if (frozen.isEmpty() || trained.isEmpty()) {
      return frozen.or(() -> trained);
    }
    double ahead = trained.get().ahead(frozen.get());
    return ahead > trained.get().error(frozen.get()) / 2 ? trained : frozen;
  }

  private static Stream<CandidateScores> usable(List<CandidateScores> all, boolean isTrained) {
    return all.stream().filter(one -> one.isTrained() == isTrained && !one.dropped);
  }

  /** For users. */
  Candidate candidate(boolean isChosen) {
    Optional<EpochReport.Score> mean =
        Optional.of(new EpochReport.Score(loss(), accuracy())).filter(any -> !folds.isEmpty());
    return new Candidate(name, kind, mean, seconds, note, isChosen);
  }
}
