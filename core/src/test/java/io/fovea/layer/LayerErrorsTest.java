package io.fovea.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fovea.tensor.Shape;
import io.fovea.tensor.Window;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a layer says to facts and inputs that it cannot take. */
class LayerErrorsTest {
  private static final Window PLAIN = Window.square(3, 1, 1, 1);
  private static final Shape MAPS = Shape.of(4, 6, 5);
  private static final Shape ROW = Shape.of(7);

  private static Arguments row(String message, ThrowingCallable making) {
    return Arguments.of(message, making);
  }

  private static Shape output(Layer layer, Shape... inputs) {
    return layer.output(List.of(inputs));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource({"facts", "numbers", "inputs", "joins"})
  void call_wrong_isRefused(String message, ThrowingCallable call) {
    assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
  }

  static Stream<Arguments> facts() {
    String filters =
        ": filters and groups must be at least 1 and filters a multiple of groups, got ";
    String slice = "channel_slice: expects channels from 0 up and at least one, got from ";
    String size = "local_response_norm: size must be a whole number from 1 to 32767, got ";
    String side = "zero_pad2d: every side must be from 0 to 32767, got top ";
    String factor = "upsample2d: factor must be a whole number from 1 to 32767, got ";
    return Stream.of(
        row("conv2d" + filters + "0 filters in 1 groups", () -> new Conv2d(0, PLAIN, 1, true)),
        row("conv2d" + filters + "4 filters in 0 groups", () -> new Conv2d(4, PLAIN, 0, true)),
        row("conv2d" + filters + "4 filters in 3 groups", () -> new Conv2d(4, PLAIN, 3, true)),
        row(
            "conv_transpose2d" + filters + "4 filters in 3 groups",
            () -> new ConvTranspose2d(4, PLAIN, 0, 0, 3, true)),
        row(
            "conv_transpose2d: output padding must be from 0 to below the stride, got 2x0 for 3x3 stride 2 padding 1",
            () -> new ConvTranspose2d(4, Window.square(3, 2, 1, 1), 2, 0, 1, true)),
        row("channel_shuffle: groups must be at least 1, got 0", () -> new ChannelShuffle(0)),
        row(slice + "-1 to 2", () -> new ChannelSlice(-1, 2)),
        row(slice + "2 to 2", () -> new ChannelSlice(2, 2)),
        row(size + "0", () -> new LocalResponseNorm(0)),
        row(size + "32768", () -> new LocalResponseNorm(32_768)),
        row(
            "max_pool2d: padding must be less than the kernel, got 3x3 padding 3",
            () -> new MaxPool2d(Window.square(3, 1, 3, 1))),
        row(
            "avg_pool2d: padding must be less than the kernel, got 2x2 stride 2 padding 0,0,0,2",
            () -> new AvgPool2d(new Window(2, 2, 2, 2, 0, 0, 0, 2, 1, 1))),
        row("dense: outputs must be at least 1, got 0", () -> new Dense(0, true)),
        row("group_norm: groups must be at least 1, got 0", () -> new GroupNorm(0)),
        row(side + "-1, left 0, bottom 0, right 0", () -> new ZeroPad2d(-1, 0, 0, 0)),
        row(side + "0, left 0, bottom 0, right 40000", () -> new ZeroPad2d(0, 0, 0, 40_000)),
        row(factor + "0", () -> new Upsample2d(0)),
        row(factor + "32768", () -> new Upsample2d(32_768)),
        row("resize2d: height and width must be at least 1, got 0x4", () -> new Resize2d(0, 4)),
        row("layer: has no parameter named weight", () -> Values.NONE.of("weight")));
  }

  /** Numbers out of range, or none. */
  static Stream<Arguments> numbers() {
    float nan = Float.NaN;
    float infinity = Float.POSITIVE_INFINITY;
    String finite = " must be a finite number ";
    String clip = "clip: min must be at most max, got min ";
    String rate = ": rate must be from 0 to below 1 (the share to drop), got ";
    String epsilon = ": epsilon must be a number above 0 (1e-5 is usual), got ";
    String momentum =
        "batch_norm2d: momentum must be from 0 to 1 (the batch's share of the running statistics), got ";
    return Stream.of(
        row("leaky_relu: slope" + finite + "(0.01 is usual), got NaN", () -> new LeakyRelu(nan)),
        row("elu: alpha" + finite + "(1 is usual), got Infinity", () -> new Elu(infinity)),
        row("selu: alpha" + finite + "(1.67326 is usual), got NaN", () -> new Selu(nan, 1)),
        row(
            "selu: gamma" + finite + "(1.0507 is usual), got Infinity",
            () -> new Selu(1, infinity)),
        row(
            "hard_sigmoid: alpha" + finite + "(1/6 is usual), got NaN",
            () -> new HardSigmoid(nan, 0.5f)),
        row(
            "hard_sigmoid: beta" + finite + "(0.5 is usual), got -Infinity",
            () -> new HardSigmoid(1, -infinity)),
        row(
            "local_response_norm: alpha" + finite + "(1e-4 is usual), got NaN",
            () -> new LocalResponseNorm(3, nan, 0.75f, 1)),
        row(
            "local_response_norm: beta" + finite + "(0.75 is usual), got Infinity",
            () -> new LocalResponseNorm(3, 1e-4f, infinity, 1)),
        row(
            "local_response_norm: k" + finite + "(1 is usual), got NaN",
            () -> new LocalResponseNorm(3, 1e-4f, 0.75f, nan)),
        row(clip + "1.0, max 0.5", () -> new Clip(1, 0.5f)),
        row(clip + "NaN, max 1.0", () -> new Clip(nan, 1)),
        row("dropout" + rate + "1.0", () -> new Dropout(1)),
        row("dropout" + rate + "-0.5", () -> new Dropout(-0.5f)),
        row("dropout" + rate + "NaN", () -> new Dropout(nan)),
        row("dropout2d" + rate + "1.0", () -> new Dropout2d(1)),
        row("dropout2d" + rate + "NaN", () -> new Dropout2d(nan)),
        row("group_norm" + epsilon + "0.0", () -> new GroupNorm(2, 0)),
        row("group_norm" + epsilon + "Infinity", () -> new GroupNorm(2, infinity)),
        row("layer_norm2d" + epsilon + "0.0", () -> new LayerNorm2d(0)),
        row("layer_norm" + epsilon + "NaN", () -> new LayerNorm(nan)),
        row("batch_norm2d" + epsilon + "0.0", () -> new BatchNorm2d(0, 0.1f)),
        row("batch_norm2d" + epsilon + "-1.0", () -> new BatchNorm2d(-1, 0.1f)),
        row("batch_norm2d" + epsilon + "NaN", () -> new BatchNorm2d(nan, 0.1f)),
        row("batch_norm2d" + epsilon + "Infinity", () -> new BatchNorm2d(infinity, 0.1f)),
        row(momentum + "-0.1", () -> new BatchNorm2d(1e-5f, -0.1f)),
        row(momentum + "1.1", () -> new BatchNorm2d(1e-5f, 1.1f)),
        row(momentum + "NaN", () -> new BatchNorm2d(1e-5f, nan)));
  }

  /** Inputs that one layer alone cannot take. */
  static Stream<Arguments> inputs() {
    String three = " expects channels that divide into 3 groups, got 4 (input 4x6x5)";
    String window =
        "_pool2d window 6x6 stride 6 does not fit into input 4x6x5; use a smaller window";
    String itself = ", whose distance from its mean is always 0; leave it out";
    String channels = " expects channels, got 120 flattened from maps; place it before flatten";
    String much = ", too much for one Java array; ";
    Shape flat = MAPS.flattened();
    Window six = Window.square(6, 6, 0, 1);
    return Stream.of(
        row("conv2d" + three, () -> output(new Conv2d(6, PLAIN, 3, true), MAPS)),
        row(
            "conv2d kernel 7x7 does not fit into input 4x6x5; use a smaller kernel or more padding",
            () -> output(new Conv2d(6, Window.square(7, 1, 0, 1), 1, true), MAPS)),
        row(
            "conv_transpose2d" + three,
            () -> output(new ConvTranspose2d(6, PLAIN, 0, 0, 3, true), MAPS)),
        row(
            "conv_transpose2d kernel 1x1 padding 3 leaves nothing of input 4x6x5; use less padding",
            () -> output(new ConvTranspose2d(6, Window.square(1, 1, 3, 1), 0, 0, 1, true), MAPS)),
        row(
            "conv_transpose2d makes 4x6x5 into 6x150002x120002" + much + "use a smaller stride",
            () ->
                output(
                    new ConvTranspose2d(6, Window.square(2, 30_000, 0, 1), 0, 0, 1, true), MAPS)),
        row("channel_shuffle" + three, () -> output(new ChannelShuffle(3), MAPS)),
        row(
            "channel_slice expects at least 5 channels, got 4 (input 4x6x5)",
            () -> output(new ChannelSlice(1, 5), MAPS)),
        row("channel_slice" + channels, () -> output(new ChannelSlice(1, 5), flat)),
        row("channel_affine" + channels, () -> output(new ChannelAffine(true), flat)),
        row("prelu" + channels, () -> output(new PRelu(), flat)),
        row("max" + window, () -> output(new MaxPool2d(six), MAPS)),
        row("avg" + window, () -> output(new AvgPool2d(six), MAPS)),
        row(
            "max_pool2d window 2x2 padding 1 dilation 2 on input 4x1x5 has windows that lie in the padding alone; use less padding or less dilation",
            () -> output(new MaxPool2d(Window.square(2, 1, 1, 2)), Shape.of(4, 1, 5))),
        row(
            "dense expects a row of features, got feature maps 4x6x5; put flatten before it",
            () -> output(new Dense(3, true), MAPS)),
        row("group_norm" + three, () -> output(new GroupNorm(3), MAPS)),
        row(
            "group_norm expects at least 2 values a group (channels/groups * height * width), got 1 (input 4x1x1 in 4 groups); use fewer groups",
            () -> output(new GroupNorm(4), Shape.of(4, 1, 1))),
        row(
            "layer_norm2d expects at least 2 channels, got 1 (input 1x4x3)" + itself,
            () -> output(new LayerNorm2d(), Shape.of(1, 4, 3))),
        row(
            "layer_norm expects at least 2 values an image, got 1 (input 1)" + itself,
            () -> output(new LayerNorm(), Shape.of(1))),
        row(
            "zero_pad2d makes 4x6x5 into 4x60006x60005" + much + "pad less",
            () -> output(new ZeroPad2d(30_000, 30_000, 30_000, 30_000), MAPS)),
        row(
            "upsample2d makes 4x6x5 into 4x180000x150000" + much + "use a smaller factor",
            () -> output(new Upsample2d(30_000), MAPS)),
        row(
            "resize2d makes 4x6x5 into 4x40000x40000" + much + "use a smaller size",
            () -> output(new Resize2d(40_000, 40_000), MAPS)));
  }

  /** Inputs that cannot be joined. */
  static Stream<Arguments> joins() {
    Shape wide = Shape.of(1 << 30, 1, 1);
    Shape taller = Shape.of(4, 6, 6);
    Shape flat = Shape.of(2, 3, 4).flattened();
    String match = "; match them with a 1x1 convolution, or give one number a channel";
    String shapes = " expects inputs of one shape, got ";
    String from = "[24, 24] flattened from different shapes; ";
    String concat = "concat expects maps of one height and width, or only rows of features, got ";
    return Stream.of(
        row("add expects at least 2 inputs, got 1", () -> output(new Add(), MAPS)),
        row("add" + shapes + "[4x6x5, 4x6x6]" + match, () -> output(new Add(), MAPS, taller)),
        row(
            "add" + shapes + from + "add before flatten",
            () -> output(new Add(), flat, Shape.of(4, 3, 2).flattened())),
        row("multiply expects 2 inputs, got 1", () -> output(new Multiply(), MAPS)),
        row("multiply expects 2 inputs, got 3", () -> output(new Multiply(), MAPS, MAPS, MAPS)),
        row(
            "multiply" + shapes + "[4x6x5, 1x6x5]" + match,
            () -> output(new Multiply(), MAPS, Shape.of(1, 6, 5))),
        row(
            "multiply" + shapes + from + "multiply before flatten",
            () -> output(new Multiply(), flat, Shape.of(24))),
        row("concat expects at least 2 inputs, got 1", () -> output(new Concat(), MAPS)),
        row(concat + "[4x6x5, 4x6x6]", () -> output(new Concat(), MAPS, taller)),
        row(concat + "[4x6x5, 7]", () -> output(new Concat(), MAPS, ROW)),
        row(
            "concat joins 2147483648 channels, too many to count; concat fewer",
            () -> output(new Concat(), wide, wide)));
  }

  static Stream<Layer> layersOfMaps() {
    return Stream.of(
        new Conv2d(6, PLAIN, 1, true),
        new LocalResponseNorm(3),
        new MaxPool2d(Window.square(2, 2, 0, 1)),
        new AvgPool2d(Window.square(2, 2, 0, 1)),
        new GlobalAvgPool2d(),
        new GlobalMaxPool2d(),
        new Dropout2d(0.5f),
        new BatchNorm2d(),
        new GroupNorm(1),
        new LayerNorm2d(),
        new ZeroPad2d(1, 1, 1, 1),
        new Upsample2d(2),
        new Resize2d(2, 2));
  }

  @ParameterizedTest
  @MethodSource("layersOfMaps")
  void output_aRow_isRefused(Layer layer) {
    assertThatThrownBy(() -> output(layer, ROW))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            layer.type()
                + " expects feature maps (C, H, W), got 7; place it before flatten and dense layers");
  }

  static Stream<Layer> layersOfOneInput() {
    return Stream.of(
            ActivationsTest.layers(),
            layersOfMaps(),
            Stream.of(new Dense(3, true), new Flatten(), new Dropout(0.5f), new LayerNorm()))
        .flatMap(layers -> layers);
  }

  @ParameterizedTest
  @MethodSource("layersOfOneInput")
  void output_twoInputs_isRefused(Layer layer) {
    assertThatThrownBy(() -> output(layer, MAPS, MAPS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(layer.type() + " expects 1 input, got 2; join them with add or concat first");
  }

  @Test
  void factsAndInputs_atTheirBounds_areAccepted() {
    assertThat(output(new Conv2d(2, new Window(6, 5, 3, 3, 0, 0, 0, 0, 1, 1), 2, false), MAPS))
        .as("a kernel as large as the padded map")
        .isEqualTo(Shape.of(2, 1, 1));
    assertThat(output(new ConvTranspose2d(6, Window.square(2, 2, 0, 1), 1, 0, 1, true), MAPS))
        .isEqualTo(Shape.of(6, 13, 10));
    for (Layer layer :
        List.of(
            new LocalResponseNorm(1),
            new LocalResponseNorm(32_767),
            new Clip(0.5f, 0.5f),
            new BatchNorm2d(1e-5f, 0),
            new BatchNorm2d(1e-5f, 1))) {
      assertThat(output(layer, MAPS)).isEqualTo(MAPS);
    }
    assertThat(output(new MaxPool2d(Window.square(6, 1, 5, 1)), MAPS))
        .isEqualTo(Shape.of(4, 11, 10));
    assertThat(output(new MaxPool2d(new Window(6, 5, 1, 1, 0, 0, 0, 0, 1, 1)), MAPS))
        .isEqualTo(Shape.of(4, 1, 1));
    assertThat(output(new PRelu(true), MAPS.flattened())).isEqualTo(MAPS.flattened());
    assertThat(output(new Add(), MAPS, MAPS, MAPS)).isEqualTo(MAPS);
    assertThat(output(new Add(), Shape.of(4), MAPS, Shape.of(4, 1, 1))).isEqualTo(MAPS);
    assertThat(output(new Add(), Shape.of(4), Shape.of(4, 1, 1))).isEqualTo(Shape.of(4, 1, 1));
    assertThat(output(new Multiply(), MAPS, Shape.of(4))).isEqualTo(MAPS);
    assertThat(output(new Multiply(), ROW, ROW)).isEqualTo(ROW);
    assertThat(output(new Concat(), MAPS, Shape.of(1, 6, 5))).isEqualTo(Shape.of(5, 6, 5));
    assertThat(output(new Concat(), ROW, Shape.of(3))).isEqualTo(Shape.of(10));
  }
}
