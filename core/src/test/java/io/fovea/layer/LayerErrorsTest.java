package io.fovea.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fovea.kernel.KernelSet;
import io.fovea.loss.SoftmaxCrossEntropy;
import io.fovea.network.execution.Workspace;
import io.fovea.network.execution.WorkspaceNode;
import io.fovea.parallel.Workers;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Window;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** What a layer says to facts and inputs that it cannot take. */
class LayerErrorsTest {
  private static final Window PLAIN = Window.square(3, 1, 1, 1);
  private static final Shape MAPS = Shape.of(4, 6, 5);
  private static final Shape ROW = Shape.of(7);

  private static void assertRefused(ThrowingCallable making, String message) {
    assertThatThrownBy(making).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
  }

  private static Shape output(Layer layer, Shape... inputs) {
    return layer.output(List.of(inputs));
  }

  @Test
  void conv2d_badFacts_isRefused() {
    String message =
        "conv2d: filters and groups must be at least 1 and filters a multiple of groups, got ";
    assertRefused(() -> new Conv2d(0, PLAIN, 1, true), message + "0 filters in 1 groups");
    assertRefused(() -> new Conv2d(4, PLAIN, 0, true), message + "4 filters in 0 groups");
    assertRefused(() -> new Conv2d(4, PLAIN, 3, true), message + "4 filters in 3 groups");
  }

  @Test
  void conv2d_badInput_isRefused() {
    assertRefused(
        () -> output(new Conv2d(6, PLAIN, 3, true), MAPS),
        "conv2d expects channels that divide into 3 groups, got 4 (input 4x6x5)");
    assertRefused(
        () -> output(new Conv2d(6, Window.square(7, 1, 0, 1), 1, true), MAPS),
        "conv2d kernel 7x7 does not fit into input 4x6x5; use a smaller kernel or more padding");
    assertRefused(
        () -> output(new Conv2d(6, PLAIN, 1, true), ROW),
        "conv2d expects feature maps (C, H, W), got 7; place it before flatten and dense layers");
    assertRefused(
        () -> output(new Conv2d(6, PLAIN, 1, true), MAPS, MAPS),
        "conv2d expects 1 input, got 2; join them with add or concat first");
  }

  @Test
  void conv2d_kernelAsLargeAsThePaddedMap_fits() {
    assertThat(output(new Conv2d(2, new Window(6, 5, 3, 3, 0, 0, 0, 0, 1, 1), 2, false), MAPS))
        .isEqualTo(Shape.of(2, 1, 1));
  }

  @Test
  void convTranspose2d_badFactsOrInput_isRefused() {
    String message =
        "conv_transpose2d: filters and groups must be at least 1 and filters a multiple of groups, got ";
    assertRefused(
        () -> new ConvTranspose2d(4, PLAIN, 0, 0, 3, true), message + "4 filters in 3 groups");
    assertRefused(
        () -> new ConvTranspose2d(4, Window.square(3, 2, 1, 1), 2, 0, 1, true),
        "conv_transpose2d: output padding must be from 0 to below the stride, got 2x0 for 3x3 stride 2 padding 1");
    assertRefused(
        () -> output(new ConvTranspose2d(6, PLAIN, 0, 0, 3, true), MAPS),
        "conv_transpose2d expects channels that divide into 3 groups, got 4 (input 4x6x5)");
    assertRefused(
        () -> output(new ConvTranspose2d(6, Window.square(1, 1, 3, 1), 0, 0, 1, true), MAPS),
        "conv_transpose2d kernel 1x1 padding 3 leaves nothing of input 4x6x5; use less padding");
    assertRefused(
        () -> output(new ConvTranspose2d(6, Window.square(2, 30_000, 0, 1), 0, 0, 1, true), MAPS),
        "conv_transpose2d makes 4x6x5 into 6x150002x120002, too much for one Java array; use a smaller stride");
    assertThat(output(new ConvTranspose2d(6, Window.square(2, 2, 0, 1), 1, 0, 1, true), MAPS))
        .isEqualTo(Shape.of(6, 13, 10));
  }

  @Test
  void channelLayers_badFactsOrInput_areRefused() {
    assertRefused(() -> new ChannelShuffle(0), "channel_shuffle: groups must be at least 1, got 0");
    assertRefused(
        () -> output(new ChannelShuffle(3), MAPS),
        "channel_shuffle expects channels that divide into 3 groups, got 4 (input 4x6x5)");
    String message = "channel_slice: expects channels from 0 up and at least one, got from ";
    assertRefused(() -> new ChannelSlice(-1, 2), message + "-1 to 2");
    assertRefused(() -> new ChannelSlice(2, 2), message + "2 to 2");
    assertRefused(
        () -> output(new ChannelSlice(1, 5), MAPS),
        "channel_slice expects at least 5 channels, got 4 (input 4x6x5)");
    assertRefused(
        () -> output(new ChannelSlice(1, 5), MAPS.flattened()),
        "channel_slice expects channels, got 120 flattened from maps; place it before flatten");
  }

  @Test
  void localResponseNorm_badFacts_isRefused() {
    String message = "local_response_norm: size must be a whole number from 1 to 32767, got ";
    assertRefused(() -> new LocalResponseNorm(0), message + "0");
    assertRefused(
        () -> new LocalResponseNorm(3, Float.NaN, 0.75f, 1),
        "local_response_norm: alpha must be a finite number (1e-4 is usual), got NaN");
    assertRefused(
        () -> new LocalResponseNorm(3, 1e-4f, Float.POSITIVE_INFINITY, 1),
        "local_response_norm: beta must be a finite number (0.75 is usual), got Infinity");
    assertRefused(
        () -> new LocalResponseNorm(3, 1e-4f, 0.75f, Float.NaN),
        "local_response_norm: k must be a finite number (1 is usual), got NaN");
    assertRefused(() -> new LocalResponseNorm(32_768), message + "32768");
    assertRefused(
        () -> output(new LocalResponseNorm(3), ROW),
        "local_response_norm expects feature maps (C, H, W), got 7; place it before flatten and dense layers");
  }

  @Test
  void activations_factsThatAreNoNumbers_areRefused() {
    assertRefused(
        () -> new Selu(Float.NaN, 1),
        "selu: alpha must be a finite number (1.67326 is usual), got NaN");
    assertRefused(
        () -> new Selu(1, Float.POSITIVE_INFINITY),
        "selu: gamma must be a finite number (1.0507 is usual), got Infinity");
    assertRefused(
        () -> new HardSigmoid(Float.NaN, 0.5f),
        "hard_sigmoid: alpha must be a finite number (1/6 is usual), got NaN");
    assertRefused(
        () -> new HardSigmoid(1, Float.NEGATIVE_INFINITY),
        "hard_sigmoid: beta must be a finite number (0.5 is usual), got -Infinity");
    assertRefused(() -> new Clip(1, 0.5f), "clip: min must be at most max, got min 1.0, max 0.5");
    assertRefused(
        () -> new Clip(Float.NaN, 1), "clip: min must be at most max, got min NaN, max 1.0");
  }

  @Test
  void facts_atTheirBounds_areAccepted() {
    assertThat(output(new LocalResponseNorm(1), MAPS)).isEqualTo(MAPS);
    assertThat(output(new LocalResponseNorm(32_767), MAPS)).isEqualTo(MAPS);
    assertThat(output(new Clip(0.5f, 0.5f), MAPS)).isEqualTo(MAPS);
    assertThat(output(new BatchNorm2d(1e-5f, 0), MAPS)).isEqualTo(MAPS);
    assertThat(output(new BatchNorm2d(1e-5f, 1), MAPS)).isEqualTo(MAPS);
    assertThat(output(new MaxPool2d(Window.square(6, 1, 5, 1)), MAPS))
        .isEqualTo(Shape.of(4, 11, 10));
    assertThat(output(new MaxPool2d(new Window(6, 5, 1, 1, 0, 0, 0, 0, 1, 1)), MAPS))
        .isEqualTo(Shape.of(4, 1, 1));
  }

  @Test
  void pools_badFacts_isRefused() {
    assertRefused(
        () -> new MaxPool2d(Window.square(3, 1, 3, 1)),
        "max_pool2d: padding must be less than the kernel, got 3x3 padding 3");
    assertRefused(
        () -> new AvgPool2d(new Window(2, 2, 2, 2, 0, 0, 0, 2, 1, 1)),
        "avg_pool2d: padding must be less than the kernel, got 2x2 stride 2 padding 0,0,0,2");
  }

  @Test
  void pools_badInput_isRefused() {
    assertRefused(
        () -> output(new MaxPool2d(Window.square(6, 6, 0, 1)), MAPS),
        "max_pool2d window 6x6 stride 6 does not fit into input 4x6x5; use a smaller window");
    assertRefused(
        () -> output(new AvgPool2d(Window.square(6, 6, 0, 1)), MAPS),
        "avg_pool2d window 6x6 stride 6 does not fit into input 4x6x5; use a smaller window");
    assertRefused(
        () -> output(new MaxPool2d(Window.square(2, 1, 1, 2)), Shape.of(4, 1, 5)),
        "max_pool2d window 2x2 padding 1 dilation 2 on input 4x1x5 has windows that lie in the padding alone; use less padding or less dilation");
    String message =
        " expects feature maps (C, H, W), got 7; place it before flatten and dense layers";
    assertRefused(
        () -> output(new MaxPool2d(Window.square(2, 2, 0, 1)), ROW), "max_pool2d" + message);
    assertRefused(
        () -> output(new AvgPool2d(Window.square(2, 2, 0, 1)), ROW), "avg_pool2d" + message);
    assertRefused(() -> output(new GlobalAvgPool2d(), ROW), "global_avg_pool2d" + message);
    assertRefused(() -> output(new GlobalMaxPool2d(), ROW), "global_max_pool2d" + message);
  }

  @Test
  void dense_badFactsOrInput_isRefused() {
    assertRefused(() -> new Dense(0, true), "dense: outputs must be at least 1, got 0");
    assertRefused(
        () -> output(new Dense(3, true), MAPS),
        "dense expects a row of features, got feature maps 4x6x5; put flatten before it");
    assertRefused(
        () -> output(new Dense(3, true), ROW, ROW),
        "dense expects 1 input, got 2; join them with add or concat first");
  }

  @Test
  void elementwise_twoInputs_isRefused() {
    String message = " expects 1 input, got 2; join them with add or concat first";
    assertRefused(() -> output(new Relu(), ROW, ROW), "relu" + message);
    assertRefused(() -> output(new Flatten(), MAPS, MAPS), "flatten" + message);
    assertRefused(() -> output(new Dropout(0.5f), ROW, ROW), "dropout" + message);
  }

  @Test
  void dropout_badRate_isRefused() {
    String message = "dropout: rate must be from 0 to below 1 (the share to drop), got ";
    assertRefused(() -> new Dropout(1), message + "1.0");
    assertRefused(() -> new Dropout(-0.5f), message + "-0.5");
    assertRefused(() -> new Dropout(Float.NaN), message + "NaN");
  }

  @Test
  void dropout2d_badFactsOrInput_isRefused() {
    String message = "dropout2d: rate must be from 0 to below 1 (the share to drop), got ";
    assertRefused(() -> new Dropout2d(1), message + "1.0");
    assertRefused(() -> new Dropout2d(Float.NaN), message + "NaN");
    assertRefused(
        () -> output(new Dropout2d(0.5f), ROW),
        "dropout2d expects feature maps (C, H, W), got 7; place it before flatten and dense layers");
  }

  @Test
  void groupNorm_badFactsOrInput_isRefused() {
    assertRefused(() -> new GroupNorm(0), "group_norm: groups must be at least 1, got 0");
    String epsilon = "group_norm: epsilon must be a number above 0 (1e-5 is usual), got ";
    assertRefused(() -> new GroupNorm(2, 0), epsilon + "0.0");
    assertRefused(() -> new GroupNorm(2, Float.POSITIVE_INFINITY), epsilon + "Infinity");
    assertRefused(
        () -> output(new GroupNorm(3), MAPS),
        "group_norm expects channels that divide into 3 groups, got 4 (input 4x6x5)");
    assertRefused(
        () -> output(new GroupNorm(4), Shape.of(4, 1, 1)),
        "group_norm expects at least 2 values a group (channels/groups * height * width), got 1 (input 4x1x1 in 4 groups); use fewer groups");
    assertRefused(
        () -> output(new GroupNorm(1), ROW),
        "group_norm expects feature maps (C, H, W), got 7; place it before flatten and dense layers");
  }

  @Test
  void layerNorm2d_badFactsOrInput_isRefused() {
    assertRefused(
        () -> new LayerNorm2d(0),
        "layer_norm2d: epsilon must be a number above 0 (1e-5 is usual), got 0.0");
    assertRefused(
        () -> output(new LayerNorm2d(), Shape.of(1, 4, 3)),
        "layer_norm2d expects at least 2 channels, got 1 (input 1x4x3), whose distance from its mean is always 0; leave it out");
    assertRefused(
        () -> output(new LayerNorm2d(), ROW),
        "layer_norm2d expects feature maps (C, H, W), got 7; place it before flatten and dense layers");
  }

  @Test
  void layerNorm_badFactsOrInput_isRefused() {
    assertRefused(
        () -> new LayerNorm(Float.NaN),
        "layer_norm: epsilon must be a number above 0 (1e-5 is usual), got NaN");
    assertRefused(
        () -> output(new LayerNorm(), Shape.of(1)),
        "layer_norm expects at least 2 values an image, got 1 (input 1), whose distance from its mean is always 0; leave it out");
    assertRefused(
        () -> output(new LayerNorm(), ROW, ROW),
        "layer_norm expects 1 input, got 2; join them with add or concat first");
  }

  @Test
  void zeroPad2d_badFactsOrInput_isRefused() {
    String message = "zero_pad2d: every side must be from 0 to 32767, got top ";
    assertRefused(() -> new ZeroPad2d(-1, 0, 0, 0), message + "-1, left 0, bottom 0, right 0");
    assertRefused(
        () -> new ZeroPad2d(0, 0, 0, 40_000), message + "0, left 0, bottom 0, right 40000");
    assertRefused(
        () -> output(new ZeroPad2d(1, 1, 1, 1), ROW),
        "zero_pad2d expects feature maps (C, H, W), got 7; place it before flatten and dense layers");
    assertRefused(
        () -> output(new ZeroPad2d(30_000, 30_000, 30_000, 30_000), MAPS),
        "zero_pad2d makes 4x6x5 into 4x60006x60005, too much for one Java array; pad less");
  }

  @Test
  void upsample2d_badFactsOrInput_isRefused() {
    String message = "upsample2d: factor must be a whole number from 1 to 32767, got ";
    assertRefused(() -> new Upsample2d(0), message + "0");
    assertRefused(() -> new Upsample2d(32_768), message + "32768");
    assertRefused(
        () -> output(new Upsample2d(2), ROW),
        "upsample2d expects feature maps (C, H, W), got 7; place it before flatten and dense layers");
    assertRefused(
        () -> output(new Upsample2d(30_000), MAPS),
        "upsample2d makes 4x6x5 into 4x180000x150000, too much for one Java array; use a smaller factor");
  }

  @Test
  void resize2d_badFactsOrInput_isRefused() {
    assertRefused(
        () -> new Resize2d(0, 4), "resize2d: height and width must be at least 1, got 0x4");
    assertRefused(
        () -> output(new Resize2d(40_000, 40_000), MAPS),
        "resize2d makes 4x6x5 into 4x40000x40000, too much for one Java array; use a smaller size");
    assertRefused(
        () -> output(new Resize2d(2, 2), ROW),
        "resize2d expects feature maps (C, H, W), got 7; place it before flatten and dense layers");
  }

  @Test
  void add_badInputs_isRefused() {
    assertRefused(() -> output(new Add(), MAPS), "add expects at least 2 inputs, got 1");
    assertRefused(
        () -> output(new Add(), MAPS, Shape.of(4, 6, 6)),
        "add expects inputs of one shape, got [4x6x5, 4x6x6]; match them with a 1x1 convolution, or give one number a channel");
    assertRefused(
        () -> output(new Add(), Shape.of(2, 3, 4).flattened(), Shape.of(4, 3, 2).flattened()),
        "add expects inputs of one shape, got [24, 24] flattened from different shapes; add before flatten");
    assertThat(output(new Add(), MAPS, MAPS, MAPS)).isEqualTo(MAPS);
    assertThat(output(new Add(), Shape.of(4), MAPS, Shape.of(4, 1, 1))).isEqualTo(MAPS);
    assertThat(output(new Add(), Shape.of(4), Shape.of(4, 1, 1))).isEqualTo(Shape.of(4, 1, 1));
  }

  @Test
  void multiply_badInputs_isRefused() {
    assertRefused(() -> output(new Multiply(), MAPS), "multiply expects 2 inputs, got 1");
    assertRefused(
        () -> output(new Multiply(), MAPS, MAPS, MAPS), "multiply expects 2 inputs, got 3");
    assertRefused(
        () -> output(new Multiply(), MAPS, Shape.of(1, 6, 5)),
        "multiply expects inputs of one shape, got [4x6x5, 1x6x5]; match them with a 1x1 convolution, or give one number a channel");
    assertRefused(
        () -> output(new Multiply(), Shape.of(2, 3, 4).flattened(), Shape.of(24)),
        "multiply expects inputs of one shape, got [24, 24] flattened from different shapes; multiply before flatten");
    assertThat(output(new Multiply(), MAPS, Shape.of(4))).isEqualTo(MAPS);
    assertThat(output(new Multiply(), ROW, ROW)).isEqualTo(ROW);
  }

  @Test
  void layersOfChannels_flattenedMaps_areRefused() {
    Shape flat = MAPS.flattened();
    String message = " expects channels, got 120 flattened from maps; place it before flatten";
    assertRefused(() -> output(new ChannelAffine(true), flat), "channel_affine" + message);
    assertRefused(() -> output(new PRelu(), flat), "prelu" + message);
    assertThat(output(new PRelu(true), flat)).isEqualTo(flat);
  }

  @Test
  void concat_badInputs_isRefused() {
    assertRefused(() -> output(new Concat(), MAPS), "concat expects at least 2 inputs, got 1");
    String message = "concat expects maps of one height and width, or only rows of features, got ";
    assertRefused(() -> output(new Concat(), MAPS, Shape.of(4, 6, 6)), message + "[4x6x5, 4x6x6]");
    assertRefused(() -> output(new Concat(), MAPS, ROW), message + "[4x6x5, 7]");
    Shape wide = Shape.of(1 << 30, 1, 1);
    assertRefused(
        () -> output(new Concat(), wide, wide),
        "concat joins 2147483648 channels, too many to count; concat fewer");
    assertThat(output(new Concat(), MAPS, Shape.of(1, 6, 5))).isEqualTo(Shape.of(5, 6, 5));
    assertThat(output(new Concat(), ROW, Shape.of(3))).isEqualTo(Shape.of(10));
  }

  @Test
  void values_ofALayerWithoutParameters_isRefused() {
    assertRefused(() -> Values.NONE.of("weight"), "layer: has no parameter named weight");
  }

  @Test
  void gradient_beforeAnyBackward_isRefused() {
    try (Workers workers = Workers.of(1)) {
      WorkspaceNode node = Workspace.of(KernelSet.VECTOR, workers).node("conv1");
      assertThatThrownBy(() -> node.gradient("weight"))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("conv1: no gradient for weight yet; run a backward pass first");
    }
  }

  @Test
  void softmaxCrossEntropy_badSmoothing_isRefused() {
    String message = "loss: label smoothing must be from 0 to below 1, got ";
    assertRefused(() -> new SoftmaxCrossEntropy(1), message + "1.0");
    assertRefused(() -> new SoftmaxCrossEntropy(-0.1), message + "-0.1");
    assertRefused(() -> new SoftmaxCrossEntropy(Double.NaN), message + "NaN");
    assertThat(SoftmaxCrossEntropy.plain().name()).isEqualTo("softmax cross-entropy");
    assertThat(new SoftmaxCrossEntropy(0.1).name())
        .isEqualTo("softmax cross-entropy, label smoothing 0.1");
  }
}
