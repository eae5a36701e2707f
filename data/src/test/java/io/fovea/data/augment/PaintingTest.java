package io.fovea.data.augment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;
import static org.assertj.core.api.Assertions.within;

import io.fovea.data.augment.adjust.ColorAdjustments;
import io.fovea.data.augment.buffer.AugmentBuffer;
import io.fovea.random.RandomKey;
import io.fovea.tensor.Shape;
import java.util.Arrays;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Operations that change pixels where they are. */
class PaintingTest {
  private static final float UNTOUCHED = 300;

  private static float[] painted(Shape shape, float[] image, Consumer<AugmentBuffer> how) {
    float[] pixels = new float[image.length + 2]; // a pixel of other images on each side
    pixels[0] = 77;
    pixels[image.length + 1] = 78;
    System.arraycopy(image, 0, pixels, 1, image.length);
    AugmentBuffer buffer = new AugmentBuffer(shape, new float[shape.size(0)]);
    buffer.take(pixels, 1);
    how.accept(buffer);
    assertThat(pixels[0]).isEqualTo(77);
    assertThat(pixels[image.length + 1]).isEqualTo(78);
    return Arrays.copyOfRange(pixels, 1, image.length + 1);
  }

  @Test
  void brighten_multipliesAndEndsAtWhite() {
    float[] image = {0, 100, 200};
    Shape shape = Shape.of(1, 1, 3);
    assertThat(painted(shape, image, buffer -> ColorAdjustments.brightness(buffer, 1.5f)))
        .containsExactly(0, 150, 255);
    assertThat(painted(shape, image, buffer -> ColorAdjustments.brightness(buffer, 0.5f)))
        .containsExactly(0, 50, 100);
  }

  @Test
  void strengthen_movesAwayFromTheMeanWithinTheRange() {
    float[] image = {0, 100, 200};
    for (Shape shape : new Shape[] {Shape.of(1, 1, 3), Shape.of(3, 1, 1)}) {
      assertThat(painted(shape, image, buffer -> Contrast.strengthen(buffer, 1.5f)))
          .containsExactly(0, 100, 250);
      assertThat(painted(shape, image, buffer -> Contrast.strengthen(buffer, 0.5f)))
          .containsExactly(50, 100, 150);
      assertThat(painted(shape, image, buffer -> Contrast.strengthen(buffer, 0)))
          .containsExactly(100, 100, 100);
    }
  }

  @Test
  void brightnessAndContrast_factors_fillTheirRange() {
    double[] bright = new double[1000];
    double[] strong = new double[1000];
    for (int n = 0; n < 1000; n++) {
      RandomKey key = RandomKey.of(3).with(n);
      float[] image = {100, 50, 150};
      Shape shape = Shape.of(1, 3, 1);
      bright[n] = painted(shape, image, c -> new Brightness(0.4).paint(c, key))[0] / 100;
      strong[n] = (painted(shape, image, c -> new Contrast(0.4).paint(c, key))[2] - 100) / 50;
    }
    for (double[] factors : new double[][] {bright, strong}) {
      assertThat(Arrays.stream(factors).average().orElseThrow()).isEqualTo(1, within(0.03));
      assertThat(Arrays.stream(factors).min().orElseThrow()).isBetween(0.599, 0.62);
      assertThat(Arrays.stream(factors).max().orElseThrow()).isBetween(1.38, 1.401);
    }
  }

  /** Rows and columns from the first to the last changed one; all between must be changed. */
  private static int[] box(float[] pixels, int height, int width, int channels) {
    int top = height;
    int bottom = -1;
    int left = width;
    int right = -1;
    int changed = 0;
    for (int k = 0; k < pixels.length; k++) {
      if (pixels[k] != UNTOUCHED) {
        int row = k / channels / width;
        int column = k / channels % width;
        top = Math.min(top, row);
        bottom = Math.max(bottom, row);
        left = Math.min(left, column);
        right = Math.max(right, column);
        assertThat(pixels[k]).isBetween(0f, 255f);
        changed++;
      }
    }
    if (changed == 0) {
      return new int[] {0, 0};
    }
    int[] sides = {bottom - top + 1, right - left + 1};
    assertThat(changed).isEqualTo(sides[0] * sides[1] * channels);
    return sides;
  }

  @Test
  void erase_box_isAWholeRectangleWithinTheRange() {
    int height = 20;
    int width = 32;
    int erased = 0;
    float[] image = new float[3 * height * width];
    Arrays.fill(image, UNTOUCHED);
    for (int n = 0; n < 1000; n++) {
      RandomKey key = RandomKey.of(4).with(n);
      float[] pixels =
          painted(
              Shape.of(3, height, width), image, buffer -> new Erase(0.5, 0.4).paint(buffer, key));
      int[] sides = box(pixels, height, width, 3);
      if (sides[0] > 0) {
        erased++;
        double rounding = (sides[0] + sides[1]) / 2.0 + 0.25;
        double area = sides[0] * sides[1];
        assertThat(area).isBetween(0.02 * 640 - rounding, 0.4 * 640 + rounding);
        assertThat((sides[0] + 0.5) / (sides[1] - 0.5)).isGreaterThan(0.3);
        assertThat((sides[0] - 0.5) / (sides[1] + 0.5)).isLessThan(1 / 0.3);
      }
    }
    assertThat(erased).isBetween(440, 560);
  }

  @Test
  void erase_probability_decides() {
    float[] image = new float[100];
    Arrays.fill(image, UNTOUCHED);
    Shape shape = Shape.of(1, 10, 10);
    for (int n = 0; n < 50; n++) {
      RandomKey key = RandomKey.of(n);
      assertThat(painted(shape, image, c -> new Erase(0, 0.4).paint(c, key)))
          .containsExactly(image, offset(0f));
      assertThat(painted(shape, image, c -> new Erase(1, 0.4).paint(c, key))).isNotEqualTo(image);
    }
  }

  @Test
  void erase_onASinglePixel_ends() {
    float[] image = {UNTOUCHED};
    float[] pixels =
        painted(Shape.of(1, 1, 1), image, c -> new Erase(1, 0.02).paint(c, RandomKey.of(1)));
    assertThat(pixels).containsExactly(UNTOUCHED);
  }
}
