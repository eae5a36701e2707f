package io.fovea.train;

import static org.assertj.core.api.Assertions.assertThat;

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

  @Test
  void of_sameImages_isTheSame() {
    assertThat(Fingerprint.of(images(3, 1, 0))).isEqualTo(Fingerprint.of(images(3, 1, 0)));
  }

  @Test
  void of_anythingElse_differs() {
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
