package io.fovea.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.kernel.op.AwkwardCases;
import io.fovea.kernel.op.EveryWidth;
import io.fovea.kernel.op.LinearCase;
import io.fovea.kernel.op.Packing;
import io.fovea.kernel.vector.VectorKernels;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@EveryWidth
class KernelSetTest {
  private static final long SEED = 20260123;

  @Test
  void fastest_underTheTestsFlags_isTheVectorSet() {
    assertThat(KernelSet.fastest()).isSameAs(KernelSet.VECTOR);
    assertThat(KernelSet.VECTOR.lanes()).isIn(2, 4, 8, 16);
    assertThat(KernelSet.VECTOR_DIRECT.lanes()).isEqualTo(KernelSet.VECTOR.lanes());
    assertThat(KernelSet.REFERENCE.lanes()).isEqualTo(1);
  }

  @Test
  void title_ofEachSet_isItsKernelsName() {
    assertThat(KernelSet.VECTOR.title()).isEqualTo("vector");
    assertThat(KernelSet.VECTOR_DIRECT.title()).isEqualTo("vector-direct");
    assertThat(KernelSet.REFERENCE.title()).isEqualTo("reference");
    for (KernelSet set : KernelSet.values()) {
      assertThat(set.kernels(false).name()).isEqualTo(set.title());
    }
  }

  static Stream<LinearCase> cases() {
    int lanes = new VectorKernels().lanes();
    return Stream.concat(
        AwkwardCases.convolutions(SEED, 60, lanes, 700_000).stream(),
        AwkwardCases.dense(SEED, 20, lanes).stream());
  }

  @ParameterizedTest
  @MethodSource("cases")
  void packing_anyGeometry_isInvertibleAndPadsWithZeros(LinearCase c) {
    for (KernelSet set : KernelSet.values()) {
      Packing packing = c.kernel().apply(set.kernels(false)).packing();
      String what = "seed %d, %s, %s".formatted(SEED, set, c);
      assertThat(packing.length()).as(what).isEqualTo(c.weights());
      float[] logical = new float[packing.length()];
      for (int i = 0; i < logical.length; i++) {
        logical[i] = i + 1;
      }
      float[] stored = packing.pack(logical);
      assertThat(stored.length).as(what).isEqualTo(packing.storedLength());
      assertThat(packing.unpack(stored)).as(what).isEqualTo(logical);
      float[] sorted = stored.clone();
      Arrays.sort(sorted);
      int padding = sorted.length - logical.length;
      assertThat(Arrays.copyOfRange(sorted, padding, sorted.length)).as(what).isEqualTo(logical);
      assertThat(Arrays.copyOf(sorted, padding)).as(what).isEqualTo(new float[padding]);
    }
  }
}
