package io.fovea.spring;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Objects;
import javax.imageio.ImageIO;

/** A model trained on MNIST, and pictures for it. */
public final class Model {
  /** On the class path of the tests. */
  public static final String NAME = "digits.safetensors";

  public static final Path FILE =
      Path.of("../studio/src/main/resources/io/fovea/studio/inside").resolve(NAME);

  private static final int SIDE = 28;

  private Model() {}

  /** A picture of a digit, as a PNG file: from a sheet with a row a class. */
  public static byte[] picture(int digit) throws IOException {
    try (InputStream file =
        Objects.requireNonNull(Model.class.getResourceAsStream("/examples.png"))) {
      BufferedImage sheet = ImageIO.read(file);
      ByteArrayOutputStream png = new ByteArrayOutputStream();
      ImageIO.write(sheet.getSubimage(0, digit * SIDE, SIDE, SIDE), "png", png);
      return png.toByteArray();
    }
  }
}
