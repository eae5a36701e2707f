package io.fovea.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class WindowTest {
  @Test
  void outputs_anyGeometry_countTheWindowsThatFit() {
    for (int kernel = 1; kernel <= 5; kernel++) {
      for (int stride = 1; stride <= 3; stride++) {
        for (int dilation = 1; dilation <= 3; dilation++) {
          for (int size = 1; size <= 12; size++) {
            Window window = new Window(kernel, 1, stride, 1, 2, 0, 1, 0, dilation, 1);
            int reach = dilation * (kernel - 1) + 1;
            int fitting = 0;
            for (int first = -2; first + reach <= size + 1; first += stride) {
              fitting++;
            }
            assertThat(Math.max(0, window.outputHeight(size)))
                .as("%s on %d rows", window, size)
                .isEqualTo(fitting);
            assertThat(window.outputWidth(size)).isEqualTo(size);
            assertThat(window.reachHeight()).isEqualTo(reach);
          }
        }
      }
    }
  }

  @Test
  void toString_defaults_areLeftOut() {
    assertThat(Window.square(5, 1, 0, 1)).hasToString("5x5");
    assertThat(Window.square(5, 2, 1, 1)).hasToString("5x5 stride 2 padding 1");
    assertThat(new Window(3, 5, 1, 2, 1, 2, 1, 2, 2, 1))
        .hasToString("3x5 stride 1x2 padding 1x2 dilation 2x1");
    assertThat(new Window(3, 3, 1, 1, 0, 1, 2, 3, 1, 1)).hasToString("3x3 padding 0,1,2,3");
  }

  private static void assertRefused(ThrowingCallable making, String message) {
    assertThatThrownBy(making).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
  }

  @Test
  void of_outOfRange_isRefused() {
    assertRefused(
        () -> Window.square(0, 1, 0, 1), "window: the kernel must be at least 1x1, got 0x0");
    assertRefused(
        () -> Window.square(3, 0, 0, 1), "window: the stride must be at least 1, got 0x0");
    assertRefused(
        () -> new Window(3, 3, 1, 1, 0, 0, 0, 0, 1, -1),
        "window: the dilation must be at least 1, got 1x-1");
    assertRefused(
        () -> new Window(3, 3, 1, 1, 0, -2, 1, 0, 1, 1),
        "window: padding must not be negative, got top 0, left -2, bottom 1, right 0");
  }

  @Test
  void of_hugeSizes_isRefused() {
    int huge = 1 << 20;
    for (ThrowingCallable making :
        List.<ThrowingCallable>of(
            () -> Window.square(huge, 1, 0, 1),
            () -> Window.square(1, huge, 0, 1),
            () -> Window.square(1, 1, huge, 1),
            () -> Window.square(1, 1, 0, huge))) {
      assertThatThrownBy(making)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageMatching(
              "window: every size must be at most \\d+, so that sums of them can be counted");
    }
    assertThat(Window.square(10_000, 1, 10_000, 10_000).outputHeight(1)).isNegative();
  }
}
