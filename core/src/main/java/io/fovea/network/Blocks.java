package io.fovea.network;

import static io.fovea.network.ConvOption.groups;
import static io.fovea.network.ConvOption.noBias;
import static io.fovea.network.ConvOption.padding;
import static io.fovea.network.ConvOption.stride;

/** Blocks that several built-in networks are made of. */
final class Blocks {
  private Blocks() {}

  /**
   * y = relu(f(x) + x) with f: conv 3x3, batch normalisation, ReLU, conv 3x3, batch normalisation;
   * where the stride is not 1, a 1x1 convolution with batch normalisation brings x to f(x)'s shape.
   *
   * @param x the node to read
   * @param y the last node's name
   */
  static void residual(NetworkBuilder net, String x, String y, int filters, int stride) {
    String shortcut = x;
    if (stride != 1) {
      String conv = y.replace("stage", "short");
      shortcut = conv + "-bn";
      net.from(x).conv2d(filters, 1, stride(stride), noBias()).as(conv).batchNorm2d().as(shortcut);
    }
    net.from(x)
        .conv2d(filters, 3, padding(1), stride(stride), noBias())
        .batchNorm2d()
        .relu()
        .conv2d(filters, 3, padding(1), noBias())
        .batchNorm2d()
        .add(shortcut)
        .relu()
        .as(y);
  }

  /**
   * A separable convolution: a depthwise 3x3 convolution, then a 1x1 convolution across the
   * channels.
   */
  static void separable(NetworkBuilder net, int channels, int filters, int stride) {
    net.conv2d(channels, 3, padding(1), stride(stride), groups(channels), noBias())
        .batchNorm2d()
        .relu()
        .conv2d(filters, 1, noBias())
        .batchNorm2d()
        .relu();
  }
}
