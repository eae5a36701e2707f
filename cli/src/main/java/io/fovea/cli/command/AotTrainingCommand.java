package io.fovea.cli.command;

import io.fovea.cli.screen.Console;
import io.fovea.format.Models;
import io.fovea.network.Initializer;
import io.fovea.network.Network;
import io.fovea.network.Zoo;
import io.fovea.tensor.Shape;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import picocli.CommandLine.Command;

/**
 * {@code fovea rehearse}: the training run of the JVM's ahead-of-time cache, which the launcher
 * starts once after a build (docs/decisions/0009). It writes a model and predicts with it.
 */
@Command(
    name = "rehearse",
    hidden = true,
    description =
        "Runs the code of a start once, for the JVM's ahead-of-time cache; the launcher runs it after a build.")
final class AotTrainingCommand implements Callable<Integer> {
  private static final int SIDE = 28;

  /** Of a photograph, which goes through other code than a digit. */
  private static final int PHOTO = 400;

  private final Console screen;

  AotTrainingCommand(Console screen) {
    this.screen = screen;
  }

  @Override
  public Integer call() throws IOException {
    Path folder = Files.createTempDirectory("fovea-aot-training");
    Path model = folder.resolve("model.safetensors");
    Path picture = folder.resolve("picture.png");
    Path photo = folder.resolve("photo.jpg");
    try {
      Network network =
          Network.of(Zoo.TWO_LAYER_CNN.graph(Shape.of(1, SIDE, SIDE), 10), Initializer.he(), 1);
      Models.write(network, model);
      ImageIO.write(square(SIDE, BufferedImage.TYPE_BYTE_GRAY), "png", picture.toFile());
      ImageIO.write(square(PHOTO, BufferedImage.TYPE_INT_RGB), "jpeg", photo.toFile());
      Console silent = screen.withResults(OutputStream.nullOutputStream());
      return Stream.of(
              List.of("--help"),
              List.of("predict", "--help"),
              List.of("predict", model.toString(), picture.toString()),
              List.of("predict", model.toString(), photo.toString()),
              List.of("predict", model.toString(), picture.toString(), "--json"))
          .mapToInt(arguments -> FoveaCommand.run(silent, arguments.toArray(String[]::new)))
          .filter(exit -> exit != 0)
          .findFirst()
          .orElse(0);
    } finally {
      Files.deleteIfExists(model);
      Files.deleteIfExists(picture);
      Files.deleteIfExists(photo);
      Files.deleteIfExists(folder);
    }
  }

  /** A picture with a bright square in the middle. */
  private static BufferedImage square(int side, int type) {
    BufferedImage image = new BufferedImage(side, side, type);
    for (int y = side / 3; y < side * 2 / 3; y++) {
      for (int x = side / 3; x < side / 2; x++) {
        image.setRGB(x, y, 0xffffff);
      }
    }
    return image;
  }
}
