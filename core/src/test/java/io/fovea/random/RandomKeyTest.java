package io.fovea.random;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RandomKeyTest {
  private static final int MANY = 100_000;

  @Test
  void bits_anyPartOfTheKeyChanged_differ() {
    Set<Long> bits = new HashSet<>();
    int keys = 0;
    for (long seed = -20; seed < 20; seed++) {
      for (String purpose : new String[] {"", "a", "b", "ab", "ba", "shuffle", "step"}) {
        for (long index = -3; index < 3; index++) {
          bits.add(RandomKey.of(seed).with(purpose).with(index).bits(0));
          bits.add(RandomKey.of(seed).with(purpose).with(index).bits(1));
          bits.add(RandomKey.of(seed).with(index).with(purpose).bits(0));
          keys += 3;
        }
      }
    }
    assertThat(bits).hasSize(keys);
  }

  /** Seeds in files and in people's notes shall mean the same in every version. */
  @Test
  void bits_knownKeys_stayAsTheyAre() {
    RandomKey key = RandomKey.of(42);
    key.normal(9); // leaves no state
    assertThat(key.bits(0)).isEqualTo(6332618229526065668L);
    assertThat(key.with("shuffle").bits(0)).isEqualTo(2752338004076409765L);
    assertThat(key.with(1).bits(5)).isEqualTo(5372011772874394929L);
    assertThat(key.uniform(0)).isEqualTo(0.34329192209867343);
    assertThat(key.normal(0)).isEqualTo(0.8818545873573221);
    assertThat(key.below(1000, 0)).isEqualTo(343);
    assertThat(key.permutation(10)).containsExactly(5, 8, 1, 4, 0, 7, 2, 9, 6, 3);
  }

  @Test
  void uniform_manyNumbers_fillTheInterval() {
    RandomKey key = RandomKey.of(1);
    int[] bins = new int[100];
    double sum = 0;
    for (int i = 0; i < MANY; i++) {
      double value = key.uniform(i);
      assertThat(value).isGreaterThanOrEqualTo(0).isLessThan(1);
      bins[(int) (value * 100)]++;
      sum += value;
    }
    // deviations: a bin's 31.5, the mean's 0.0009
    assertThat(Arrays.stream(bins).min().orElseThrow()).isGreaterThan(1000 - 160);
    assertThat(Arrays.stream(bins).max().orElseThrow()).isLessThan(1000 + 160);
    assertThat(sum / MANY).isCloseTo(0.5, within(0.005));
  }

  @Test
  void below_anyBound_staysBelowAndHitsAll() {
    RandomKey key = RandomKey.of(2);
    for (int bound : new int[] {1, 2, 3, 7, 10}) {
      int[] counts = new int[bound];
      for (int i = 0; i < 10_000; i++) {
        counts[key.below(bound, i)]++;
      }
      double mean = 10_000.0 / bound;
      for (int count : counts) {
        assertThat((double) count)
            .as("below %d", bound)
            .isCloseTo(mean, within(5 * Math.sqrt(mean)));
      }
    }
    int largest =
        IntStream.range(0, MANY).map(i -> key.below(Integer.MAX_VALUE, i)).max().orElse(0);
    assertThat(largest).isGreaterThan(Integer.MAX_VALUE / 1000 * 999);
  }

  @Test
  void normal_manyNumbers_haveTheMoments() {
    RandomKey key = RandomKey.of(3);
    double sum = 0;
    double squares = 0;
    double fourth = 0;
    for (int i = 0; i < MANY; i++) {
      double value = key.normal(i);
      assertThat(Double.isFinite(value)).isTrue();
      sum += value;
      squares += value * value;
      fourth += value * value * value * value;
    }
    assertThat(sum / MANY).isCloseTo(0, within(5 / Math.sqrt(MANY)));
    assertThat(squares / MANY).isCloseTo(1, within(5 * Math.sqrt(2.0 / MANY)));
    assertThat(fourth / MANY).isCloseTo(3, within(5 * Math.sqrt(96.0 / MANY)));
  }

  @Test
  void permutation_anyLength_hasEveryNumberOnce() {
    for (int n : new int[] {0, 1, 2, 3, 10, 1000}) {
      int[] order = RandomKey.of(4).with(n).permutation(n);
      assertThat(Arrays.stream(order).sorted().toArray())
          .isEqualTo(IntStream.range(0, n).toArray());
    }
  }
}
