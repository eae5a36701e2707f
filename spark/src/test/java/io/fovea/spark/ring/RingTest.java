package io.fovea.spark.ring;

import static io.fovea.spark.ring.Rings.chunked;
import static io.fovea.spark.ring.Rings.config;
import static io.fovea.spark.ring.Rings.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.random.RandomKey;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a ring sums. */
@Timeout(60)
@Execution(ExecutionMode.CONCURRENT) // beside the classes with a Spark context
class RingTest {
  private static float[] numbers(int rank, int length) {
    float[] numbers = new float[length];
    RandomKey key = RandomKey.of(1).with(rank);
    for (int i = 0; i < length; i++) {
      // sizes so different that every order of addition has other bits
      numbers[i] = (float) ((key.uniform(i) - 0.5) * Math.pow(10, i % 7));
    }
    return numbers;
  }

  /** Segment s of p: ((x[s] + x[s+1]) + ...) in the ring's order. */
  private static float[] expected(int size, int length, int from, int to) {
    float[] sums = numbers(0, length);
    for (int segment = 0; segment < size; segment++) {
      int begin = from + (int) ((long) (to - from) * segment / size);
      int end = from + (int) ((long) (to - from) * (segment + 1) / size);
      for (int i = begin; i < end; i++) {
        float sum = numbers(segment, length)[i];
        for (int k = 1; k < size; k++) {
          sum += numbers((segment + k) % size, length)[i];
        }
        sums[i] = sum;
      }
    }
    return sums;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5})
  void sum_ofFloats_addsInTheRingsOrder(int size) throws Exception {
    for (int length : new int[] {1, 2, 7, 64, 1001}) {
      float[] expected = expected(size, length, 0, length);
      for (int chunk : new int[] {1, 3, 16, 1 << 20}) {
        List<float[]> sums =
            run(
                size,
                config -> chunked(config, chunk),
                ring -> {
                  float[] own = numbers(ring.rank(), length);
                  ring.sum(own, 0, length);
                  return own;
                });
        assertThat(sums).allSatisfy(sum -> assertThat(sum).containsExactly(expected));
      }
    }
  }

  @Test
  void sum_ofMillions_doesNotBlock() throws Exception {
    int length = 3_000_001;
    List<Float> ends =
        run(
            3,
            config -> chunked(config, RingConfig.CHUNK),
            ring -> {
              float[] own = new float[length];
              Arrays.fill(own, ring.rank() + 1);
              for (int round = 0; round < 3; round++) {
                ring.sum(own, 0, length);
              }
              return own[length - 1];
            });
    assertThat(ends).containsExactly(54f, 54f, 54f);
  }

  @Test
  void sum_ofAPart_leavesTheRest() throws Exception {
    float[] expected = expected(3, 50, 10, 31);
    List<float[]> sums =
        run(
            3,
            config -> config,
            ring -> {
              float[] own = numbers(ring.rank(), 50);
              ring.sum(own, 10, 31);
              return own;
            });
    assertThat(Arrays.copyOfRange(sums.get(0), 10, 31))
        .containsExactly(Arrays.copyOfRange(expected, 10, 31));
    assertThat(Arrays.copyOf(sums.get(1), 10)).containsExactly(Arrays.copyOf(numbers(1, 50), 10));
    assertThat(sums.get(2)[31]).isEqualTo(numbers(2, 50)[31]);
  }

  @Test
  void sum_ofDoubles_addsInTheOrderOfRanks() throws Exception {
    double[][] parts = {{1e16, 1}, {1, 2}, {-1e16, 3}, {1, 4}};
    List<double[]> sums =
        run(
            4,
            config -> config,
            ring -> {
              double[] own = parts[ring.rank()].clone();
              ring.sum(own);
              return own;
            });
    assertThat(sums).allSatisfy(sum -> assertThat(sum).containsExactly(1, 10)); // 1e16 + 1 is 1e16
  }

  @Test
  void sum_afterSum_keepsTheirOrder() throws Exception {
    List<Double> results =
        run(
            3,
            config -> config,
            ring -> {
              double total = 0;
              for (int i = 0; i < 200; i++) {
                float[] floats = {ring.rank(), i, 1};
                ring.sum(floats, 0, 3);
                floats[0] += 100; // after the sum the array is the caller's again
                double[] doubles = {floats[1]};
                ring.sum(doubles);
                total += doubles[0];
              }
              return total;
            });
    assertThat(results).containsOnly(199 * 200 / 2 * 9.0);
  }
}
