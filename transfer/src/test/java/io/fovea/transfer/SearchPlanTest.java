package io.fovea.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SearchPlanTest {
  private static final SearchPlan.Rate TUNED = new SearchPlan.Rate(CandidateKind.TUNED, 0.01);
  private static final SearchPlan.Rate SCRATCH = new SearchPlan.Rate(CandidateKind.SCRATCH, 0.002);
  private static final List<SearchPlan.Rate> BOTH = List.of(TUNED, SCRATCH);

  /** 100 photos, 75 of them in a fold's training, four folds, 30 epochs. */
  private static final SearchPlan.Work WORK = new SearchPlan.Work(100, 75, 4, 30);

  /**
   * Both by four folds and the last training: 30 (0.012 x 300 + 0.01 x 100) = 138 s, 153 with what
   * is not measured; by one fold 57 (63). Tuned alone: 120 (133), 52.5 (58); with 25 epochs 48.6.
   */
  @Test
  void of_lessTime_takesFoldsThenCandidatesThenEpochs() {
    assertThat(SearchPlan.of(BOTH, WORK, 154)).isEqualTo(new SearchPlan(4, 30, BOTH));
    assertThat(SearchPlan.of(BOTH, WORK, 152)).isEqualTo(new SearchPlan(1, 30, BOTH));
    assertThat(SearchPlan.of(BOTH, WORK, 62)).isEqualTo(new SearchPlan(1, 30, List.of(TUNED)));
    assertThat(SearchPlan.of(BOTH, WORK, 58)).isEqualTo(new SearchPlan(1, 25, List.of(TUNED)));
    assertThat(SearchPlan.of(BOTH, WORK, 20)).isEqualTo(new SearchPlan(1, 10, List.of(TUNED)));
    assertThat(SearchPlan.of(BOTH, WORK, 19)).isEqualTo(new SearchPlan(1, 10, List.of()));
  }

  @Test
  void of_fewEpochsWanted_takesNoFewer() {
    SearchPlan.Work eight = new SearchPlan.Work(100, 75, 1, 8);
    assertThat(SearchPlan.of(BOTH, eight, 1).tried()).isEmpty();
    assertThat(SearchPlan.of(BOTH, eight, 60)).isEqualTo(new SearchPlan(1, 8, BOTH));
  }

  @Test
  void of_noTrainedCandidates_isEmpty() {
    assertThat(SearchPlan.of(List.of(), WORK, 1).tried()).isEmpty();
  }

  @Test
  void reason_namesTheMinutesAndTheCure() {
    assertThat(
            SearchPlan.of(BOTH, WORK, 1).reason(new SearchPlan.Rate(CandidateKind.TUNED, 1), WORK))
        .isEqualTo("not tried: 10 epochs would take 33 minutes; a longer time limit gives more");
  }
}
