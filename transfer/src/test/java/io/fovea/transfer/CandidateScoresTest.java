package io.fovea.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.train.EpochReport;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CandidateScoresTest {
  private static final int PHOTOS = 100;

  /** A candidate with these accuracies; the loss is what is missing to 1. */
  private static CandidateScores of(String name, CandidateKind kind, double... accuracies) {
    CandidateScores scores = CandidateScores.none(kind).named(name, 1);
    for (double accuracy : accuracies) {
      scores = scores.plus(new EpochReport.Score(1 - accuracy, accuracy), PHOTOS);
    }
    return scores;
  }

  private static CandidateScores frozen(double... accuracies) {
    return of("frozen", CandidateKind.FROZEN, accuracies);
  }

  private static CandidateScores tuned(double... accuracies) {
    return of("tuned", CandidateKind.TUNED, accuracies);
  }

  private static CandidateScores scratch(double... accuracies) {
    return of("scratch", CandidateKind.SCRATCH, accuracies);
  }

  private static String best(CandidateScores... all) {
    return CandidateScores.best(List.of(all)).map(CandidateScores::name).orElse("none");
  }

  @Test
  void best_ofFrozenFeatures_hasTheLowestLoss() {
    assertThat(
            best(of("a", CandidateKind.FROZEN, 0.7, 0.7), of("b", CandidateKind.FROZEN, 0.8, 0.7)))
        .isEqualTo("b");
  }

  @Test
  void best_trained_mustLeadByHalfOfTheStandardError() {
    // 200 photos at 80 %: the standard error of the difference is 4 points.
    assertThat(best(frozen(0.8, 0.8), tuned(0.81, 0.81))).isEqualTo("frozen");
    assertThat(best(frozen(0.8, 0.8), tuned(0.83, 0.83))).isEqualTo("tuned");
  }

  @Test
  void best_trainedOnDifferentFolds_areComparedOnThoseOfBoth() {
    CandidateScores tuned = tuned(0.85);
    CandidateScores scratch = scratch(0.76, 0.9, 0.9, 0.9);

    assertThat(scratch.accuracy()).isGreaterThan(tuned.accuracy());
    assertThat(best(frozen(0.5, 0.9, 0.9, 0.9), tuned, scratch)).isEqualTo("tuned");
  }

  @Test
  void best_allDropped_isNone() {
    assertThat(best(tuned(0.9).dropped("diverged"))).isEqualTo("none");
    assertThat(best(tuned().dropped("not tried"), scratch(0.4))).isEqualTo("scratch");
  }

  @Test
  void ended_noteNamesTheReason() {
    Optional<CandidateScores> leader = Optional.of(frozen(0.8, 0.8, 0.8, 0.8));

    assertThat(tuned(0.65).ended(leader, false).note()).isEqualTo("dropped after 1 fold");
    assertThat(tuned(0.65).ended(leader, false).dropped()).isTrue();
    assertThat(tuned(0.79).ended(leader, false).note()).isEmpty();
    assertThat(tuned(0.8, 0.8).ended(leader, false).note()).isEqualTo("dropped after 2 folds");
    assertThat(tuned(0.95).ended(leader, false).note()).isEqualTo("clearly better after 1 fold");
    assertThat(tuned(0.95).ended(leader, false).dropped()).isFalse();
    assertThat(tuned(0.81).ended(leader, true).note()).isEqualTo("time is up after 1 fold");
  }

  @Test
  void ended_withoutALeader_goesOnUntilTimeIsUp() {
    assertThat(tuned(0.1).ended(Optional.empty(), false).note()).isEmpty();
    assertThat(tuned(0.1).ended(Optional.empty(), true).note())
        .isEqualTo("time is up after 1 fold");
  }

  @Test
  void line_statesScoresAndTheReason() {
    assertThat(tuned(0.65, 0.75).dropped("diverged").candidate(false).line())
        .isEqualTo("tuned: accuracy 70.0 %, loss 0.300, 0:01 (diverged)");
    assertThat(tuned().dropped("not tried").candidate(false).line()).isEqualTo("tuned: not tried");
  }
}
