package io.fovea.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.kernel.op.AwkwardCases;
import io.fovea.kernel.op.EveryWidth;
import io.fovea.kernel.op.LinearCase;
import io.fovea.kernel.op.Packing;
import io.fovea.kernel.vector.VectorKernels;
import io.fovea.layer.Conv2d;
import io.fovea.layer.Dense;
import io.fovea.layer.Layer;
import io.fovea.layer.LayerKernel;
import io.fovea.layer.Parameter;
import io.fovea.layer.Relu;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Window;
import java.util.Arrays;
import java.util.List;
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
  void algorithm_layersWithKernels_areNamed() {
    Conv2d conv = new Conv2d(3, Window.square(3, 1, 1, 1), 1, true);
    List<Shape> maps = List.of(Shape.of(2, 5, 5));
    List<Shape> row = List.of(Shape.of(7));
    assertThat(algorithm(KernelSet.VECTOR, conv, maps)).isEqualTo("direct");
    assertThat(algorithm(KernelSet.VECTOR, new Dense(2, true), row)).isEqualTo("packed");
    assertThat(algorithm(KernelSet.REFERENCE, conv, maps)).isEqualTo("reference");
    assertThat(algorithm(KernelSet.VECTOR, new Relu(), maps)).isEmpty();
  }

  @Test
  void algorithm_ofALargeConvolution_isWinogradInOneSetOnly() {
    Conv2d conv2 = new Conv2d(32, Window.square(5, 1, 2, 1), 1, true);
    List<Shape> maps = List.of(Shape.of(16, 28, 28));
    assertThat(algorithm(KernelSet.VECTOR, conv2, maps)).isEqualTo("winograd F(4x4,5x5)");
    assertThat(algorithm(KernelSet.VECTOR_DIRECT, conv2, maps)).isIn("direct", "gemm");
    assertThat(algorithm(KernelSet.REFERENCE, conv2, maps)).isEqualTo("reference");
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

  @Test
  void packing_bias_isStoredAsItReads() {
    Conv2d conv = new Conv2d(3, Window.square(3, 1, 1, 1), 1, true);
    List<Shape> maps = List.of(Shape.of(2, 5, 5));
    Parameter bias = conv.parameters(maps).get(1);
    Packing packing = LayerKernel.packing(KernelSet.VECTOR.kernels(false), conv, bias, maps);
    assertThat(packing.storedLength()).isEqualTo(3);
    assertThat(packing.pack(new float[] {1, 2, 3})).containsExactly(1, 2, 3);
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

  private static String algorithm(KernelSet set, Layer layer, List<Shape> inputs) {
    return LayerKernel.of(set, layer, inputs, 1).map(LayerKernel::algorithm).orElse("");
  }
}
