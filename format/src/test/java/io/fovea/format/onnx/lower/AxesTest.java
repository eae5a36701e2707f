package io.fovea.format.onnx.lower;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fovea.tensor.Shape;
import org.junit.jupiter.api.Test;

class AxesTest {
  private static final Shape MAPS = Shape.of(6, 4, 5);
  private static final Axes NCHW = Axes.of(MAPS);

  @Test
  void permuted_thereAndBack_isTheSame() {
    Axes last = NCHW.permuted(new int[] {0, 2, 3, 1});

    assertThat(last).hasToString("N,H,W,C");
    assertThat(last.sizes(7)).containsExactly(7, 4, 5, 6);
    assertThat(last.permuted(new int[] {0, 3, 1, 2})).isEqualTo(NCHW);
  }

  @Test
  void reshaped_toGroupsAndBack_isTheSame() {
    Axes groups = NCHW.reshaped(new long[] {2, 3, 2, 4, 5}, 2).orElseThrow();

    assertThat(groups).hasToString("N,C,C,H,W");
    assertThat(groups.reshaped(new long[] {2, 6, 20}, 2).orElseThrow()).hasToString("N,C,HW");
    assertThat(groups.reshaped(new long[] {2, 6, 4, 5}, 2)).hasValue(NCHW);
  }

  @Test
  void reshaped_acrossImages_isNoViewForEveryBatch() {
    assertThat(NCHW.reshaped(new long[] {4, 3, 4, 5}, 2).orElseThrow()).hasToString("NC,C,H,W");
    assertThat(NCHW.reshaped(new long[] {4, 3, 6, 5}, 3)).isEmpty();
    assertThat(NCHW.reshaped(new long[] {2, 7, 4, 5}, 2)).isEmpty();
    assertThat(NCHW.reshaped(new long[] {2, 4, 6, 5}, 2)).isEmpty();
  }

  @Test
  void reshaped_oneImage_keepsTheBatchApart() {
    assertThat(NCHW.reshaped(new long[] {1, 120}, 1).orElseThrow()).hasToString("N,CHW");
  }

  @Test
  void rowOrder_channelsLast_givesTheLogicalIndex() {
    // (C, H, W) = (2, 1, 3): in H, W, C order stand c0w0 c1w0 c0w1 c1w1 c0w2 c1w2.
    Shape maps = Shape.of(2, 1, 3);
    Axes row =
        Axes.of(maps).permuted(new int[] {0, 2, 3, 1}).reshaped(new long[] {2, 6}, 2).orElseThrow();

    assertThat(FlattenOrder.of(row, maps)).containsExactly(0, 3, 1, 4, 2, 5);
    assertThatThrownBy(() -> FlattenOrder.of(Axes.of(maps), maps))
        .hasMessage("expects a row of features an image, got N,C,1,W");
  }
}
