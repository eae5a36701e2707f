package io.fovea.studio.inside;

import io.fovea.data.Images;
import io.fovea.dataset.Image;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/** A hundred handwritten digits in the jar: of each class the first ten of MNIST's test images. */
public final class Examples {
  private static final int SIDE = 28;
  private static final int CLASSES = 10;
  private static final String SHEET = "examples.png";

  private Examples() {}

  public record Example(int label, Image image) {}

  /** All images: digit by digit, ten of each. */
  public static List<Example> all() throws IOException {
    try (InputStream stream = Examples.class.getResourceAsStream(SHEET)) {
      if (stream == null) {
        throw new IOException("examples: " + SHEET + " is not in the program");
      }
      Image sheet = Images.read(stream.readAllBytes(), SHEET);
      List<Example> all = new ArrayList<>();
      for (int row = 0; row < CLASSES; row++) {
        for (int column = 0; column < sheet.width() / SIDE; column++) {
          all.add(new Example(row, cut(sheet, row * SIDE, column * SIDE)));
        }
      }
      return List.copyOf(all);
    }
  }

  private static Image cut(Image sheet, int top, int left) {
    byte[] pixels = new byte[SIDE * SIDE];
    for (int k = 0; k < pixels.length; k++) {
      pixels[k] = (byte) sheet.get(0, top + k / SIDE, left + k % SIDE);
    }
    return Image.of(1, SIDE, SIDE, pixels);
  }
}
