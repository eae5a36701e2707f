package io.fovea.kernel.vector.microkernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.kernel.vector.microkernel.BlockDescription.Width;
import org.junit.jupiter.api.Test;

class LoopLinesTest {
  private static String block(BlockDescription d) {
    return LoopLines.of(1, "an image", "rows", d).getLast().strip();
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
