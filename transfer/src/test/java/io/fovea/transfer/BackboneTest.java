package io.fovea.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fovea.data.Images;
import io.fovea.data.base.DataSplit;
import io.fovea.dataset.Image;
import io.fovea.layer.Dense;
import io.fovea.network.Graph;
import io.fovea.network.Initializer;
import io.fovea.network.Network;
import io.fovea.tensor.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BackboneTest {
  @TempDir Path folder;

  private static Backbone colour(int height, int width) {
    return Backbone.of(
        Network.input(3, height, width).flatten().dense(2).build(Initializer.he(), 1));
  }

  @Test
  void open_photosOfAnySize_haveTheBackbonesShape() throws IOException {
    for (String name : List.of("cat", "dog")) {
      Files.createDirectories(folder.resolve(name));
      for (int i = 0; i < 3; i++) {
        Image grey = Image.of(1, 30 + i, 50, new byte[(30 + i) * 50]);
        Images.write(grey, folder.resolve(name).resolve(i + ".png"));
      }
    }
    DataSplit photos = colour(16, 20).open(folder.toString());
    assertThat(photos.train().shape()).isEqualTo(Shape.of(3, 16, 20));
    assertThat(photos.train().size()).isEqualTo(4);
    assertThat(photos.test().size()).isEqualTo(2);
  }

  @Test
  void of_networkForOtherThanPhotos_isRefused() {
    List<Graph.Node> dense =
        List.of(new Graph.Node("dense1", new Dense(2, true), List.of(Graph.INPUT)));
    Network vectors = Network.of(Graph.of(Shape.of(5), dense), Initializer.he(), 1);
    assertThatThrownBy(() -> Backbone.of(vectors))
        .hasMessage("backbone: expects a network for images (C, H, W), got one for 5");
    Network convolution =
        Network.input(1, 8, 8).conv2d(3, 8).relu().flatten().build(Initializer.he(), 1);
    assertThatThrownBy(() -> Backbone.of(convolution))
        .hasMessage(
            "transfer: the last layer with weights must be a dense layer with one output a class, got a network that ends with flatten1; give another backbone");
  }
}
