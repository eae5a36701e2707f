package io.fovea.data.show;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fovea.data.Bytes;
import io.fovea.data.augment.Pipeline;
import io.fovea.data.base.DataException;
import io.fovea.data.base.PixelDataset;
import io.fovea.dataset.Augmentation;
import io.fovea.dataset.Image;
import io.fovea.tensor.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;

class SampleSheetTest {
  private static final List<String> CLASSES = List.of("cat", "a class with a very long name");

  private static PixelDataset dataset(int channels) {
    return Bytes.dataset("pets", Shape.of(channels, 7, 5), CLASSES, 12);
  }

  @Test
  void draw_pixels_areEnlargedExactly() throws DataException {
    PixelDataset pets = dataset(1);
    Image sheet = SampleSheet.draw(pets, 1, 1, 1);
    Image shown = Samples.draw(pets, 1, 1).get(0).image();
    int left = 24 + (84 - 60) / 2;
    for (int y = 0; y < 84; y++) {
      for (int x = 0; x < 60; x++) {
        assertThat(sheet.get(0, 76 + y, left + x)).isEqualTo(shown.get(0, y / 12, x / 12));
      }
    }
  }

  @Test
  void draw_seed_decidesWhichImages() throws DataException {
    PixelDataset pets = dataset(1);
    byte[] first = SampleSheet.draw(pets, 2, 2, 1).pixels();
    assertThat(SampleSheet.draw(pets, 2, 2, 1).pixels()).isEqualTo(first);
    assertThat(SampleSheet.draw(pets, 2, 2, 2).pixels()).isNotEqualTo(first);
  }

  @Test
  void draw_sheet_hasRoomForEveryCell() throws DataException {
    Image sheet = SampleSheet.draw(dataset(3), 3, 4, 1);
    assertThat(sheet.channels()).isEqualTo(3);
    assertThat(sheet.width()).isEqualTo(460);
    int three = 24 + 52 + 3 * (84 + 20) + 2 * 14 + 24;
    assertThat(sheet.height()).isEqualTo(three);
    assertThat(SampleSheet.draw(dataset(1), 10, 5, 1).height()).as("12 images").isEqualTo(three);
    PixelDataset photos = Bytes.dataset("photos", Shape.of(3, 400, 800), CLASSES, 2);
    assertThat(SampleSheet.draw(photos, 2, 1, 1).height())
        .as("huge images are made smaller")
        .isEqualTo(24 + 52 + 2 * (96 + 20) + 14 + 24);
    assertThatThrownBy(() -> SampleSheet.draw(dataset(1), 0, 5, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("sample sheet: expects 1 to 100 rows and columns, got 0x5");
  }

  @Test
  void draw_augmented_hasTheImageFirstAndItsVersionsAfter() throws DataException {
    PixelDataset pets = dataset(1);
    Augmentation flip = Pipeline.parse("flip:1+brightness:1");
    Image sheet = SampleSheet.draw(pets, flip, 2, 3, 1);
    assertThat(sheet.height()).isEqualTo(24 + 52 + 2 * (84 + 20) + 14 + 24);
    List<SampleSheet.Cell> samples = AugmentedViews.draw(pets, flip, 2, 3, 1);
    List<SampleSheet.Cell> plain = Samples.draw(pets, 2, 1);
    assertThat(samples).hasSize(6);
    for (int row = 0; row < 2; row++) {
      assertThat(samples.get(3 * row).image().pixels()).isEqualTo(plain.get(row).image().pixels());
      assertThat(samples.get(3 * row + 1).caption()).isEqualTo(plain.get(row).caption());
      int index = Samples.indices(pets, 2, 1)[row];
      float[] pixels = new float[35];
      pets.pixels(index, pixels, 0);
      flip.augmenter(pets.shape(), new float[1])
          .change(pixels, 0, Augmentation.key(1, 2).with(index));
      assertThat(samples.get(3 * row + 2).image().get(0, 3, 4))
          .isEqualTo(Math.round(pixels[3 * 5 + 4]));
    }
  }

  @Test
  void draw_mixed_writesTheSharesBelow() {
    List<SampleSheet.Cell> samples =
        AugmentedViews.draw(dataset(3), Pipeline.parse("mixup:100"), 8, 2, 1);
    assertThat(samples)
        .anyMatch(
            sample ->
                sample.caption().matches("cat \\d\\d%, a class with a very long name \\d\\d%"));
  }
}
