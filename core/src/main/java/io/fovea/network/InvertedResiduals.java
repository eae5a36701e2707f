package io.fovea.network;

import static io.fovea.network.ConvOption.noBias;
import static io.fovea.network.ConvOption.padding;
import static io.fovea.network.ConvOption.stride;

import io.fovea.layer.BatchNorm2d;
import io.fovea.layer.HardSigmoid;
import io.fovea.layer.HardSwish;
import io.fovea.layer.Layer;
import io.fovea.layer.Relu;
import io.fovea.layer.Sigmoid;
import io.fovea.layer.Silu;
import java.util.List;

/**
 * Builds networks of inverted residual blocks with squeeze-and-excitation: EfficientNet-B0 (Tan and
 * Le, arXiv 1905.11946, table 1) and MobileNetV3 (Howard et al., arXiv 1905.02244, tables 1 and 2).
 * Nodes are named as torchvision's modules, with _ for each dot: features_2_0_block_1_0,
 * features_4_block_2_fc1, classifier_1. The sum of a residual block is named as the block.
 * torchvision's stochastic depth, which acts in training alone, is left out.
 */
final class InvertedResiduals {
  /**
   * One block: 1x1 convolution, depthwise convolution, squeeze-and-excitation, 1x1 convolution.
   *
   * @param hidden filters of the first two convolutions; without the first where they are as many
   *     as the block's inputs
   * @param squeezed channels that squeeze-and-excitation has in its middle, 0 for none of it
   * @param activation behind the first two convolutions
   */
  private record Block(
      int kernel, int hidden, int filters, int squeezed, Layer activation, int stride) {}

  /** Expansion, kernel, stride of the first block, filters, and blocks: a row a stage. */
  private static final int[][] EFFICIENTNET_B0 = {
    {1, 3, 1, 16, 1},
    {6, 3, 2, 24, 2},
    {6, 5, 2, 40, 2},
    {6, 3, 2, 80, 3},
    {6, 5, 1, 112, 3},
    {6, 5, 2, 192, 4},
    {6, 3, 1, 320, 1}
  };

  private static final Layer SILU = new Silu();
  private static final Layer RELU = new Relu();
  private static final Layer SWISH = new HardSwish();

  private static final List<Block> MOBILENET_V3_SMALL =
      List.of(
          new Block(3, 16, 16, 8, RELU, 2),
          new Block(3, 72, 24, 0, RELU, 2),
          new Block(3, 88, 24, 0, RELU, 1),
          new Block(5, 96, 40, 24, SWISH, 2),
          new Block(5, 240, 40, 64, SWISH, 1),
          new Block(5, 240, 40, 64, SWISH, 1),
          new Block(5, 120, 48, 32, SWISH, 1),
          new Block(5, 144, 48, 40, SWISH, 1),
          new Block(5, 288, 96, 72, SWISH, 2),
          new Block(5, 576, 96, 144, SWISH, 1),
          new Block(5, 576, 96, 144, SWISH, 1));

  private static final List<Block> MOBILENET_V3_LARGE =
      List.of(
          new Block(3, 16, 16, 0, RELU, 1),
          new Block(3, 64, 24, 0, RELU, 2),
          new Block(3, 72, 24, 0, RELU, 1),
          new Block(5, 72, 40, 24, RELU, 2),
          new Block(5, 120, 40, 32, RELU, 1),
          new Block(5, 120, 40, 32, RELU, 1),
          new Block(3, 240, 80, 0, SWISH, 2),
          new Block(3, 200, 80, 0, SWISH, 1),
          new Block(3, 184, 80, 0, SWISH, 1),
          new Block(3, 184, 80, 0, SWISH, 1),
          new Block(3, 480, 112, 120, SWISH, 1),
          new Block(3, 672, 112, 168, SWISH, 1),
          new Block(5, 672, 160, 168, SWISH, 2),
          new Block(5, 960, 160, 240, SWISH, 1),
          new Block(5, 960, 160, 240, SWISH, 1));

  private final NetworkBuilder net;
  private final BatchNorm2d norm;
  private final Layer squeezing;
  private final Layer gate;
  private String last = Graph.INPUT;
  private int channels;

  private InvertedResiduals(NetworkBuilder net, BatchNorm2d norm, Layer squeezing, Layer gate) {
    this.net = net;
    this.norm = norm;
    this.squeezing = squeezing;
    this.gate = gate;
  }

  static NetworkBuilder efficientNetB0(NetworkBuilder net, int classes) {
    InvertedResiduals parts = new InvertedResiduals(net, new BatchNorm2d(), SILU, new Sigmoid());
    parts.stem(32, SILU);
    int stage = 0;
    for (int[] row : EFFICIENTNET_B0) {
      stage++;
      for (int block = 0; block < row[4]; block++) {
        int inputs = parts.channels;
        int stride = block == 0 ? row[2] : 1;
        parts.block(
            "features_%d_%d".formatted(stage, block),
            new Block(row[1], row[0] * inputs, row[3], inputs / 4, SILU, stride));
      }
    }
    parts.pointwise("features_8", 1280).layer(SILU).as("features_8").globalAvgPool2d().as("pool");
    return net.dropout(0.2).as("classifier_0").dense(classes).as("classifier_1");
  }

  static NetworkBuilder mobileNetV3Small(NetworkBuilder net, int classes) {
    return mobileNetV3(net, MOBILENET_V3_SMALL, 1024, classes);
  }

  static NetworkBuilder mobileNetV3Large(NetworkBuilder net, int classes) {
    return mobileNetV3(net, MOBILENET_V3_LARGE, 1280, classes);
  }

  private static NetworkBuilder mobileNetV3(
      NetworkBuilder net, List<Block> blocks, int features, int classes) {
    BatchNorm2d norm = new BatchNorm2d(0.001f, 0.01f);
    InvertedResiduals parts = new InvertedResiduals(net, norm, RELU, new HardSigmoid());
    parts.stem(16, SWISH);
    int place = 1;
    for (Block block : blocks) {
      parts.block("features_" + place++, block);
    }
    String end = "features_" + place;
    parts.pointwise(end, 6 * parts.channels).layer(SWISH).as(end).globalAvgPool2d().as("pool");
    net.dense(features).as("classifier_0").layer(SWISH).as("classifier_1");
    return net.dropout(0.2).as("classifier_2").dense(classes).as("classifier_3");
  }

  private void stem(int filters, Layer activation) {
    net.conv2d(filters, 3, padding(1), stride(2), noBias()).as("features_0_0");
    last = "features_0";
    net.layer(norm).as("features_0_1").layer(activation).as(last);
    channels = filters;
  }

  private NetworkBuilder pointwise(String module, int filters) {
    net.conv2d(filters, 1, noBias()).as(module + "_0");
    return net.layer(norm).as(module + "_1");
  }

  /** y = f(x), and f(x) + x where the shapes agree. */
  private void block(String y, Block block) {
    String x = last;
    String module = y + "_block_";
    int part = 0;
    if (block.hidden != channels) {
      pointwise(module + part, block.hidden).layer(block.activation).as(module + part);
      part++;
    }
    String depthwise = module + part++;
    net.depthwiseConv2d(block.kernel, padding(block.kernel / 2), stride(block.stride), noBias())
        .as(depthwise + "_0");
    net.layer(norm).as(depthwise + "_1").layer(block.activation).as(depthwise);
    if (block.squeezed > 0) {
      squeezeAndExcite(depthwise, module + part++, block);
    }
    pointwise(module + part, block.filters);
    last = module + part + "_1";
    if (block.stride == 1 && channels == block.filters) {
      net.add(x).as(y);
      last = y;
    }
    channels = block.filters;
  }

  /**
   * y = x * gate(fc2(squeezing(fc1(mean of each channel of x)))). torchvision's fc1 and fc2 are 1x1
   * convolutions of maps of one pixel; a dense layer computes the same for all images at once.
   */
  private void squeezeAndExcite(String x, String y, Block block) {
    net.globalAvgPool2d().as(y + "_avgpool").dense(block.squeezed).as(y + "_fc1");
    net.layer(squeezing).dense(block.hidden).as(y + "_fc2").layer(gate).multiply(x).as(y);
  }
}
