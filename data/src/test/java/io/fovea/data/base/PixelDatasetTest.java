package io.fovea.data.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fovea.dataset.Framing;
import io.fovea.tensor.Shape;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.List;
import org.junit.jupiter.api.Test;

class PixelDatasetTest {
  private static PixelDataset dots(int... labels) {
    byte[][] images = {{1, -1}, {3, 4}};
    return new PixelDataset(
        "dots",
        Shape.of(1, 1, 2),
        List.of("x", "y"),
        images,
        labels,
        List.of("a.png", "b.png"),
        Framing.CROP);
  }

  @Test
  void of_otherNumberOfLabels_namesBoth() {
    assertThatThrownBy(() -> dots(1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("dots: expects a label for each image, got 1 for 2");
  }

  @Test
  void serialization_givesEqualImages() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(dots(1, 0));
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      PixelDataset read = (PixelDataset) in.readObject();
      float[] pixels = new float[2];
      read.pixels(0, pixels, 0);
      assertThat(pixels).containsExactly(1, 255);
      assertThat(read.shape()).isEqualTo(Shape.of(1, 1, 2));
      assertThat(read.classes()).containsExactly("x", "y");
      assertThat(read.label(0)).isEqualTo(1);
      assertThat(read.origin(1)).isEqualTo("b.png");
      assertThat(read.framing()).isEqualTo(Framing.CROP);
    }
  }
}
