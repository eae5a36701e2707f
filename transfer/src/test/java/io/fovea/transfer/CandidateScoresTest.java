package io.fovea.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CandidateScoresTest {
  private static final int PHOTOS = 100;

  /**
   * Answers about 100 photos of class 0 of two; the first {@code right} ones are right. The logits
   * differ by 1, so that the best temperature makes the share of right photos the probability.
   */
  private static HeldOut fold(int right) {
    return fold(right, 1);
  }

  private static HeldOut fold(int right, double scale) {
    double[][] logits = new double[PHOTOS][];
    for (int i = 0; i < PHOTOS; i++) {
      logits[i] = i < right ? new double[] {scale, 0} : new double[] {0, scale};
    }
    return heldOut(logits);
  }

  private static HeldOut heldOut(double[][] logits) {
    int[] photos = IntStream.range(0, PHOTOS).toArray();
    return new HeldOut(photos, logits, new int[PHOTOS], new double[0], new double[0]);
  }

  private static CandidateScores of(String name, CandidateKind kind, int... right) {
    CandidateScores scores = CandidateScores.none(name, kind);
    for (int count : right) {
      scores = scores.plus(fold(count));
    }
    return scores.took(1);
  }

  private static CandidateScores frozen(int... right) {
    return of("frozen", CandidateKind.FROZEN, right);
  }

  private static CandidateScores tuned(int... right) {
    return of("tuned", CandidateKind.TUNED, right);
  }

  private static CandidateScores scratch(int... right) {
    return of("scratch", CandidateKind.SCRATCH, right);
  }

  private static String best(CandidateScores... all) {
    return CandidateScores.best(List.of(all)).map(CandidateScores::name).orElse("none");
  }

  /** Differences 1, 2, 3, 6: mean 3, deviation sqrt(14 / 3), its error half of that. */
  @Test
  void difference_ofPairs_hasTheErrorOfTheirMean() {
    CandidateScores.PairedDifference difference =
        CandidateScores.PairedDifference.of(new double[] {1, 2, 3, 6});
    assertThat(difference.mean()).isEqualTo(3);
    assertThat(difference.error()).isCloseTo(Math.sqrt(14.0 / 3) / 2, within(1e-12));
    assertThat(difference.clear(2)).isEqualTo(1);
    assertThat(difference.clear(3)).isZero();
    assertThat(CandidateScores.PairedDifference.of(new double[] {-1, -1}).clear(2)).isEqualTo(-1);
    assertThat(CandidateScores.PairedDifference.of(new double[] {0, 0}).clear(1)).isZero();
  }

  @Test
  void best_lowerLossOnTheSamePhotos_replacesTheCheaperOne() {
    assertThat(best(frozen(70), tuned(90))).isEqualTo("tuned");
    assertThat(best(frozen(90), tuned(70))).isEqualTo("frozen");
  }

  @Test
  void best_aTie_keepsTheCheaperOne() {
    assertThat(best(frozen(80), tuned(80))).isEqualTo("frozen");
  }

  /** The same answers, ten times as sure: with its own temperature each has the same loss. */
  @Test
  void best_otherScale_isATie() {
    CandidateScores sure =
        CandidateScores.none("sure", CandidateKind.TUNED).plus(fold(80, 10)).took(1);
    assertThat(best(frozen(80), sure)).isEqualTo("frozen");
    assertThat(best(sure, frozen(80))).isEqualTo("sure");
    assertThat(sure.candidate(false).validation().orElseThrow().loss())
        .isCloseTo(frozen(80).candidate(false).validation().orElseThrow().loss(), within(1e-6));
  }

  /**
   * The tuned one is right about four photos more, and very wrong about one: the losses are closer
   * than the error of their difference, the accuracies are not.
   */
  @Test
  void best_closeLosses_areDecidedByAccuracy() {
    double[][] logits = fold(84).logits().clone();
    logits[99] = new double[] {0, 5};
    CandidateScores tuned =
        CandidateScores.none("tuned", CandidateKind.TUNED).plus(heldOut(logits));
    assertThat(tuned.candidate(false).validation().orElseThrow().loss())
        .isGreaterThan(frozen(80).candidate(false).validation().orElseThrow().loss() - 0.05);
    assertThat(best(frozen(80), tuned)).isEqualTo("tuned");
  }

  @Test
  void best_judgedByDifferentFolds_areComparedOnThoseOfBoth() {
    assertThat(best(frozen(50, 90, 90, 90), tuned(85))).isEqualTo("tuned");
    assertThat(best(frozen(90, 50, 50, 50), tuned(85))).isEqualTo("frozen");
  }

  @Test
  void best_allDropped_isNone() {
    assertThat(best(tuned(90).dropped("diverged"))).isEqualTo("none");
    assertThat(best(tuned().dropped("not tried"), scratch(40))).isEqualTo("scratch");
  }

  @Test
  void ended_noteNamesTheReason() {
    Optional<CandidateScores> leader = Optional.of(frozen(80, 80, 80, 80));

    assertThat(tuned(55).ended(leader, false).note()).isEqualTo("dropped after 1 fold");
    assertThat(tuned(55).ended(leader, false).dropped()).isTrue();
    assertThat(tuned(79).ended(leader, false).note()).isEmpty();
    assertThat(tuned(79, 80).ended(leader, false).note()).isEqualTo("dropped after 2 folds");
    assertThat(tuned(97).ended(leader, false).note()).isEqualTo("clearly better after 1 fold");
    assertThat(tuned(97).ended(leader, false).dropped()).isFalse();
    assertThat(tuned(81).ended(leader, true).note())
        .isEqualTo("stopped at 1.5 x the time limit after 1 fold");
  }

  @Test
  void ended_withoutALeader_goesOnUntilTimeIsUp() {
    assertThat(tuned(10).ended(Optional.empty(), false).note()).isEmpty();
    assertThat(tuned(10).ended(Optional.empty(), true).note())
        .isEqualTo("stopped at 1.5 x the time limit after 1 fold");
  }

  /** Of 200 photos 70 % are right: the loss is the entropy of (0.7, 0.3), 0.611. */
  @Test
  void line_statesScoresWithTheirPhotosAndTheReason() {
    assertThat(tuned(65, 75).dropped("diverged").candidate(false).line())
        .isEqualTo("tuned: 70.0 % of 200 photos (63 to 76), loss 0.611, 0:01 (diverged)");
    assertThat(tuned(65, 75).besides(frozen(80)).note())
        .isEqualTo("on the same 100 photos its loss is 0.147 higher, error 0.041");
    assertThat(tuned().dropped("not tried").candidate(false).line()).isEqualTo("tuned: not tried");
  }
}
