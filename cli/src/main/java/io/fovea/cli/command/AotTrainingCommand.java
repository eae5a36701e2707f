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
import java.util.concurrent.Callable;
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

  private final Console screen;

  AotTrainingCommand(Console screen) {
    this.screen = screen;
  }

  @Override
  public Integer call() throws IOException {
    Path folder = Files.createTempDirectory("fovea-aot-training");
    Path model = folder.resolve("model.safetensors");
    Path picture = folder.resolve("picture.png");
    try {
      Network network =
          Network.of(Zoo.TWO_LAYER_CNN.graph(Shape.of(1, SIDE, SIDE), 10), Initializer.he(), 1);
      Models.write(network, model);
      BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_BYTE_GRAY);
      image.setRGB(SIDE / 2, SIDE / 2, 0xffffff);
      ImageIO.write(image, "png", picture.toFile());
      Console silent = screen.withResults(OutputStream.nullOutputStream());
      int exit = FoveaCommand.run(silent, "predict", model.toString(), picture.toString());
      return exit == 0
          ? FoveaCommand.run(silent, "predict", model.toString(), picture.toString(), "--json")
          : exit;
    } finally {
      Files.deleteIfExists(model);
      Files.deleteIfExists(picture);
      Files.deleteIfExists(folder);
    }
  }
}
