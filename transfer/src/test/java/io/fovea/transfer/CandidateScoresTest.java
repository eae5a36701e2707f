package io.fovea.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CandidateScoresTest {
  private static final int PHOTOS = 100;

  /**
   * Answers about photos of class 0 of two; the first {@code right} ones are right. The logits
   * differ by the scale, so that the best temperature makes the share of right photos the
   * probability.
   */
  private static HeldOut fold(int right, double scale, int photos) {
    double[][] logits = new double[photos][];
    for (int i = 0; i < photos; i++) {
      logits[i] = i < right ? new double[] {scale, 0} : new double[] {0, scale};
    }
    return new HeldOut(
        IntStream.range(0, photos).toArray(),
        logits,
        new int[photos],
        new double[0],
        new double[0],
        Temperature.fit(logits, new int[photos]));
  }

  private static CandidateScores of(String name, CandidateKind kind, HeldOut... folds) {
    return new CandidateScores(name, kind, List.of(folds), 1, false, "");
  }

  private static HeldOut[] folds(int... right) {
    return IntStream.of(right).mapToObj(n -> fold(n, 1, PHOTOS)).toArray(HeldOut[]::new);
  }

  private static CandidateScores frozen(int... right) {
    return of("frozen", CandidateKind.FROZEN, folds(right));
  }

  private static CandidateScores tuned(int... right) {
    return of("tuned", CandidateKind.TUNED, folds(right));
  }

  private static CandidateScores scratch(int... right) {
    return of("scratch", CandidateKind.SCRATCH, folds(right));
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
    assertThat(difference.isClear()).as("3 of more than 2 x 1.08").isTrue();
    assertThat(CandidateScores.PairedDifference.of(new double[] {0, 0}).isClear()).isFalse();
  }

  @Test
  void best_aTie_keepsTheCheaperOne() {
    assertThat(best(frozen(80), tuned(80))).isEqualTo("frozen");
  }

  /** The same answers, ten times as sure: with its own temperature each has the same loss. */
  @Test
  void best_otherScale_isATie() {
    CandidateScores sure = of("sure", CandidateKind.TUNED, fold(80, 10, PHOTOS));
    assertThat(best(frozen(80), sure)).isEqualTo("frozen");
    assertThat(best(sure, frozen(80))).isEqualTo("sure");
    assertThat(sure.candidate(false).validation().orElseThrow().loss())
        .isCloseTo(frozen(80).candidate(false).validation().orElseThrow().loss(), within(1e-6));
  }

  /** 70 and 73 of 100 are right: a lead of 1.7 errors, which decides from 100 on. */
  @Test
  void best_aLeadOfOneError_replacesFrom100PhotosOn() {
    assertThat(best(frozen(70), tuned(73))).isEqualTo("tuned");
    CandidateScores few = of("frozen", CandidateKind.FROZEN, fold(70, 1, 99));
    CandidateScores ahead = of("tuned", CandidateKind.TUNED, fold(73, 1, 99));
    assertThat(best(few, ahead)).isEqualTo("frozen");
  }

  @Test
  void best_reason_namesThePhotosTheLeadAndItsError() {
    assertThat(CandidateScores.best(List.of(frozen(65, 75), tuned(85, 85))).orElseThrow().note())
        .isEqualTo(
            "on the same 200 photos its loss is 0.188 lower than that of frozen, error 0.033 (more than 1 x)");
    assertThat(CandidateScores.best(List.of(frozen(90), tuned(70))).orElseThrow().note())
        .isEqualTo("the cheapest, and the loss of no other is lower by more than 1 x the error");
    assertThat(CandidateScores.best(List.of(frozen(90))).orElseThrow().note())
        .isEqualTo("the only candidate");
  }

  @Test
  void best_allDropped_isNone() {
    assertThat(best(tuned(90).dropped("diverged"))).isEqualTo("none");
    assertThat(best(tuned().dropped("diverged"), scratch(40))).isEqualTo("scratch");
  }

  /** Of 200 photos 70 % are right: the loss is the entropy of (0.7, 0.3), 0.611. */
  @Test
  void line_statesScoresWithTheirPhotosAndTheReason() {
    assertThat(tuned(65, 75).dropped("diverged").candidate(false).line())
        .isEqualTo("tuned: 70.0 % of 200 photos (63 to 76), loss 0.611, 0:01 (diverged)");
    assertThat(tuned(65).besides(frozen(80)).note())
        .isEqualTo("on the same 100 photos its loss is 0.147 higher, error 0.041");
    assertThat(tuned().dropped("diverged").candidate(false).line()).isEqualTo("tuned: diverged");
  }
}
