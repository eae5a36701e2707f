package io.fovea.kernel.vector.microkernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.kernel.vector.conv.depthwise.DepthwiseConv2d;
import io.fovea.kernel.vector.conv.direct.DirectConv2d;
import io.fovea.kernel.vector.conv.winograd.WinogradGemm;
import io.fovea.kernel.vector.gemm.MacroKernel;
import io.fovea.kernel.vector.microkernel.BlockDescription.Width;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LoopLinesTest {
  static Stream<BlockDescription> bundled() {
    return Stream.of(
            MacroKernel.tables(),
            DirectConv2d.tables(),
            WinogradGemm.tables(),
            DepthwiseConv2d.tables())
        .flatMap(List::stream)
        .flatMap(table -> table.bundled().stream())
        .distinct();
  }

  private static String block(BlockDescription d) {
    return LoopLines.of(1, "an image", "rows", d).getLast().strip();
  }

  @ParameterizedTest
  @MethodSource("bundled")
  void of_everyBundledDescription_hasItsClassAndRegisters(BlockDescription d) {
    assertThat(block(d))
        .startsWith(d.name() + " (in the jar): ")
        .contains(", %d rows x %d vectors".formatted(d.groups() * d.rows(), d.vectors()))
        .endsWith(", %d of %d registers".formatted(d.registers(), BlockDescription.available()));
  }

  /** (2 rows + 3 taps) x 1 vector, and one register of a. */
  @Test
  void of_loopsAndABlock_areALineEach() {
    BlockDescription d = BlockDescription.of(2, 1).taps(3, 1, 1).loops(1).byChannel().build();
    assertThat(LoopLines.of(4, "an image", "rows, blocks of pixels", d))
        .containsExactly(
            "for 4 chunks of work: an image",
            "  for rows, blocks of pixels",
            "    %s (made at run time): vectors of a, 2 rows x 1 vectors x 3 taps, 6 of %d registers"
                .formatted(d.name(), BlockDescription.available()));
  }

  @Test
  void of_partOfAVector_namesThePart() {
    assertThat(block(BlockDescription.of(8, 1).width(Width.QUARTER).build()))
        .contains("broadcasts of a, 8 rows x 1 vectors (quarter), 10 of ");
  }
}
