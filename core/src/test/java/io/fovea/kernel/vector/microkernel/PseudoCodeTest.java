package io.fovea.kernel.vector.microkernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.kernel.vector.conv.depthwise.DepthwiseConv2d;
import io.fovea.kernel.vector.conv.direct.DirectConv2d;
import io.fovea.kernel.vector.conv.winograd.TileProducts;
import io.fovea.kernel.vector.gemm.MacroKernel;
import io.fovea.kernel.vector.microkernel.BlockDescription.First;
import io.fovea.kernel.vector.microkernel.BlockDescription.Terms;
import io.fovea.kernel.vector.microkernel.BlockDescription.Width;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PseudoCodeTest {
  static Stream<BlockDescription> bundled() {
    return Stream.of(
            MacroKernel.tables(),
            DirectConv2d.tables(),
            TileProducts.tables(),
            DepthwiseConv2d.tables())
        .flatMap(List::stream)
        .flatMap(table -> table.bundled().stream())
        .distinct();
  }

  @ParameterizedTest
  @MethodSource("bundled")
  void of_everyBundledDescription_namesClassRegistersAndProducts(BlockDescription d) {
    List<String> lines = PseudoCode.of(d, Map.of());
    assertThat(lines.getFirst()).isEqualTo(d.name() + " (in the jar)");
    assertThat(lines.get(1))
        .contains(d.groups() * d.rows() + " rows x " + d.vectors() + " vectors")
        .endsWith("%d of %d registers".formatted(d.registers(), BlockDescription.available()));
    int products = d.groups() * d.rows() * d.vectors() * d.taps() * d.parts();
    assertThat(lines.get(lines.size() - 2)).endsWith(products + " multiply-adds");
    assertThat(lines.stream().filter(line -> line.contains("for ")).count())
        .as("a loop for each that the description has")
        .isEqualTo(
            d.loops()
                + (d.terms().isLoop() ? 1 : 0)
                + (d.terms().panels() ? 1 : 0)
                + (d.repeat() == BlockDescription.Repeat.ONCE ? 0 : 1));
  }

  /** The kernel that the package page traces by hand. */
  @Test
  void of_depthwiseBlock_isWhatThePackagePageTraces() {
    BlockDescription d =
        BlockDescription.of(2, 1)
            .taps(3, 1, 1)
            .loops(1)
            .first(First.BIAS)
            .relu(true)
            .byChannel()
            .build();
    assertThat(PseudoCode.of(d, Map.of()))
        .containsExactly(
            "Vectors2x1_taps3_step1_1_loops1_bias_relu_channels_stridesN_N_N_1L (made at run time)",
            "  // vectors of a and b: 2 rows x 1 vectors, 6 of %d registers"
                .formatted(BlockDescription.available()),
            "  for each vector of repeats channels: a, b, first, c += L",
            "    s[r] = first[0]",
            "    for outer: a += outerA, b += outerB",
            "      s[r] += a[(r + t)*position] * b[t*tap]",
            "      // r < 2, v < 1, t < 3, g < 1: 3 loads of b, 4 loads of a, 6 multiply-adds",
            "    c[r*row] = max(s[r], 0)");
  }

  @Test
  void of_groupsVectorsAndPanels_withSizes_showsTheirValues() {
    BlockDescription d =
        BlockDescription.of(2, 3)
            .groups(2)
            .taps(2, 2, 1)
            .terms(Terms.of(Extent.floats(1), Extent.vectors(2)).inPanels(Extent.vectors(1)))
            .panel(2)
            .output(Extent.ARGUMENT, Extent.ARGUMENT)
            .first(First.TARGET)
            .build();
    Strides sizes =
        new Strides()
            .left(100, 10)
            .right(7, 50)
            .output(30, 40)
            .terms(35, 0, 0)
            .outer(3, 1000, 2000);
    assertThat(PseudoCode.of(d, PseudoCode.sizes(sizes)))
        .endsWith(
            "  s[g][r][v] = c[(g*2 + r)*30 + v*40]",
            "  for each L of 35 terms: a += 1000, b += 2000",
            "    for L or fewer: a += 1, b += 2L",
            "      s[g][r][v] += a[g*100 + (r*2 + t)*10] * b[t*7 + v/2*50 + v%2*L]",
            "      // r < 2, v < 3, t < 2, g < 2: 6 loads of b, 8 broadcasts of a, 24 multiply-adds",
            "  c[(g*2 + r)*30 + v*40] = s[g][r][v]");
  }

  @Test
  void of_partOfAVector_saysHowManyLanesAreStored() {
    BlockDescription d = BlockDescription.of(8, 1).width(Width.QUARTER).build();
    assertThat(PseudoCode.of(d, Map.of("lanes", 3)).get(1))
        .contains("8 rows x 1 vectors, the first quarter, of which 3 lanes are stored, 10 of ");
  }
}
