package io.fovea.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class MatrixTest {
  @Test
  void transposed_exchangesRowsAndColumns() {
    Matrix matrix = Matrix.on(new float[20], 2, 3, 4, 5).transposed();
    assertThat(matrix.rows()).isEqualTo(4);
    assertThat(matrix.columns()).isEqualTo(3);
    assertThat(matrix.at(1, 2)).isEqualTo(2 + 2 * 5 + 1);
  }

  @Test
  void on_arrayTooShort_saysWhereTheMatrixEnds() {
    assertThatThrownBy(() -> Matrix.on(new float[15], 2, 3, 4, 5))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "matrix: 3 x 4 from offset 2 with leading dimension 5 ends at 16, got an array of 15");
  }

  @Test
  void on_leadingDimensionBelowTheColumns_saysSo() {
    assertThatThrownBy(() -> Matrix.on(new float[15], 0, 3, 4, 3))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "matrix: expects sizes and an offset of at least 0 and a leading dimension of at least the columns,"
                + " got 3 x 4, offset 0, leading dimension 3");
  }

  @Test
  void on_noRows_needsNoArray() {
    assertThat(Matrix.on(new float[0], 0, 0, 4, 4).rows()).isZero();
  }
}
