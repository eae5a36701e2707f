package io.fovea.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fovea.dataset.Dataset;
import io.fovea.dataset.FewImages;
import io.fovea.tensor.Shape;
import io.fovea.train.step.Fingerprint;
import java.util.List;
import org.junit.jupiter.api.Test;

class FingerprintTest {
  /** Two images of one pixel each; the second has so much of the class that is not its label. */
  private static Dataset images(int pixel, int label, float other) {
    float[][] pixels = {{pixel}, {pixel + 1}};
    return new FewImages("two", Shape.of(1, 1, 1), 2, new int[] {0, label}, pixels) {
      @Override
      public void shares(int index, float[] destination, int offset) {
        super.shares(index, destination, offset);
        if (index == 1) {
          destination[offset + 1 - label] = other;
        }
      }
    };
  }

  /** Two equal images of the first and the 257th class, or exchanged, among so many classes. */
  private static Dataset far(boolean isExchanged) {
    int[] labels = isExchanged ? new int[] {256, 0} : new int[] {0, 256};
    return new FewImages("far", Shape.of(1, 1, 1), 257, labels, new float[1], new float[1]);
  }

  @Test
  void of_labels256Apart_differs() {
    assertThat(Fingerprint.of(far(true))).isNotEqualTo(Fingerprint.of(far(false)));
    assertThat(Fingerprint.images(far(true))).isNotEqualTo(Fingerprint.images(far(false)));
    assertThat(Fingerprint.of(far(true)))
        .matches("2 images of 1x1x1, crc32c of 4-byte labels [0-9a-f]{8}");
    Fingerprint.requireComparable(Fingerprint.of(far(true)), far(false));
    assertThatThrownBy(
            () -> Fingerprint.requireComparable("2 images of 1x1x1, crc32c 00c0ffee", far(true)))
        .hasMessage(
            "images: the run's sum of them (2 images of 1x1x1, crc32c 00c0ffee) takes one byte of each label, which does not tell 257 classes apart; its model predicts as before, but only the Fovea that made the run can resume or verify it");
  }

  @Test
  void of_anythingElse_differs() {
    assertThat(Fingerprint.of(images(3, 1, 0)))
        .isEqualTo("2 images of 1x1x1, crc32c f33566df")
        .isEqualTo(Fingerprint.of(images(3, 1, 0)));
    assertThat(
            List.of(
                Fingerprint.of(images(3, 1, 0)),
                Fingerprint.of(images(4, 1, 0)),
                Fingerprint.of(images(3, 0, 0)),
                Fingerprint.of(images(3, 1, 1)),
                Fingerprint.of(images(3, 1, 0.5f))))
        .doesNotHaveDuplicates();
  }
}
