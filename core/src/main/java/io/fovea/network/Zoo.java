package io.fovea.network;

import static io.fovea.network.ConvOption.noBias;
import static io.fovea.network.ConvOption.padding;

import io.fovea.dataset.Dataset;
import io.fovea.tensor.Shape;
import java.util.List;
import java.util.Locale;
import java.util.function.BiFunction;

/** The built-in networks. Each adapts to the channels, the size and the classes of the data. */
public enum Zoo {
  /** The exercise: conv 5x5x16, ReLU, conv 5x5x32, dense 100, ReLU, dense; 2.5 million weights. */
  TWO_LAYER_CNN(
      0.01f,
      (input, classes) ->
          input
              .conv2d(16, 5, padding(2))
              .relu()
              .conv2d(32, 5, padding(2))
              .flatten()
              .dense(100)
              .relu()
              .dense(classes)),
  /**
   * The exercise with a ReLU and a 2x2 max pooling behind each convolution: 15 times fewer weights.
   */
  POOLED(
      0.05f,
      (input, classes) ->
          input
              .conv2d(16, 5, padding(2))
              .relu()
              .maxPool2d(2)
              .conv2d(32, 5, padding(2))
              .relu()
              .maxPool2d(2)
              .flatten()
              .dense(100)
              .relu()
              .dense(classes)),
  /**
   * The same made to learn fast: batch normalisation behind each pooling, where there is a quarter
   * of the pixels to normalise, and one dense layer; 29 thousand weights.
   */
  POOLED_BN(
      0.1f,
      (input, classes) ->
          input
              .conv2d(16, 5, padding(2), noBias())
              .maxPool2d(2)
              .batchNorm2d()
              .relu()
              .conv2d(32, 5, padding(2), noBias())
              .maxPool2d(2)
              .batchNorm2d()
              .relu()
              .flatten()
              .dense(classes)),
  /** The exercise before that one: dense 100, ReLU, dense. */
  MLP(0.05f, (input, classes) -> input.flatten().dense(100).relu().dense(classes)),
  /**
   * LeNet-5 (LeCun et al. 1998, section II.B) as it is usually built now: conv 5x5x6, average
   * pooling, conv 5x5x16, average pooling, dense 120, 84, with tanh, full connections between maps
   * and a softmax at the end; 62 thousand weights on grey 28x28.
   */
  LENET5(
      0.05f,
      (input, classes) ->
          input
              .conv2d(6, 5, padding(2))
              .tanh()
              .avgPool2d(2)
              .conv2d(16, 5)
              .tanh()
              .avgPool2d(2)
              .flatten()
              .dense(120)
              .tanh()
              .dense(84)
              .tanh()
              .dense(classes)),
  /**
   * No pooling at all: ten 3x3 convolutions without padding, of 32, 48, ... 176 filters, each with
   * batch normalisation and ReLU, then dense (the network M3 of An et al. 2020, arXiv 2008.10400,
   * without its last normalisation); 1.1 million weights on grey 28x28.
   */
  SIMPLE_CNN(
      0.05f,
      (input, classes) -> {
        for (int filters = 32; filters <= 176; filters += 16) {
          input.conv2d(filters, 3, noBias()).batchNorm2d().relu();
        }
        return input.flatten().dense(classes);
      }),
  /**
   * A small residual network: conv 3x3x16, then three blocks of two 3x3 convolutions with 16, 32
   * and 64 filters, the mean of each channel, dense; every convolution with batch normalisation (He
   * et al., arXiv 1512.03385, section 4.2 with n = 1, but with 1x1 convolutions where a shortcut
   * changes size, as in MLPerf Tiny's network of this name); 78 thousand weights.
   */
  RESNET8(
      0.2f,
      (input, classes) -> {
        NetworkBuilder net =
            input.conv2d(16, 3, padding(1), noBias()).batchNorm2d().relu().as("stage0");
        Blocks.residual(net, "stage0", "stage1", 16, 1);
        Blocks.residual(net, "stage1", "stage2", 32, 2);
        Blocks.residual(net, "stage2", "stage3", 64, 2);
        return net.globalAvgPool2d().dense(classes);
      }),
  /** The same with three blocks a stage (He et al., n = 3); 272 thousand weights. */
  RESNET20(
      0.2f,
      (input, classes) -> {
        NetworkBuilder net =
            input.conv2d(16, 3, padding(1), noBias()).batchNorm2d().relu().as("stage0");
        String last = "stage0";
        for (int stage = 1; stage <= 3; stage++) {
          for (int block = 1; block <= 3; block++) {
            String name = "stage" + stage + "-" + block;
            Blocks.residual(net, last, name, 8 << stage, stage > 1 && block == 1 ? 2 : 1);
            last = name;
          }
        }
        return net.globalAvgPool2d().dense(classes);
      }),
  /**
   * Three pairs of 3x3 convolutions with 32, 64 and 128 filters, each convolution with batch
   * normalisation and ReLU, each pair with 2x2 max pooling behind it; then dense 256, dropout,
   * dense (after Simonyan and Zisserman, arXiv 1409.1556, made small).
   */
  VGG_SMALL(
      0.05f,
      (input, classes) -> {
        for (int filters = 32; filters <= 128; filters *= 2) {
          input.conv2d(filters, 3, padding(1), noBias()).batchNorm2d().relu();
          input.conv2d(filters, 3, padding(1), noBias()).batchNorm2d().relu().maxPool2d(2);
        }
        return input.flatten().dense(256).relu().dropout(0.5).dense(classes);
      }),
  /**
   * Separable convolutions (Howard et al., arXiv 1704.04861, table 1, made small): conv 3x3x16,
   * then five times a depthwise 3x3 and a 1x1 convolution, to 32, 64, 64, 128 and 128 filters, two
   * of them with stride 2, the mean of each channel, dense; 37 thousand weights.
   */
  MOBILENET_SMALL(
      0.2f,
      (input, classes) -> {
        NetworkBuilder net = input.conv2d(16, 3, padding(1), noBias()).batchNorm2d().relu();
        Blocks.separable(net, 16, 32, 1);
        Blocks.separable(net, 32, 64, 2);
        Blocks.separable(net, 64, 64, 1);
        Blocks.separable(net, 64, 128, 2);
        Blocks.separable(net, 128, 128, 1);
        return net.globalAvgPool2d().dense(classes);
      }),
  /**
   * ResNet-18 for photos in its usual form: 7x7 convolution with stride 2, 3x3 max pooling with
   * stride 2, four stages of two blocks with 64, 128, 256 and 512 filters (He et al., arXiv
   * 1512.03385, table 1); 11.7 million weights for 1000 classes. Nodes are named as torchvision's
   * modules, with _ for each dot.
   */
  RESNET18(0.05f, (input, classes) -> new ResNet(input, false).layers(classes, 2, 2, 2, 2)),
  /** The same with 3, 4, 6 and 3 blocks a stage; 21.8 million weights for 1000 classes. */
  RESNET34(0.05f, (input, classes) -> new ResNet(input, false).layers(classes, 3, 4, 6, 3)),
  /**
   * The same with bottleneck blocks (1x1, 3x3, 1x1 to four times the filters), whose stride is in
   * the 3x3 convolution, as torchvision has it ("v1.5"); 25.6 million weights for 1000 classes.
   */
  RESNET50(0.05f, (input, classes) -> new ResNet(input, true).layers(classes, 3, 4, 6, 3)),
  /**
   * MobileNetV2 for photos: 17 inverted residual blocks with linear bottlenecks and ReLU6 (Sandler
   * et al., arXiv 1801.04381, table 2), dropout 0.2 before the last layer; 3.5 million weights for
   * 1000 classes. Nodes are named as torchvision's modules, with _ for each dot. For other widths
   * see {@link ZooModel}.
   */
  MOBILENET_V2(0.05f, (input, classes) -> new MobileNetV2(input, 1).layers(classes)),
  /**
   * MobileNetV3 for photos, small: 11 inverted residual blocks, most with hard-swish and
   * squeeze-and-excitation (Howard et al., arXiv 1905.02244, table 2), batch normalisation with
   * epsilon 0.001 and momentum 0.01; 2.5 million weights for 1000 classes. Nodes are named as
   * torchvision's modules, with _ for each dot.
   */
  MOBILENET_V3_SMALL(0.05f, InvertedResiduals::mobileNetV3Small),
  /** The same with 15 blocks (table 1); 5.5 million weights for 1000 classes. */
  MOBILENET_V3_LARGE(0.05f, InvertedResiduals::mobileNetV3Large),
  /**
   * EfficientNet-B0 for photos: 16 inverted residual blocks with SiLU and squeeze-and-excitation
   * (Tan and Le, arXiv 1905.11946, table 1), dropout 0.2 before the last layer; 5.3 million weights
   * for 1000 classes. Nodes are named as torchvision's modules, with _ for each dot. Without
   * torchvision's stochastic depth, which acts in training alone.
   */
  EFFICIENTNET_B0(0.05f, InvertedResiduals::efficientNetB0);

  private final float learningRate;

  @SuppressWarnings("ImmutableEnumChecker") // a function without state
  private final BiFunction<NetworkBuilder, Integer, NetworkBuilder> layers;

  Zoo(float learningRate, BiFunction<NetworkBuilder, Integer, NetworkBuilder> layers) {
    this.learningRate = learningRate;
    this.layers = layers;
  }

  NetworkBuilder layers(NetworkBuilder input, int classes) {
    return layers.apply(input, classes);
  }

  /** The name as files and the command line know it, such as two-layer-cnn. */
  public String title() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * The learning rate that trains this network with momentum 0.9 and batches of 64 images. Where
   * values are normalised, large steps do no harm: 6,000 digits once through resnet8 give 79 % with
   * 0.05, 90 % with 0.1 and 93 % with 0.2.
   */
  public float learningRate() {
    return learningRate;
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

  /**
   * The network for images of a data set, with fresh weights (He et al., arXiv 1502.01852), the
   * set's classes as labels and its background and framing as preprocessing.
   *
   * @throws IllegalArgumentException if the images are too small for it
   */
  public Network network(Dataset images, long seed) {
    Graph graph = graph(images.shape(), images.classes().size());
    Network network = Network.of(graph, Initializer.he(), seed);
    network.describe(images);
    return network;
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
            .formatted(name, DidYouMean.expected(name, titles())));
  }
}
