package io.fovea.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SearchPlanTest {
  private static final List<CandidateKind> ALL = List.of(CandidateKind.values());

  private static SearchPlan plan(Effort effort, int photos) {
    return SearchPlan.of(effort, ALL, photos, photos, 4, 30);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          QUICK    | 200   | 3 of 3 | frozen features, 4 views
          QUICK    | 5000  | 1 of 4 | frozen features, 1 view
          STANDARD | 100   | 3 of 3 | frozen features, 4 views; tuned, 30 epochs; small network from scratch, 30 epochs
          STANDARD | 200   | 3 of 3 | frozen features, 4 views; tuned, 15 epochs; small network from scratch, 30 epochs
          STANDARD | 401   | 1 of 4 | frozen features, 4 views; tuned, 10 epochs; small network from scratch, 29 epochs
          STANDARD | 4000  | 1 of 4 | frozen features, 2 views; tuned, 10 epochs; small network from scratch, 10 epochs
          THOROUGH | 200   | 4 of 4 | frozen features, 4 views; tuned, 30 epochs; tuned at a third of the rate, 30 epochs; small network from scratch, 30 epochs
          THOROUGH | 1000  | 4 of 4 | frozen features, 4 views; tuned, 12 epochs; tuned at a third of the rate, 12 epochs; small network from scratch, 30 epochs
          """)
  void of_photos_hasFoldsAndEpochs(Effort effort, int photos, String folds, String candidates) {
    SearchPlan plan = plan(effort, photos);
    assertThat(plan.folds() + " of " + plan.parts()).isEqualTo(folds);
    assertThat(plan.candidates().stream().map(Object::toString))
        .containsExactly(candidates.split("; "));
  }

  @Test
  void of_fewGroupsOrEpochs_takesNoMore() {
    assertThat(SearchPlan.of(Effort.THOROUGH, ALL, 100, 3, 4, 30).folds()).isEqualTo(3);
    assertThat(SearchPlan.of(Effort.STANDARD, ALL, 100, 1, 4, 2).candidates())
        .extracting(SearchPlan.Planned::passes)
        .containsExactly(4, 2, 2);
  }

  @Test
  void of_quickWithoutFrozen_isRefused() {
    assertThatThrownBy(
            () -> SearchPlan.of(Effort.QUICK, List.of(CandidateKind.TUNED), 100, 100, 4, 30))
        .hasMessage(
            "transfer: effort QUICK tries FROZEN alone, got candidates [TUNED]; give another effort, or FROZEN among the candidates");
  }

  /**
   * 200 photos: 4 views once; 15 and 30 epochs, each of three folds with two thirds, and of all.
   */
  @Test
  void seconds_ofMeasuredRates_addsTheFoldsAndTheLastTraining() {
    Map<CandidateKind, Double> rates =
        Map.of(CandidateKind.FROZEN, 0.01, CandidateKind.TUNED, 0.02, CandidateKind.SCRATCH, 0.002);
    double tuned = 200 * 15 * 0.02;
    double small = 200 * 30 * 0.002;
    assertThat(plan(Effort.STANDARD, 200).seconds(rates))
        .isCloseTo((800 * 0.01 + 2 * (tuned + small) + tuned) / 0.9, within(1e-9));
    assertThat(plan(Effort.QUICK, 200).seconds(rates)).isCloseTo(8 / 0.9, within(1e-9));
  }
}
