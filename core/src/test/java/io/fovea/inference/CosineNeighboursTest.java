package io.fovea.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.fovea.inference.CosineNeighbours.Neighbour;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

class CosineNeighboursTest {
  private static Tensor features(int size, float... values) {
    return Tensor.of(Shape.of(size), values.length / size, values);
  }

  @Test
  void of_anglesByHand_nearestFirst() {
    // 0, 45, 90 and 180 degrees from the first; lengths do not matter.
    CosineNeighbours some = CosineNeighbours.among(features(2, 3, 0, 5, 5, 0, 0.1f, -7, 0));
    List<Neighbour> all = some.of(0, 9);
    assertThat(all).extracting(Neighbour::index).containsExactly(1, 2, 3);
    assertThat(all.get(0).similarity()).isCloseTo(Math.sqrt(0.5), within(1e-12));
    assertThat(all.get(1).similarity()).isZero();
    assertThat(all.get(2).similarity()).isEqualTo(-1);
    assertThat(some.of(3, 1)).extracting(Neighbour::index).containsExactly(2);
  }

  @Test
  void of_manyNumbersAndEqualImages_firstOfEqualOnesFirst() {
    float[] values = new float[4 * 7];
    for (int i = 0; i < values.length; i++) {
      values[i] = i % 7 + 1;
    }
    values[27] = -5;
    assertThat(CosineNeighbours.among(features(7, values)).of(2, 3))
        .extracting(Neighbour::index)
        .containsExactly(0, 1, 3);
  }

  @Test
  void of_imageWithoutLength_isNearToNone() {
    assertThat(CosineNeighbours.among(features(2, 0, 0, 1, 2)).of(0, 1))
        .containsExactly(new Neighbour(1, 0));
  }

  @Test
  void among_featuresThatAreNoNumbers_areRefused() {
    assertThatThrownBy(() -> CosineNeighbours.among(features(2, 1, 2, Float.NaN, 0)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "neighbours: expects finite features, got others for image 1; check the images and the"
                + " network's weights");
  }
}
