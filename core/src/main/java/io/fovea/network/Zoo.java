package io.fovea.network;

import static io.fovea.network.ConvOption.padding;

import io.fovea.tensor.Shape;
import java.util.List;
import java.util.Locale;

/** The built-in networks. Each adapts to the channels, the size and the classes of the data. */
public enum Zoo {
  /** The exercise: conv 5x5x16, ReLU, conv 5x5x32, dense 100, ReLU, dense; 2.5 million weights. */
  TWO_LAYER_CNN {
    @Override
    NetworkBuilder layers(NetworkBuilder input, int classes) {
      return input
          .conv2d(16, 5, padding(2))
          .relu()
          .conv2d(32, 5, padding(2))
          .flatten()
          .dense(100)
          .relu()
          .dense(classes);
    }
  },
  /**
   * The exercise with a ReLU and a 2x2 max pooling behind each convolution: 15 times fewer weights.
   */
  POOLED {
    @Override
    NetworkBuilder layers(NetworkBuilder input, int classes) {
      return input
          .conv2d(16, 5, padding(2))
          .relu()
          .maxPool2d(2)
          .conv2d(32, 5, padding(2))
          .relu()
          .maxPool2d(2)
          .flatten()
          .dense(100)
          .relu()
          .dense(classes);
    }
  },
  /** The exercise before that one: dense 100, ReLU, dense. */
  MLP {
    @Override
    NetworkBuilder layers(NetworkBuilder input, int classes) {
      return input.flatten().dense(100).relu().dense(classes);
    }
  };

  abstract NetworkBuilder layers(NetworkBuilder input, int classes);

  /** The name as files and the command line know it, such as two-layer-cnn. */
  public String title() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The learning rate that trains this network with momentum 0.9 and batches of 64 images. */
  public float learningRate() {
    return this == TWO_LAYER_CNN ? 0.01f : 0.05f;
  }

  /**
   * The network for images of a shape.
   *
   * @param input (C, H, W)
   * @throws IllegalArgumentException if the images are too small for it
   */
  public Graph graph(Shape input, int classes) {
    return layers(new NetworkBuilder(input), classes).graph();
  }

  /** The names of all built-in networks. */
  public static List<String> titles() {
    return List.of(values()).stream().map(Zoo::title).toList();
  }

  /**
   * The built-in network of a name.
   *
   * @throws IllegalArgumentException if there is none; the message suggests the nearest
   */
  public static Zoo named(String name) {
    for (Zoo model : values()) {
      if (model.title().equals(name)) {
        return model;
      }
    }
    throw new IllegalArgumentException(
        "model: no network is named \"%s\"%s, or a description as FILE.json"
            .formatted(name, Nearest.expected(name, titles())));
  }
}
