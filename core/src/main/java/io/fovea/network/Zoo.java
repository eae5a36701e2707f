package io.fovea.network;

import static io.fovea.network.ConvOption.noBias;
import static io.fovea.network.ConvOption.padding;
import static io.fovea.network.ConvOption.stride;

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
  },
  /**
   * A small residual network: conv 3x3x16, then three blocks of two 3x3 convolutions with 16, 32
   * and 64 filters, the mean of each channel, dense; every convolution with batch normalisation (He
   * et al., arXiv 1512.03385, section 4.2 with n = 1, but with 1x1 convolutions where a shortcut
   * changes size, as in MLPerf Tiny's network of this name); 78 thousand weights.
   */
  RESNET8 {
    @Override
    NetworkBuilder layers(NetworkBuilder input, int classes) {
      NetworkBuilder net =
          input.conv2d(16, 3, padding(1), noBias()).batchNorm2d().relu().as("stage0");
      block(net, 1, 16, 1);
      block(net, 2, 32, 2);
      block(net, 3, 64, 2);
      return net.globalAvgPool2d().dense(classes);
    }
  };

  /**
   * y = relu(f(x) + x) with f: conv 3x3, batch normalisation, ReLU, conv 3x3, batch normalisation;
   * where the stride is not 1, a 1x1 convolution with batch normalisation brings x to f(x)'s shape.
   */
  private static void block(NetworkBuilder net, int stage, int filters, int stride) {
    String x = "stage" + (stage - 1);
    String shortcut = x;
    if (stride != 1) {
      String conv = "short" + stage;
      shortcut = conv + "-bn";
      net.conv2d(filters, 1, stride(stride), noBias()).as(conv).batchNorm2d().as(shortcut);
    }
    net.from(x)
        .conv2d(filters, 3, padding(1), stride(stride), noBias())
        .batchNorm2d()
        .relu()
        .conv2d(filters, 3, padding(1), noBias())
        .batchNorm2d()
        .add(shortcut)
        .relu()
        .as("stage" + stage);
  }

  abstract NetworkBuilder layers(NetworkBuilder input, int classes);

  /** The name as files and the command line know it, such as two-layer-cnn. */
  public String title() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The learning rate that trains this network with momentum 0.9 and batches of 64 images. */
  public float learningRate() {
    return switch (this) {
      case TWO_LAYER_CNN -> 0.01f;
      case POOLED, MLP -> 0.05f;
      // 6,000 digits once: 79 % with 0.05, 90 % with 0.1, 93 % with 0.2; normalised, large steps
      // do no harm
      case RESNET8 -> 0.2f;
    };
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
