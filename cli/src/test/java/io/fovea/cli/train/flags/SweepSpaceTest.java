package io.fovea.cli.train.flags;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fovea.cli.screen.UsageException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SweepSpaceTest {
  @Test
  void all_lists_isEveryCombination() {
    assertThat(SweepSpace.of(List.of("lr=0.1,0.01", "optimizer=sgd,adam")).all())
        .containsExactly(
            Map.of("lr", "0.1", "optimizer", "sgd"),
            Map.of("lr", "0.1", "optimizer", "adam"),
            Map.of("lr", "0.01", "optimizer", "sgd"),
            Map.of("lr", "0.01", "optimizer", "adam"));
  }

  @Test
  void random_ranges_areEvenInRatiosAndBeginTheSame() {
    SweepSpace space =
        SweepSpace.of(List.of("lr=0.0001..0.1", "batch=16..256", "model=mlp,pooled"));
    List<Map<String, String>> drawn = space.random(300, 7);
    assertThat(drawn).hasSize(300).doesNotHaveDuplicates();
    assertThat(space.random(40, 7)).isEqualTo(drawn.subList(0, 40));
    assertThat(space.random(40, 8)).isNotEqualTo(drawn.subList(0, 40));
    int low = 0;
    for (Map<String, String> one : drawn) {
      double rate = Double.parseDouble(one.get("lr"));
      assertThat(rate).isBetween(0.0001, 0.1);
      assertThat(Integer.parseInt(one.get("batch"))).isBetween(16, 256);
      low += rate < 0.00316 ? 1 : 0; // the middle of three decades
    }
    assertThat(low).isBetween(115, 185); // 4 standard deviations about 150
    assertThat(drawn).anyMatch(one -> "mlp".equals(one.get("model")));
    assertThat(SweepSpace.of(List.of("lr=0.09996..0.09999")).random(1, 7))
        .as("0.1 in three digits")
        .containsExactly(Map.of("lr", "0.09999"));
  }

  @Test
  void random_fewCombinations_givesNoMoreThanThereAre() {
    assertThat(SweepSpace.of(List.of("lr=0.1,0.01", "seed=1,2")).random(9, 1)).hasSize(4);
  }

  @Test
  void of_badRange_isRefused() {
    for (String grid :
        List.of("lr=0..1", "lr=1..0.1", "lr=1..1e999", "lr=e..1", "lr=NaN..1", "lr=0.1..")) {
      assertThatThrownBy(() -> SweepSpace.of(List.of(grid)))
          .isInstanceOf(UsageException.class)
          .hasMessage(
              "--grid: expects a range of numbers above 0, such as lr=0.0001..0.1, got \"%s\"",
              grid);
    }
    List<String> paths = List.of("init-from=../a.safetensors,../b.safetensors");
    assertThat(SweepSpace.of(paths).all()).hasSize(2);
  }

  @Test
  void all_tooMany_isRefused() {
    StringBuilder many = new StringBuilder("seed=0");
    for (int i = 1; i <= 10_000; i++) {
      many.append(',').append(i);
    }
    assertThatThrownBy(() -> SweepSpace.of(List.of(many.toString())).all())
        .isInstanceOf(UsageException.class)
        .hasMessage("--grid: expects at most 10,000 combinations, got more; take --random N");
  }
}
