package io.fovea.preprocessing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SelectionTest {
  @Test
  void median_ofAnyValues_isThatOfSorting() {
    Random random = new Random(5);
    for (int n = 0; n < 2000; n++) {
      int count = 1 + random.nextInt(60);
      int distinct = 1 + random.nextInt(n % 3 == 0 ? 3 : 1000); // many equal ones, too
      double[] values = random.doubles(count + 3, 0, distinct).map(Math::floor).toArray();
      if (n % 5 == 0) {
        Arrays.sort(values, 0, count);
      }
      double[] sorted = Arrays.copyOf(values, count);
      Arrays.sort(sorted);
      double[] rest = Arrays.copyOfRange(values, count, values.length);
      assertThat(Selection.median(values, count)).isEqualTo(sorted[count / 2]);
      assertThat(values).as("values behind the count").endsWith(rest);
    }
  }
}
