package io.fovea.network;

import static io.fovea.network.ConvOption.noBias;
import static io.fovea.network.ConvOption.padding;
import static io.fovea.network.ConvOption.stride;

/**
 * Builds MobileNetV2 (Sandler et al., arXiv 1801.04381, table 2). Nodes with weights are named as
 * torchvision's modules, with _ for each dot: features_0_0, features_2_conv_1_0, classifier_1. The
 * sum of a residual block is named as the block: features_3.
 */
final class MobileNetV2 {
  /** Expansion, filters, blocks, and stride of the first block: a row a stage. */
  private static final int[][] STAGES = {
    {1, 16, 1, 1},
    {6, 24, 2, 2},
    {6, 32, 3, 2},
    {6, 64, 4, 2},
    {6, 96, 3, 1},
    {6, 160, 3, 2},
    {6, 320, 1, 1}
  };

  private static final int STEM_FILTERS = 32;
  private static final int HEAD_FILTERS = 1280;

  /** Numbers of filters are multiples of this. */
  private static final int DIVISOR = 8;

  private final NetworkBuilder net;
  private final double width;
  private String last = "features_0";
  private int channels;
  private int blocks;

  /**
   * A builder of one network.
   *
   * @param width what all numbers of filters are multiplied by; the head's only if it is above 1
   */
  MobileNetV2(NetworkBuilder net, double width) {
    this.net = net;
    this.width = width;
  }

  /** The nearest multiple of 8 that is not more than a tenth smaller, and at least 8. */
  static int filters(double wanted) {
    int rounded = Math.max(DIVISOR, (int) (wanted + DIVISOR / 2.0) / DIVISOR * DIVISOR);
    return rounded < 0.9 * wanted ? rounded + DIVISOR : rounded;
  }

  NetworkBuilder layers(int classes) {
    channels = filters(STEM_FILTERS * width);
    net.conv2d(channels, 3, padding(1), stride(2), noBias()).as("features_0_0");
    net.batchNorm2d().as("features_0_1").relu6().as(last);
    for (int[] stage : STAGES) {
      for (int block = 0; block < stage[2]; block++) {
        block(stage[0], filters(stage[1] * width), block == 0 ? stage[3] : 1);
      }
    }
    net.conv2d(filters(HEAD_FILTERS * Math.max(1, width)), 1, noBias()).as("features_18_0");
    net.batchNorm2d().as("features_18_1").relu6().as("features_18");
    net.globalAvgPool2d().as("pool");
    return net.dropout(0.2).as("classifier_0").dense(classes).as("classifier_1");
  }

  /** y = f(x), and f(x) + x where the shapes agree. */
  private void block(int expansion, int filters, int stride) {
    String x = last;
    String y = "features_" + ++blocks;
    String conv = y + "_conv_";
    int part = 0;
    if (expansion != 1) {
      net.conv2d(expansion * channels, 1, noBias()).as(conv + "0_0");
      net.batchNorm2d().as(conv + "0_1").relu6();
      part++;
    }
    net.depthwiseConv2d(3, padding(1), stride(stride), noBias()).as(conv + part + "_0");
    net.batchNorm2d().as(conv + part + "_1").relu6();
    last = conv + (part + 2);
    net.conv2d(filters, 1, noBias()).as(conv + (part + 1)).batchNorm2d().as(last);
    if (stride == 1 && channels == filters) {
      net.add(x).as(y);
      last = y;
    }
    channels = filters;
  }
}
