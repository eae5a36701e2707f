package io.fovea.kernel.op;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PackingTest {
  private static final float[] LOGICAL = {1, 2, 3, 4, 5, 6};

  @Test
  void rows_arePlacedOneByOne() {
    // two rows of three, interleaved in panels of four
    Packing packing =
        Packing.of(
            2,
            3,
            12,
            (row, positions) -> {
              for (int i = 0; i < 3; i++) {
                positions[i] = 4 * i + row;
              }
            });
    float[] stored = packing.pack(LOGICAL);
    assertThat(stored).containsExactly(1, 4, 0, 0, 2, 5, 0, 0, 3, 6, 0, 0);
    assertThat(packing.unpack(stored)).containsExactly(LOGICAL);
    assertThat(packing.length()).isEqualTo(6);
    assertThat(packing.isIdentity()).isFalse();
  }

  @Test
  void rowMajor_isACopyAndTheIdentity() {
    Packing packing = Packing.rowMajor(6);
    assertThat(packing.isIdentity()).isTrue();
    assertThat(packing.pack(LOGICAL)).containsExactly(LOGICAL).isNotSameAs(LOGICAL);
    assertThat(packing.unpack(LOGICAL)).containsExactly(LOGICAL).isNotSameAs(LOGICAL);
  }
}
