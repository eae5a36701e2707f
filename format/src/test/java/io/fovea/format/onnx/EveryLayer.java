package io.fovea.format.onnx;

import io.fovea.format.NetworkDescription;
import io.fovea.network.Initializer;
import io.fovea.network.Network;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;

/** Small networks that together have every built-in layer, with awkward sizes. */
public final class EveryLayer {
  private EveryLayer() {}

  public static List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("src/test/resources/networks"))) {
      return files.sorted().toList();
    }
  }

  static List<Named<Network>> networks() throws IOException {
    List<Named<Network>> networks = new ArrayList<>();
    for (Path file : files()) {
      NetworkDescription read = NetworkDescription.read(file);
      Network made = Network.of(read.graph(read.input().orElseThrow(), 0), Initializer.he(), 3);
      networks.add(Named.of(file.toString(), Logits.perturbed(made, 9)));
    }
    return networks;
  }
}
