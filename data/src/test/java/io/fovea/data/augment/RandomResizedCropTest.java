package io.fovea.data.augment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;
import static org.assertj.core.api.Assertions.within;

import io.fovea.data.augment.buffer.AugmentBuffer;
import io.fovea.random.RandomKey;
import io.fovea.tensor.Shape;
import org.junit.jupiter.api.Test;

class RandomResizedCropTest {
  @Test
  void enlarge_box_isLinearWithinIt() {
    Shape shape = Shape.of(1, 4, 4);
    float[] pixels = new float[16];
    for (int i = 0; i < 16; i++) {
      pixels[i] = 10 * i;
    }
    AugmentBuffer buffer = new AugmentBuffer(shape, new float[] {99});
    buffer.take(pixels, 0);
    buffer.grid().reset();
    buffer.grid().enlarge(1, 2, 2, 2);
    buffer.resample();
    // rows 60 70 and 100 110, at the positions 0, 0.25, 0.75, 1 (-0.25 and 1.25 end at the edges)
    assertThat(pixels)
        .containsExactly(
            new float[] {
              60, 62.5f, 67.5f, 70, 70, 72.5f, 77.5f, 80, 90, 92.5f, 97.5f, 100, 100, 102.5f,
              107.5f, 110
            },
            offset(1e-4f));
  }

  @Test
  void box_areasAndRatios_fillTheirRanges() {
    RandomResizedCrop crop = new RandomResizedCrop(0.08, 0.75);
    double areas = 0;
    double logs = 0;
    double least = 1;
    double most = 0;
    for (int n = 0; n < 2000; n++) {
      RandomResizedCrop.Box box = crop.box(400, 400, RandomKey.of(1).with(n));
      assertThat(box.top() + box.height()).isBetween(1, 400);
      assertThat(box.left() + box.width()).isBetween(1, 400);
      assertThat(box.top()).isNotNegative();
      assertThat(box.left()).isNotNegative();
      double area = box.height() * box.width() / 160_000.0;
      double ratio = (double) box.width() / box.height();
      assertThat(area).isBetween(0.078, 1.0);
      assertThat(ratio).isBetween(0.74, 1.35);
      areas += area;
      logs += Math.log(ratio);
      least = Math.min(least, area);
      most = Math.max(most, area);
    }
    // 0.4786 is the mean of 200,000 boxes of torchvision's loop, written in Python
    assertThat(areas / 2000).isEqualTo(0.4786, within(0.02));
    assertThat(logs / 2000).isEqualTo(0, within(0.02));
    assertThat(least).isLessThan(0.09);
    assertThat(most).isGreaterThan(0.9);
  }

  @Test
  void centre_ofImagesTooWideOrHigh_isTheLargestOfTheRatio() {
    assertThat(RandomResizedCrop.centre(30, 100, 0.75))
        .isEqualTo(new RandomResizedCrop.Box(0, 30, 30, 40));
    assertThat(RandomResizedCrop.centre(100, 30, 0.75))
        .isEqualTo(new RandomResizedCrop.Box(30, 0, 40, 30));
    assertThat(RandomResizedCrop.centre(50, 50, 0.75))
        .isEqualTo(new RandomResizedCrop.Box(0, 0, 50, 50));
  }
}
