package io.fovea.studio.runs;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.studio.web.Reply;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PollingBudgetTest {
  private static final PollingBudget.Look FOUND = new PollingBudget.Look(1, Reply.json(Map.of()));

  @Test
  void left_afterTheFirstLook_fiveTimesItsLength() {
    PollingBudget first = PollingBudget.after(null, FOUND, 100, 200);
    assertThat(first.left(200 + 499)).isEqualTo(1);
    assertThat(first.left(200 + 500)).isZero();
  }

  @Test
  void left_fromTheFourthLookOn_aHundredTimesTheQuickest() {
    PollingBudget budget = PollingBudget.after(null, FOUND, 0, 1000);
    budget = PollingBudget.after(budget, FOUND, 10_000, 10_020);
    budget = PollingBudget.after(budget, FOUND, 20_000, 20_030);
    assertThat(budget.left(20_030 + 100)).isZero();
    budget = PollingBudget.after(budget, FOUND, 30_000, 30_500);
    assertThat(budget.quickest()).isEqualTo(20);
    assertThat(budget.left(30_500 + 1999)).isEqualTo(1);
    assertThat(budget.left(30_500 + 2000)).isZero();
  }
}
