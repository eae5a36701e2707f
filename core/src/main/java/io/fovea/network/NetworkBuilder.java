package io.fovea.network;

import io.fovea.layer.Add;
import io.fovea.layer.AvgPool2d;
import io.fovea.layer.BatchNorm2d;
import io.fovea.layer.ChannelShuffle;
import io.fovea.layer.ChannelSlice;
import io.fovea.layer.Clip;
import io.fovea.layer.Concat;
import io.fovea.layer.Conv2d;
import io.fovea.layer.ConvTranspose2d;
import io.fovea.layer.Dense;
import io.fovea.layer.Dropout;
import io.fovea.layer.Dropout2d;
import io.fovea.layer.Elu;
import io.fovea.layer.Flatten;
import io.fovea.layer.Gelu;
import io.fovea.layer.GlobalAvgPool2d;
import io.fovea.layer.GlobalMaxPool2d;
import io.fovea.layer.GroupNorm;
import io.fovea.layer.HardSigmoid;
import io.fovea.layer.HardSwish;
import io.fovea.layer.Layer;
import io.fovea.layer.LayerNorm;
import io.fovea.layer.LayerNorm2d;
import io.fovea.layer.LeakyRelu;
import io.fovea.layer.LocalResponseNorm;
import io.fovea.layer.MaxPool2d;
import io.fovea.layer.Mish;
import io.fovea.layer.Multiply;
import io.fovea.layer.PRelu;
import io.fovea.layer.Relu;
import io.fovea.layer.Resize2d;
import io.fovea.layer.Sigmoid;
import io.fovea.layer.Silu;
import io.fovea.layer.Softmax;
import io.fovea.layer.Tanh;
import io.fovea.layer.Upsample2d;
import io.fovea.layer.ZeroPad2d;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Window;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Builds a graph layer by layer. Each layer reads the one before it; {@link #as} names a layer,
 * {@link #from} continues from a named one, {@link #add} and {@link #concat} join. Nodes are named
 * by kind and number (conv1, relu1, conv2, dense1 ...) unless {@link #as} says otherwise.
 */
public final class NetworkBuilder {
  private final Shape input;
  private final List<Graph.Node> nodes = new ArrayList<>();
  private final Map<String, Integer> numbers = new HashMap<>();
  private String current = Graph.INPUT;

  NetworkBuilder(Shape input) {
    this.input = input;
  }

  /**
   * A convolution: see {@link Conv2d}. Options such as {@link ConvOption#padding} follow the kernel
   * size.
   */
  public NetworkBuilder conv2d(int filters, int kernel, ConvOption... options) {
    ConvOption.Facts facts = ConvOption.Facts.of(options);
    Window window = Window.square(kernel, facts.stride(), facts.padding(), facts.dilation());
    return layer(new Conv2d(filters, window, facts.groups(), facts.bias()));
  }

  /**
   * A depthwise convolution: each channel with a filter of its own, as many filters as channels;
   * see {@link Conv2d}. Options as for {@link #conv2d}, but {@link ConvOption#groups}, which are
   * the channels here.
   *
   * @throws IllegalArgumentException if there are groups among the options, or what comes before is
   *     no feature map
   */
  public NetworkBuilder depthwiseConv2d(int kernel, ConvOption... options) {
    for (ConvOption option : options) {
      if (option instanceof ConvOption.Groups groups) {
        throw new IllegalArgumentException(
            "depthwiseConv2d: has as many groups as channels, got groups(%d); leave it out, or use conv2d"
                .formatted(groups.count()));
      }
    }
    Shape shape = shape(current);
    if (shape.rank() != 3) {
      throw new IllegalArgumentException(
          "depthwiseConv2d: expects feature maps (C, H, W), got %s; place it before flatten and dense layers"
              .formatted(shape));
    }
    List<ConvOption> all = new ArrayList<>(List.of(options));
    all.add(ConvOption.groups(shape.size(0)));
    return conv2d(shape.size(0), kernel, all.toArray(ConvOption[]::new));
  }

  /** A transposed convolution that enlarges maps by the stride: see {@link ConvTranspose2d}. */
  public NetworkBuilder convTranspose2d(int filters, int kernel, int stride) {
    return layer(new ConvTranspose2d(filters, Window.square(kernel, stride, 0, 1), 0, 0, 1, true));
  }

  /** A rectifier: see {@link Relu}. */
  public NetworkBuilder relu() {
    return layer(new Relu());
  }

  /** A leaky rectifier with slope 0.01: see {@link LeakyRelu}. */
  public NetworkBuilder leakyRelu() {
    return layer(new LeakyRelu());
  }

  /** A leaky rectifier: see {@link LeakyRelu}. */
  public NetworkBuilder leakyRelu(double slope) {
    return layer(new LeakyRelu((float) slope));
  }

  /** The exponential linear unit with alpha 1: see {@link Elu}. */
  public NetworkBuilder elu() {
    return layer(new Elu());
  }

  /** The Gaussian error linear unit: see {@link Gelu}. */
  public NetworkBuilder gelu() {
    return layer(new Gelu());
  }

  /** The sigmoid linear unit, or swish: see {@link Silu}. */
  public NetworkBuilder silu() {
    return layer(new Silu());
  }

  /** The logistic function: see {@link Sigmoid}. */
  public NetworkBuilder sigmoid() {
    return layer(new Sigmoid());
  }

  /** The hyperbolic tangent: see {@link Tanh}. */
  public NetworkBuilder tanh() {
    return layer(new Tanh());
  }

  /** Bounds of 0 and 6: see {@link Clip}. */
  public NetworkBuilder relu6() {
    return layer(Clip.relu6());
  }

  /** Bounds: see {@link Clip}. */
  public NetworkBuilder clip(double min, double max) {
    return layer(new Clip((float) min, (float) max));
  }

  /** A rectifier with learned slopes, one a channel: see {@link PRelu}. */
  public NetworkBuilder prelu() {
    return layer(new PRelu());
  }

  /** Mish: see {@link Mish}. */
  public NetworkBuilder mish() {
    return layer(new Mish());
  }

  /** A sigmoid of straight lines with slope 1/6: see {@link HardSigmoid}. */
  public NetworkBuilder hardSigmoid() {
    return layer(new HardSigmoid());
  }

  /** A swish of straight lines and a parabola: see {@link HardSwish}. */
  public NetworkBuilder hardSwish() {
    return layer(new HardSwish());
  }

  /** Softmax over the channels of each pixel, or over a row: see {@link Softmax}. */
  public NetworkBuilder softmax() {
    return layer(new Softmax());
  }

  /** Batch normalisation with the usual numbers: see {@link BatchNorm2d}. */
  public NetworkBuilder batchNorm2d() {
    return layer(new BatchNorm2d());
  }

  /** Layer normalisation with epsilon 1e-5: see {@link LayerNorm}. */
  public NetworkBuilder layerNorm() {
    return layer(new LayerNorm());
  }

  /** Layer normalisation over each pixel's channels, epsilon 1e-5: see {@link LayerNorm2d}. */
  public NetworkBuilder layerNorm2d() {
    return layer(new LayerNorm2d());
  }

  /** Group normalisation with epsilon 1e-5: see {@link GroupNorm}. */
  public NetworkBuilder groupNorm(int groups) {
    return layer(new GroupNorm(groups));
  }

  /** Normalisation by {@code size} neighbouring channels: see {@link LocalResponseNorm}. */
  public NetworkBuilder localResponseNorm(int size) {
    return layer(new LocalResponseNorm(size));
  }

  /** Channels in shuffled order: see {@link ChannelShuffle}. */
  public NetworkBuilder channelShuffle(int groups) {
    return layer(new ChannelShuffle(groups));
  }

  /** Channels from (inclusive) to (exclusive): see {@link ChannelSlice}. */
  public NetworkBuilder channelSlice(int from, int to) {
    return layer(new ChannelSlice(from, to));
  }

  /** Max pooling over adjacent squares of the given size: see {@link MaxPool2d}. */
  public NetworkBuilder maxPool2d(int size) {
    return layer(new MaxPool2d(Window.square(size, size, 0, 1)));
  }

  /** Average pooling over adjacent squares of the given size: see {@link AvgPool2d}. */
  public NetworkBuilder avgPool2d(int size) {
    return layer(new AvgPool2d(Window.square(size, size, 0, 1)));
  }

  /** The mean of each channel: see {@link GlobalAvgPool2d}. */
  public NetworkBuilder globalAvgPool2d() {
    return layer(new GlobalAvgPool2d());
  }

  /** The largest value of each channel: see {@link GlobalMaxPool2d}. */
  public NetworkBuilder globalMaxPool2d() {
    return layer(new GlobalMaxPool2d());
  }

  /** The same rim of zeros on every side: see {@link ZeroPad2d}. */
  public NetworkBuilder zeroPad2d(int size) {
    return layer(new ZeroPad2d(size, size, size, size));
  }

  /** Maps {@code factor} times as high and wide: see {@link Upsample2d}. */
  public NetworkBuilder upsample2d(int factor) {
    return layer(new Upsample2d(factor));
  }

  /** Maps of another size, bilinear: see {@link Resize2d}. */
  public NetworkBuilder resize2d(int height, int width) {
    return layer(new Resize2d(height, width));
  }

  /** Feature maps as one row: see {@link Flatten}. */
  public NetworkBuilder flatten() {
    return layer(new Flatten());
  }

  /** A fully connected layer: see {@link Dense}. */
  public NetworkBuilder dense(int outputs) {
    return layer(new Dense(outputs, true));
  }

  /** Dropout: see {@link Dropout}. */
  public NetworkBuilder dropout(double rate) {
    return layer(new Dropout((float) rate));
  }

  /** Dropout of entire channels: see {@link Dropout2d}. */
  public NetworkBuilder dropout2d(double rate) {
    return layer(new Dropout2d((float) rate));
  }

  /**
   * A residual connection: y = block(x) + x (He et al., arXiv 1512.03385). The block adds layers to
   * this builder, and keeps the shape of x.
   *
   * @throws IllegalArgumentException if the block adds no layer, or changes the shape; the message
   *     names the shortcut that would fit
   */
  public NetworkBuilder residual(Consumer<NetworkBuilder> block) {
    String x = current;
    String y = branch("block", x, block);
    Residual.requireSameShape(x, shape(x), shape(y));
    return from(y).add(x);
  }

  /**
   * A residual connection with a shortcut: y = block(x) + shortcut(x), where the shortcut brings x
   * to the block's shape, mostly by a 1x1 convolution with the block's stride.
   *
   * @throws IllegalArgumentException if block or shortcut add no layer, or their shapes differ
   */
  public NetworkBuilder residual(
      Consumer<NetworkBuilder> block, Consumer<NetworkBuilder> shortcut) {
    String x = current;
    String side = branch("shortcut", x, shortcut);
    String y = branch("block", x, block);
    Residual.requireSameShape(shape(x), shape(y), shape(side));
    return from(y).add(side);
  }

  /** Adds a branch from x; returns the name of its last node. */
  private String branch(String part, String x, Consumer<NetworkBuilder> layers) {
    from(x);
    layers.accept(this);
    if (current.equals(x)) {
      throw new IllegalArgumentException(
          "residual: the %s adds no layer; add at least one to the builder that it is given"
              .formatted(part));
    }
    return current;
  }

  /** The shape of a node added so far. */
  private Shape shape(String place) {
    return Graph.shape(Graph.shapes(input, nodes), place);
  }

  /** The sum of the present value and named ones: see {@link Add}. */
  public NetworkBuilder add(String... others) {
    return join(new Add(), others);
  }

  /** The product of the present value and a named one: see {@link Multiply}. */
  public NetworkBuilder multiply(String other) {
    return join(new Multiply(), other);
  }

  /** The present value's channels and those of named ones: see {@link Concat}. */
  public NetworkBuilder concat(String... others) {
    return join(new Concat(), others);
  }

  private NetworkBuilder join(Layer layer, String... others) {
    List<String> inputs = new ArrayList<>();
    inputs.add(current);
    inputs.addAll(List.of(others));
    return place(layer, inputs);
  }

  /** Any layer, on the present value. */
  public NetworkBuilder layer(Layer layer) {
    return place(layer, List.of(current));
  }

  private NetworkBuilder place(Layer layer, List<String> inputs) {
    String kind = Graph.kind(layer.type());
    String name = kind + numbers.merge(kind, 1, Integer::sum);
    while (Graph.isNode(nodes, name)) { // by as()
      name = kind + numbers.merge(kind, 1, Integer::sum);
    }
    nodes.add(new Graph.Node(name, layer, inputs));
    current = name;
    return this;
  }

  /**
   * Names the last layer.
   *
   * @throws IllegalStateException if there is none yet
   */
  public NetworkBuilder as(String name) {
    if (nodes.isEmpty() || !current.equals(nodes.getLast().name())) {
      throw new IllegalStateException(
          "network: as(\"" + name + "\") names the layer added just before; add one first");
    }
    Graph.Node last = nodes.removeLast();
    nodes.add(new Graph.Node(name, last.layer(), last.inputs()));
    current = name;
    return this;
  }

  /** Continues from a named node, or from {@link Graph#INPUT}. */
  public NetworkBuilder from(String name) {
    current = name;
    return this;
  }

  /**
   * The graph built so far.
   *
   * @throws IllegalArgumentException if the layers do not fit together; see {@link Graph#of}
   */
  public Graph graph() {
    return Graph.of(input, nodes);
  }

  /** The graph with fresh weights: see {@link Network#of(Graph, Initializer, long)}. */
  public Network build(Initializer initializer, long seed) {
    return Network.of(graph(), initializer, seed);
  }
}
