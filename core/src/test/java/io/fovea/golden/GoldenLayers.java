package io.fovea.golden;

import io.fovea.kernel.op.Activation;
import io.fovea.layer.ActivationLayer;
import io.fovea.layer.Add;
import io.fovea.layer.AvgPool2d;
import io.fovea.layer.ChannelAffine;
import io.fovea.layer.ChannelShuffle;
import io.fovea.layer.ChannelSlice;
import io.fovea.layer.Clip;
import io.fovea.layer.Conv2d;
import io.fovea.layer.ConvTranspose2d;
import io.fovea.layer.Dense;
import io.fovea.layer.Elu;
import io.fovea.layer.Gelu;
import io.fovea.layer.GlobalAvgPool2d;
import io.fovea.layer.GlobalMaxPool2d;
import io.fovea.layer.GroupNorm;
import io.fovea.layer.HardSigmoid;
import io.fovea.layer.Layer;
import io.fovea.layer.LayerNorm;
import io.fovea.layer.LayerNorm2d;
import io.fovea.layer.LeakyRelu;
import io.fovea.layer.LocalResponseNorm;
import io.fovea.layer.MaxPool2d;
import io.fovea.layer.Multiply;
import io.fovea.layer.PRelu;
import io.fovea.layer.Resize2d;
import io.fovea.layer.UsualActivations;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Window;
import java.util.Set;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** The cases of layers.json in this library's terms. */
public final class GoldenLayers {
  private static final Set<String> WITH_STATE =
      Set.of("batch_norm2d", "batch_norm2d_running", "softmax_cross_entropy");

  private GoldenLayers() {}

  /**
   * The cases of layers that need nothing but inputs and weights: {@link #layer} knows them all.
   */
  public static Stream<GoldenCase> layers() {
    return Golden.layers().stream().filter(golden -> !WITH_STATE.contains(golden.op()));
  }

  /** The activations, whose layers have parameters in float. */
  public static Stream<GoldenCase> activations() {
    return Golden.layers("activation");
  }

  /** The function of an activation, with PyTorch's numbers as doubles. */
  public static Activation function(GoldenCase golden) {
    return switch (golden.name()) {
      case "leaky_relu 0.01" -> new Activation.LeakyRelu(0.01);
      case "hard_sigmoid 1/6 0.5" -> new Activation.HardSigmoid(1 / 6.0, 0.5);
      case "selu" -> // PyTorch's digits
          new Activation.Selu(1.6732632423543772, 1.0507009873554805);
      default -> activation(golden).function();
    };
  }

  /** By its type's name; one with other parameters than the usual ones has a case. */
  private static ActivationLayer activation(GoldenCase golden) {
    return switch (golden.name()) {
      case "leaky_relu 0.01" -> new LeakyRelu();
      case "elu 1.0" -> new Elu();
      case "gelu (erf)" -> new Gelu();
      case "gelu (tanh)" -> new Gelu(true);
      case "relu6" -> Clip.relu6();
      case "clip -0.5 1.25" -> new Clip(-0.5f, 1.25f);
      case "clip -1 up" -> new Clip(-1, Float.POSITIVE_INFINITY);
      case "hard_sigmoid 1/6 0.5" -> new HardSigmoid();
      case "hard_sigmoid 0.25 0.375" -> new HardSigmoid(0.25f, 0.375f);
      default ->
          UsualActivations.all()
              .filter(each -> each.type().equals(golden.name()))
              .findFirst()
              .orElseThrow(() -> new IllegalArgumentException(golden.toString()));
    };
  }

  /** Batch normalisation, in training and in inference. */
  public static Stream<GoldenCase> batchNorms() {
    return Golden.layers("batch_norm2d");
  }

  /** Rows of images: all axes but the last one of a layer normalisation count them. */
  public static int images(GoldenCase golden) {
    GoldenArray x = golden.input("x");
    return golden.op().equals("layer_norm") ? x.count() * x.size(1) : x.count();
  }

  /** One image of a normalisation within images. */
  public static Shape image(GoldenCase golden) {
    GoldenArray x = golden.input("x");
    return golden.op().equals("layer_norm") ? Shape.of(x.size(2)) : x.image();
  }

  /** Running statistics after one training step. */
  public static Stream<GoldenCase> runningStatistics() {
    return Golden.layers("batch_norm2d_running");
  }

  public static Stream<GoldenCase> losses() {
    return Golden.layers("softmax_cross_entropy");
  }

  public static Layer layer(GoldenCase golden) {
    return switch (golden.op()) {
      case "conv2d" ->
          new Conv2d(
              golden.input("weight").size(0), window(golden), golden.attribute("groups"), true);
      case "dense" -> new Dense(golden.input("weight").size(0), true);
      case "max_pool2d" -> new MaxPool2d(window(golden), flag(golden, "ceil"));
      case "avg_pool2d" ->
          new AvgPool2d(window(golden), flag(golden, "ceil"), flag(golden, "count"));
      case "global_max_pool2d" -> new GlobalMaxPool2d();
      case "global_avg_pool2d" -> new GlobalAvgPool2d();
      case "activation" -> activation(golden);
      case "layer_norm" -> new LayerNorm();
      case "layer_norm2d" -> new LayerNorm2d(number(golden, "epsilon"));
      case "group_norm" -> new GroupNorm(golden.attribute("groups"));
      case "add" -> new Add();
      case "multiply" -> new Multiply();
      case "channel_affine" -> new ChannelAffine(golden.name().equals("with bias"));
      case "channel_shuffle" -> new ChannelShuffle(golden.attribute("groups"));
      case "channel_slice" -> new ChannelSlice(golden.attribute("from"), golden.attribute("to"));
      case "local_response_norm" ->
          new LocalResponseNorm(
              golden.attribute("size"),
              number(golden, "alpha"),
              number(golden, "beta"),
              number(golden, "k"));
      case "resize2d" ->
          new Resize2d(
              golden.attribute("height"), golden.attribute("width"), flag(golden, "corners"));
      case "conv_transpose2d" -> transposed(golden);
      case "prelu" -> new PRelu(flag(golden, "shared"));
      default -> throw new IllegalArgumentException(golden.toString());
    };
  }

  /** The window of a convolution or pooling. */
  private static Window window(GoldenCase golden) {
    boolean conv = golden.op().equals("conv2d");
    if (golden.attributes().get("padding").isArray()) {
      return poolWindow(golden);
    }
    return Window.square(
        conv ? golden.input("weight").size(2) : golden.attribute("kernel"),
        golden.attribute("stride"),
        golden.attribute("padding"),
        conv ? golden.attribute("dilation") : 1);
  }

  /** With its padding in the order top, left, bottom, right. */
  private static Window poolWindow(GoldenCase golden) {
    int kernel = golden.attribute("kernel");
    int stride = golden.attribute("stride");
    int dilation = golden.attribute("dilation");
    int[] padding =
        golden.attributes().get("padding").valueStream().mapToInt(JsonNode::asInt).toArray();
    return new Window(
        kernel,
        kernel,
        stride,
        stride,
        padding[0],
        padding[1],
        padding[2],
        padding[3],
        dilation,
        dilation);
  }

  private static Layer transposed(GoldenCase golden) {
    int extra = golden.attribute("outputPadding");
    int groups = golden.attribute("groups");
    Window window =
        Window.square(
            golden.input("weight").size(2),
            golden.attribute("stride"),
            golden.attribute("padding"),
            golden.attribute("dilation"));
    return new ConvTranspose2d(
        golden.input("weight").size(1) * groups, window, extra, extra, groups, true);
  }

  private static float number(GoldenCase golden, String name) {
    return (float) golden.attributes().get(name).asDouble();
  }

  private static boolean flag(GoldenCase golden, String name) {
    return golden.attributes().has(name) && golden.attributes().get(name).asBoolean();
  }
}
