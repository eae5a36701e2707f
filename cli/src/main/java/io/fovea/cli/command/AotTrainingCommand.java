package io.fovea.cli.command;

import io.fovea.cli.screen.Console;
import io.fovea.data.Images;
import io.fovea.dataset.Image;
import io.fovea.file.FolderDeletion;
import io.fovea.format.Models;
import io.fovea.kernel.KernelSet;
import io.fovea.network.Initializer;
import io.fovea.network.Network;
import io.fovea.network.Zoo;
import io.fovea.tensor.Shape;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/**
 * {@code fovea rehearse}: the training run of the JVM's ahead-of-time cache, which the launcher
 * starts once after a build (decision 9). It writes a model, predicts with it and evaluates it.
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
    String model = folder.resolve("model.safetensors").toString();
    String photo = folder.resolve("photo.jpg").toString();
    Path data = folder.resolve("data");
    try {
      Network network =
          Network.of(Zoo.TWO_LAYER_CNN.graph(Shape.of(1, SIDE, SIDE), 2), Initializer.he(), 1);
      Models.write(network, Path.of(model));
      try (InputStream jpeg = // a photograph goes through other code than a digit
          Objects.requireNonNull(AotTrainingCommand.class.getResourceAsStream("square.jpg"))) {
        Files.copy(jpeg, Path.of(photo));
      }
      for (String images : List.of("train/0", "train/1", "test/0", "test/1")) {
        Path picture = Files.createDirectories(data.resolve(images)).resolve("picture.png");
        Images.write(square(), picture);
      }
      String picture = data.resolve("test/0/picture.png").toString();
      Console silent = screen.withResults(OutputStream.nullOutputStream());
      List<List<String>> commands =
          new ArrayList<>(
              List.of(
                  List.of("--help"),
                  List.of("predict", "--help"),
                  List.of("predict", model, picture),
                  List.of("predict", model, photo),
                  List.of("predict", model, picture, "--json")));
      if (KernelSet.vectorModuleIsThere()) { // the quick start evaluates nothing
        commands.add(List.of("eval", model, data.toString()));
      }
      return commands.stream()
          .mapToInt(arguments -> FoveaCommand.run(silent, arguments.toArray(String[]::new)))
          .filter(exit -> exit != 0)
          .findFirst()
          .orElse(0);
    } finally {
      FolderDeletion.delete(folder);
    }
  }

  private static Image square() {
    byte[] pixels = new byte[SIDE * SIDE];
    for (int y = SIDE / 3; y < SIDE * 2 / 3; y++) {
      Arrays.fill(pixels, y * SIDE + SIDE / 3, y * SIDE + SIDE / 2, (byte) 255);
    }
    return Image.of(1, SIDE, SIDE, pixels);
  }
}
