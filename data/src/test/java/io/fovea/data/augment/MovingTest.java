package io.fovea.data.augment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;
import static org.assertj.core.api.Assertions.within;

import io.fovea.data.augment.buffer.AugmentBuffer;
import io.fovea.data.augment.buffer.GaussianBlur;
import io.fovea.data.augment.buffer.SamplingGrid;
import io.fovea.random.RandomKey;
import io.fovea.tensor.Shape;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Operations that move pixels, on arrays that can be moved by hand. */
class MovingTest {
  private static final float[] NINE = {
    1, 2, 3,
    4, 5, 6,
    7, 8, 9
  };

  private static float[] moved(
      Shape shape, float[] image, Consumer<SamplingGrid> how, float... back) {
    float[] pixels = image.clone();
    AugmentBuffer buffer = new AugmentBuffer(shape, back);
    buffer.take(pixels, 0);
    buffer.grid().reset();
    how.accept(buffer.grid());
    buffer.resample();
    return pixels;
  }

  private static float[] moved(float[] image, Consumer<SamplingGrid> how) {
    return moved(Shape.of(1, 3, 3), image, how, 0);
  }

  @Test
  void move_byWholePixels_isTheMovedArray() {
    assertThat(moved(NINE, at -> at.move(-1, 0))).containsExactly(0, 1, 2, 0, 4, 5, 0, 7, 8);
    assertThat(moved(NINE, at -> at.move(0, 1))).containsExactly(4, 5, 6, 7, 8, 9, 0, 0, 0);
  }

  @Test
  void move_inColourAndNotSquare_movesEveryChannelAndFillsWithTheBackground() {
    float[] image = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18};
    float[] right = moved(Shape.of(3, 2, 3), image, at -> at.move(-1, 0), 91, 92, 93);
    assertThat(right)
        .containsExactly(91, 92, 93, 1, 2, 3, 4, 5, 6, 91, 92, 93, 10, 11, 12, 13, 14, 15);
    float[] down = moved(Shape.of(3, 2, 3), image, at -> at.move(0, -1), 91, 92, 93);
    assertThat(down).containsExactly(91, 92, 93, 91, 92, 93, 91, 92, 93, 1, 2, 3, 4, 5, 6, 7, 8, 9);
  }

  @Test
  void move_farAway_leavesTheBackground() {
    float[] gone = moved(Shape.of(1, 3, 3), NINE, at -> at.move(1000, -1000), 7);
    assertThat(gone).containsOnly(7);
  }

  @Test
  void turn_quarter_anticlockwise() {
    float[] quarter = {3, 6, 9, 2, 5, 8, 1, 4, 7};
    float[] back = {7, 4, 1, 8, 5, 2, 9, 6, 3};
    float[] half = {9, 8, 7, 6, 5, 4, 3, 2, 1};
    assertThat(moved(NINE, at -> at.rotate(90))).containsExactly(quarter, offset(1e-5f));
    assertThat(moved(NINE, at -> at.rotate(-90))).containsExactly(back, offset(1e-5f));
    assertThat(moved(NINE, at -> at.rotate(180))).containsExactly(half, offset(1e-5f));
  }

  @Test
  void turn_byFortyFive_looksBetweenPixels() {
    float[] turned = moved(NINE, at -> at.rotate(45));
    assertThat(turned[4]).isEqualTo(5, within(1e-5f));
    // Right of the centre: the position half a diagonal down and right, 0.7071 of the way to 9.
    double s = Math.sqrt(0.5);
    double expected = (1 - s) * ((1 - s) * 5 + s * 6) + s * ((1 - s) * 8 + s * 9);
    assertThat(turned[5]).isEqualTo((float) expected, within(1e-5f));
  }

  @Test
  void enlarge_aRow_isLinearBetweenItsPixels() {
    Shape row = Shape.of(1, 1, 4);
    float[] image = {0, 10, 20, 30};
    assertThat(moved(row, image, at -> Scale.enlarge(at, 2), 7))
        .containsExactly(7.5f, 12.5f, 17.5f, 22.5f);
    assertThat(moved(row, image, at -> Scale.enlarge(at, 0.5), 7)).containsExactly(7, 5, 25, 7);
  }

  @Test
  void slant_byFortyFive_movesTheTopRowRightAndTheBottomRowLeft() {
    assertThat(moved(NINE, at -> Shear.slant(at, 45)))
        .containsExactly(new float[] {0, 1, 2, 4, 5, 6, 8, 9, 0}, offset(1e-5f));
  }

  @Test
  void flip_once_exchangesLeftAndRight_twice_nothing() {
    assertThat(moved(NINE, SamplingGrid::flip)).containsExactly(3, 2, 1, 6, 5, 4, 9, 8, 7);
    assertThat(moved(moved(NINE, SamplingGrid::flip), SamplingGrid::flip)).containsExactly(NINE);
    assertThat(
            moved(
                NINE,
                at -> {
                  at.flip();
                  at.flip();
                }))
        .containsExactly(NINE);
  }

  @Test
  void crop_rim_isReflected() {
    Shape row = Shape.of(1, 1, 4);
    float[] image = {10, 20, 30, 40};
    Consumer<SamplingGrid> left =
        at -> {
          at.move(-2, 0);
          at.reflect();
        };
    Consumer<SamplingGrid> right =
        at -> {
          at.move(3, 0);
          at.reflect();
        };
    assertThat(moved(row, image, left, 7)).containsExactly(30, 20, 10, 20);
    assertThat(moved(row, image, right, 7)).containsExactly(40, 30, 20, 10);
  }

  @Test
  void smoothing_ofOnePoint_isTheKernel() {
    // exp(-k^2 / 2) is 1, 0.6065307, 0.1353353, 0.0111090; all seven sum to 2.5059499.
    double[] kernel = {0.3990503, 0.2420362, 0.0540056, 0.0044330};
    float[] weights = GaussianBlur.weights(1);
    assertThat(weights).hasSize(7);
    float[] field = new float[49];
    field[24] = 1;
    new GaussianBlur(7, 7).apply(field, 1);
    for (int i = 0; i < 7; i++) {
      assertThat((double) weights[i]).isEqualTo(kernel[Math.abs(i - 3)], within(1e-6));
      for (int j = 0; j < 7; j++) {
        double expected = kernel[Math.abs(i - 3)] * kernel[Math.abs(j - 3)];
        assertThat((double) field[i * 7 + j]).isEqualTo(expected, within(1e-6));
      }
    }
  }

  @Test
  void smoothing_beyondTheEdges_isZero() {
    float[] field = {1, 1, 1};
    new GaussianBlur(1, 3).apply(field, 1);
    // One row: down the column only the middle weight counts.
    double middle = 0.3990503 * (0.3990503 + 2 * 0.2420362);
    assertThat((double) field[1]).isEqualTo(middle, within(1e-6));
    assertThat((double) field[0])
        .isEqualTo(0.3990503 * (0.3990503 + 0.2420362 + 0.0540056), within(1e-6));
  }

  @Test
  void elastic_alphaZero_changesNothing() {
    assertThat(moved(NINE, at -> new Elastic(0, 4).map(at, RandomKey.of(1)))).containsExactly(NINE);
  }

  @Test
  void elastic_displacement_hasTheDeviationOfItsFormula() {
    double squares = 0;
    double sum = 0;
    int keys = 2000;
    SamplingGrid grid = new SamplingGrid(15, 17);
    for (int n = 0; n < keys; n++) {
      grid.reset();
      new Elastic(10, 2).map(grid, RandomKey.of(n));
      double dx = grid.x(7 * 17 + 8) - 8;
      double dy = grid.y(7 * 17 + 8) - 7;
      sum += dx + dy;
      squares += dx * dx + dy * dy;
    }
    double deviation = 10 / (2 * Math.sqrt(12 * Math.PI));
    assertThat(Math.sqrt(squares / (2 * keys))).isEqualTo(deviation, within(0.06 * deviation));
    assertThat(sum / (2 * keys)).isEqualTo(0, within(0.05));
  }
}
