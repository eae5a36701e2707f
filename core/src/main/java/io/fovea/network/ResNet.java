package io.fovea.network;

import static io.fovea.network.ConvOption.noBias;
import static io.fovea.network.ConvOption.padding;
import static io.fovea.network.ConvOption.stride;

import io.fovea.layer.MaxPool2d;
import io.fovea.tensor.Window;

/**
 * Builds the residual networks for photos (He et al., arXiv 1512.03385, table 1). Nodes with
 * weights are named as torchvision's modules, with _ for each dot: layer1_0_conv1,
 * layer2_0_downsample_0, fc. A block's output is named as the block: layer1_0.
 */
final class ResNet {
  private static final int STEM_FILTERS = 64;

  /** A bottleneck's last convolution has this many times the filters of its others. */
  private static final int EXPANSION = 4;

  private final NetworkBuilder net;
  private final boolean bottleneck;
  private String last = "maxpool";
  private int channels = STEM_FILTERS;

  /**
   * A builder of one network.
   *
   * @param bottleneck blocks of 1x1, 3x3 and 1x1 convolutions instead of two 3x3 ones
   */
  ResNet(NetworkBuilder net, boolean bottleneck) {
    this.net = net;
    this.bottleneck = bottleneck;
  }

  /**
   * Adds all layers of the network.
   *
   * @param blocks the number of blocks of each stage
   */
  NetworkBuilder layers(int classes, int... blocks) {
    net.conv2d(STEM_FILTERS, 7, stride(2), padding(3), noBias()).as("conv1");
    net.batchNorm2d().as("bn1").relu();
    net.layer(new MaxPool2d(Window.square(3, 2, 1, 1))).as(last);
    for (int stage = 0; stage < blocks.length; stage++) {
      for (int block = 0; block < blocks[stage]; block++) {
        int stride = stage > 0 && block == 0 ? 2 : 1;
        block("layer%d_%d".formatted(stage + 1, block), STEM_FILTERS << stage, stride);
      }
    }
    return net.globalAvgPool2d().as("avgpool").dense(classes).as("fc");
  }

  /** y = relu(f(x) + shortcut(x)). */
  private void block(String y, int filters, int stride) {
    String x = last;
    int outputs = bottleneck ? EXPANSION * filters : filters;
    String shortcut = x;
    if (stride != 1 || channels != outputs) {
      shortcut = y + "_downsample_1";
      net.from(x).conv2d(outputs, 1, stride(stride), noBias()).as(y + "_downsample_0");
      net.batchNorm2d().as(shortcut);
    }
    net.from(x);
    if (bottleneck) {
      net.conv2d(filters, 1, noBias()).as(y + "_conv1").batchNorm2d().as(y + "_bn1").relu();
      net.conv2d(filters, 3, padding(1), stride(stride), noBias()).as(y + "_conv2");
      net.batchNorm2d().as(y + "_bn2").relu();
      net.conv2d(outputs, 1, noBias()).as(y + "_conv3").batchNorm2d().as(y + "_bn3");
    } else {
      net.conv2d(filters, 3, padding(1), stride(stride), noBias()).as(y + "_conv1");
      net.batchNorm2d().as(y + "_bn1").relu();
      net.conv2d(filters, 3, padding(1), noBias()).as(y + "_conv2").batchNorm2d().as(y + "_bn2");
    }
    net.add(shortcut).relu().as(y);
    last = y;
    channels = outputs;
  }
}
