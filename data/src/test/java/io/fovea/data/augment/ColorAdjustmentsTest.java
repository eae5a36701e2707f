package io.fovea.data.augment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import io.fovea.data.augment.adjust.ColorAdjustments;
import io.fovea.data.augment.adjust.PolicyOperation;
import io.fovea.data.augment.buffer.AugmentBuffer;
import io.fovea.random.RandomKey;
import io.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Changes of colours, by hand and by Python's colorsys; policies by their drawn changes. */
class ColorAdjustmentsTest {
  private static float[] painted(Shape shape, float[] image, Consumer<AugmentBuffer> how) {
    float[] pixels = image.clone();
    AugmentBuffer buffer = new AugmentBuffer(shape, new float[shape.size(0)]);
    buffer.take(pixels, 0);
    how.accept(buffer);
    return pixels;
  }

  private static float[] pixel(Consumer<AugmentBuffer> how, float... rgb) {
    return painted(Shape.of(3, 1, 1), rgb, how);
  }

  @Test
  void hue_turns_asColorsysHasIt() {
    // colorsys.rgb_to_hsv(r, g, b), h + shift, hsv_to_rgb, all of 255
    assertThat(pixel(c -> ColorAdjustments.hue(c, 1f / 3), 200, 50, 50))
        .containsExactly(new float[] {50, 200, 50}, offset(0.01f));
    assertThat(pixel(c -> ColorAdjustments.hue(c, -1f / 3), 200, 50, 50))
        .containsExactly(new float[] {50, 50, 200}, offset(0.01f));
    assertThat(pixel(c -> ColorAdjustments.hue(c, 0.5f), 10, 60, 210))
        .containsExactly(new float[] {210, 160, 10}, offset(0.01f));
    assertThat(pixel(c -> ColorAdjustments.hue(c, 0.1f), 120, 200, 40))
        .containsExactly(new float[] {40, 200, 56}, offset(0.01f));
    assertThat(pixel(c -> ColorAdjustments.hue(c, 0.1f), 77, 77, 77)).containsExactly(77, 77, 77);
    assertThat(painted(Shape.of(1, 1, 1), new float[] {9}, c -> ColorAdjustments.hue(c, 0.3f)))
        .containsExactly(9);
    float[] turned = pixel(c -> new Hue(0.5).paint(c, RandomKey.of(3)), 200, 50, 50);
    assertThat(turned).isNotEqualTo(new float[] {200, 50, 50});
  }

  @Test
  void colorJitter_parts_areTorchvisionsBlends() {
    // grey = 0.2989 * 100 + 0.587 * 200 + 0.114 * 50 = 152.99
    assertThat(pixel(c -> ColorAdjustments.saturation(c, 0), 100, 200, 50))
        .containsExactly(new float[] {152.99f, 152.99f, 152.99f}, offset(0.01f));
    assertThat(pixel(c -> ColorAdjustments.saturation(c, 1.5f), 100, 200, 50))
        .containsExactly(new float[] {73.505f, 223.505f, 0}, offset(0.01f));
    assertThat(pixel(c -> ColorAdjustments.contrast(c, 0.5f), 100, 200, 50))
        .containsExactly(new float[] {126.495f, 176.495f, 101.495f}, offset(0.01f));
    assertThat(pixel(c -> ColorAdjustments.brightness(c, 1.5f), 100, 200, 50))
        .containsExactly(150, 255, 75);
    Set<List<Float>> seen = new HashSet<>();
    for (int n = 0; n < 20; n++) {
      RandomKey key = RandomKey.of(n);
      float[] once = pixel(c -> new ColorJitter(0.4, 0.4, 0.4, 0.1).paint(c, key), 100, 200, 50);
      float[] again = pixel(c -> new ColorJitter(0.4, 0.4, 0.4, 0.1).paint(c, key), 100, 200, 50);
      assertThat(once).containsExactly(again);
      seen.add(List.of(once[0], once[1], once[2]));
      for (float value : once) {
        assertThat(value).isBetween(0f, 255f);
      }
      assertThat(pixel(c -> new ColorJitter(0, 0, 0, 0).paint(c, key), 100, 200, 50))
          .containsExactly(new float[] {100, 200, 50}, offset(0.01f));
    }
    assertThat(seen).hasSize(20);
  }

  @Test
  void sharpness_blendsWithTheSmoothedMiddle() {
    float[] image = {0, 0, 0, 0, 130, 0, 0, 0, 0};
    Shape shape = Shape.of(1, 3, 3);
    // smoothed middle: 5 * 130 / 13 = 50
    assertThat(painted(shape, image, c -> ColorAdjustments.sharpness(c, 0))[4]).isEqualTo(50);
    assertThat(painted(shape, image, c -> ColorAdjustments.sharpness(c, 1.5f))[4]).isEqualTo(170);
    assertThat(painted(shape, image, c -> ColorAdjustments.sharpness(c, 0))[1]).isZero();
    float[] around = {13, 26, 0, 0, 0, 39, 0, 0, 52};
    assertThat(painted(shape, around, c -> ColorAdjustments.sharpness(c, 0))[4]).isEqualTo(10);
    assertThat(
            painted(Shape.of(1, 1, 2), new float[] {1, 2}, c -> ColorAdjustments.sharpness(c, 0)))
        .containsExactly(1, 2);
  }

  @Test
  void posterizeSolarizeAutoContrastEqualize_areThoseOfPil() {
    Shape row = Shape.of(1, 1, 4);
    float[] image = {10, 100, 200, 255};
    assertThat(painted(row, image, c -> ColorAdjustments.posterize(c, 4)))
        .containsExactly(0, 96, 192, 240);
    assertThat(painted(row, image, c -> ColorAdjustments.posterize(c, 8))).containsExactly(image);
    assertThat(painted(row, image, c -> ColorAdjustments.solarize(c, 128)))
        .containsExactly(10, 100, 55, 0);
    assertThat(painted(row, new float[] {50, 101, 152, 50}, ColorAdjustments::autoContrast))
        .containsExactly(0, 127.5f, 255, 0);
    assertThat(painted(row, new float[] {7, 7, 7, 7}, ColorAdjustments::autoContrast))
        .containsExactly(7, 7, 7, 7);
    // 1,020 pixels: 510 of 10, 255 of 20, 255 of 30; step 3: (0 + 1)/3, (510 + 1)/3, (765 + 1)/3
    float[] many = new float[1020];
    for (int i = 0; i < many.length; i++) {
      many[i] = i < 510 ? 10 : i < 765 ? 20 : 30;
    }
    float[] equal = painted(Shape.of(1, 1, 1020), many, ColorAdjustments::equalize);
    assertThat(equal[0]).isZero();
    assertThat(equal[510]).isEqualTo(170);
    assertThat(equal[1019]).isEqualTo(255);
    assertThat(painted(row, image, ColorAdjustments::equalize)).containsExactly(image);
  }

  @Test
  void policies_magnitudes_areTorchvisionsTables() {
    AugmentBuffer buffer = new AugmentBuffer(Shape.of(3, 331, 662), new float[3]);
    assertThat(magnitude(PolicyOperation.SHEAR_X, buffer, 10)).isEqualTo(0.1, offset(1e-12));
    assertThat(magnitude(PolicyOperation.TRANSLATE_X, buffer, 30)).isEqualTo(300, offset(1e-9));
    assertThat(magnitude(PolicyOperation.TRANSLATE_Y, buffer, 15)).isEqualTo(75, offset(1e-9));
    assertThat(magnitude(PolicyOperation.ROTATE, buffer, 9)).isEqualTo(9, offset(1e-12));
    assertThat(magnitude(PolicyOperation.COLOR, buffer, 10)).isEqualTo(0.3, offset(1e-12));
    assertThat(magnitude(PolicyOperation.SOLARIZE, buffer, 0)).isEqualTo(255);
    assertThat(magnitude(PolicyOperation.SOLARIZE, buffer, 30)).isZero();
    // 8 - (torch.arange(31) / (30 / 4)).round()
    List<Integer> bits = new ArrayList<>();
    for (int bin = 0; bin < PolicyOperation.BINS; bin++) {
      bits.add((int) magnitude(PolicyOperation.POSTERIZE, buffer, bin));
    }
    assertThat(bits)
        .containsExactly(
            8, 8, 8, 8, 7, 7, 7, 7, 7, 7, 7, 7, 6, 6, 6, 6, 6, 6, 6, 5, 5, 5, 5, 5, 5, 5, 5, 4, 4,
            4, 4);
    assertThat(
            PolicyOperation.POSTERIZE.magnitude(30, TrivialAugment.most(PolicyOperation.POSTERIZE)))
        .isEqualTo(2);
  }

  private static double magnitude(PolicyOperation operation, AugmentBuffer buffer, int bin) {
    return operation.magnitude(bin, RandAugment.most(operation, buffer));
  }

  @Test
  void policies_moves_goTheWayThatTorchvisionHas() {
    Shape shape = Shape.of(1, 3, 3);
    float[] image = {1, 2, 3, 4, 5, 6, 7, 8, 9};
    assertThat(painted(shape, image, c -> PolicyOperation.TRANSLATE_X.paint(c, 1.9)))
        .containsExactly(0, 1, 2, 0, 4, 5, 0, 7, 8);
    assertThat(painted(shape, image, c -> PolicyOperation.TRANSLATE_Y.paint(c, -1)))
        .containsExactly(4, 5, 6, 7, 8, 9, 0, 0, 0);
    // a shear of 2/3 per row from the upper left corner: rows go by 1/3, 1, 5/3 pixels to the left
    float[] sheared = painted(shape, image, c -> PolicyOperation.SHEAR_X.paint(c, 2.0 / 3));
    assertThat(sheared)
        .containsExactly(new float[] {4f / 3, 7f / 3, 2, 5, 6, 0, 26f / 3, 3, 0}, offset(1e-4f));
    assertThat(painted(shape, image, c -> PolicyOperation.IDENTITY.paint(c, 1)))
        .containsExactly(image);
  }

  @Test
  void randAugmentAndTrivialAugment_drawEveryChange_withinTheRange() {
    Shape shape = Shape.of(3, 8, 8);
    float[] image = new float[192];
    for (int i = 0; i < image.length; i++) {
      image[i] = (i * 37) % 256;
    }
    int unchanged = 0;
    for (int n = 0; n < 400; n++) {
      RandomKey key = RandomKey.of(5).with(n);
      float[] trivial = painted(shape, image, c -> new TrivialAugment().paint(c, key));
      assertThat(painted(shape, image, c -> new TrivialAugment().paint(c, key)))
          .containsExactly(trivial);
      float[] rand = painted(shape, image, c -> new RandAugment(2, 9).paint(c, key));
      for (int i = 0; i < image.length; i++) {
        assertThat(trivial[i]).isBetween(0f, 255f);
        assertThat(rand[i]).isBetween(0f, 255f);
      }
      unchanged += java.util.Arrays.equals(trivial, image) ? 1 : 0;
    }
    // the identity is one of 14; a magnitude of 0 and a range that is full already leave it, too
    assertThat(unchanged).isBetween(25, 110);
  }
}
