package io.fovea.kernel.vector;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.kernel.geometry.Conv2dGeometry;
import io.fovea.kernel.op.Conv2dAlgorithm;
import io.fovea.tensor.Window;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which algorithm is chosen for what, Winograd apart. */
class Conv2dChoiceTest {
  /** Channels, filters, groups, side of the kernel, stride, dilation, on maps of 32x32. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          16  | 32  | 1  | 3 | 1 | 1 | DIRECT
          16  | 32  | 1  | 3 | 1 | 2 | DIRECT
          512 | 512 | 1  | 3 | 1 | 1 | GEMM
          512 | 512 | 1  | 3 | 2 | 1 | GEMM
          16  | 32  | 4  | 3 | 1 | 1 | DIRECT
          16  | 32  | 4  | 3 | 2 | 1 | DIRECT
          16  | 32  | 1  | 1 | 1 | 1 | GEMM
          16  | 32  | 1  | 1 | 2 | 1 | DIRECT
          16  | 32  | 1  | 3 | 2 | 1 | DIRECT
          3   | 32  | 1  | 7 | 2 | 1 | DIRECT
          1   | 1   | 1  | 3 | 1 | 1 | DIRECT
          24  | 24  | 24 | 3 | 2 | 1 | DEPTHWISE
          24  | 48  | 24 | 3 | 1 | 1 | DIRECT
          """)
  void conv2d_byGeometry_hasItsAlgorithm(
      int channels,
      int filters,
      int groups,
      int kernel,
      int stride,
      int dilation,
      Conv2dAlgorithm expected) {
    Window window = Window.square(kernel, stride, kernel / 2, dilation);
    Conv2dGeometry g = new Conv2dGeometry(channels, 32, 32, filters, groups, window);
    assertThat(VectorKernels.plainAlgorithm(g)).isEqualTo(expected);
  }

  @Test
  void forAnswers_heavyFiltersOnFewTiles_isNotWinograd() {
    Window window = Window.square(3, 1, 1, 1);
    Conv2dGeometry heavy = new Conv2dGeometry(192, 6, 6, 384, 1, window);
    assertThat(new VectorKernels().conv2d(heavy).name()).startsWith("winograd");
    assertThat(VectorKernels.forInference().conv2d(heavy).name()).isEqualTo("gemm");
    Conv2dGeometry light = new Conv2dGeometry(64, 8, 8, 64, 1, window);
    assertThat(VectorKernels.forInference().conv2d(light).name()).startsWith("winograd");
    Conv2dGeometry large = new Conv2dGeometry(192, 14, 14, 384, 1, window);
    assertThat(VectorKernels.forInference().conv2d(large).name()).startsWith("winograd");
  }

  @Test
  void always_algorithmThatCannot_leavesTheUsualOne() {
    Conv2dGeometry g = new Conv2dGeometry(16, 8, 8, 32, 1, Window.square(1, 1, 0, 1));
    assertThat(VectorKernels.always(Conv2dAlgorithm.DEPTHWISE).conv2d(g).name()).isEqualTo("gemm");
    assertThat(VectorKernels.always(Conv2dAlgorithm.DIRECT).conv2d(g).name()).isEqualTo("direct");
  }
}
