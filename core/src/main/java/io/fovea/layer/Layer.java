package io.fovea.layer;

import io.fovea.layer.context.NodeContext;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import java.util.List;
import java.util.Map;

/**
 * One operation of a network: a record of facts with no arrays and no mutable state, so threads
 * share it freely. It does not know its neighbours. Weights are passed in ({@link Values});
 * everything that changes during a run belongs to a {@link LayerContext}.
 *
 * <p>Forward and backward stand next to each other in each layer: {@link #forward} returns a {@link
 * Step} whose backward pass is a named method that takes exactly what forward has kept.
 *
 * <p>Do not switch over the subtypes outside this library: layers are added. Your own layers
 * implement {@link Custom}.
 */
public sealed interface Layer
    permits ActivationLayer,
        Add,
        AvgPool2d,
        BatchNorm2d,
        ChannelAffine,
        ChannelShuffle,
        ChannelSlice,
        Concat,
        Conv2d,
        ConvTranspose2d,
        Dense,
        Dropout,
        Dropout2d,
        Flatten,
        GlobalAvgPool2d,
        GlobalMaxPool2d,
        GroupNorm,
        Layer.Custom,
        LayerNorm,
        LayerNorm2d,
        LocalResponseNorm,
        MaxPool2d,
        Multiply,
        PRelu,
        Resize2d,
        Softmax,
        Upsample2d,
        ZeroPad2d {

  /** The kind of layer as files and messages call it, such as "conv2d". */
  default String type() {
    return switch (this) {
      case Add _ -> "add";
      case AvgPool2d _ -> "avg_pool2d";
      case BatchNorm2d _ -> "batch_norm2d";
      case ChannelAffine _ -> "channel_affine";
      case ChannelShuffle _ -> "channel_shuffle";
      case ChannelSlice _ -> "channel_slice";
      case Concat _ -> "concat";
      case Conv2d _ -> "conv2d";
      case ConvTranspose2d _ -> "conv_transpose2d";
      case Dense _ -> "dense";
      case Dropout _ -> "dropout";
      case Dropout2d _ -> "dropout2d";
      case Flatten _ -> "flatten";
      case GlobalAvgPool2d _ -> "global_avg_pool2d";
      case GlobalMaxPool2d _ -> "global_max_pool2d";
      case GroupNorm _ -> "group_norm";
      case LayerNorm _ -> "layer_norm";
      case LayerNorm2d _ -> "layer_norm2d";
      case LocalResponseNorm _ -> "local_response_norm";
      case MaxPool2d _ -> "max_pool2d";
      case Multiply _ -> "multiply";
      case PRelu _ -> "prelu";
      case Resize2d _ -> "resize2d";
      case Softmax _ -> "softmax";
      case Upsample2d _ -> "upsample2d";
      case ZeroPad2d _ -> "zero_pad2d";
      // These two have their own.
      case ActivationLayer activation -> activation.type();
      case Custom custom -> custom.type();
    };
  }

  /**
   * The shape of one image's output.
   *
   * @param inputs the shapes of the inputs, in order
   * @throws IllegalArgumentException if the layer cannot take them; the message says what was
   *     expected and what was given
   */
  Shape output(List<Shape> inputs);

  /**
   * The trainable parameters and the buffers, for inputs of shapes that {@link #output} has
   * accepted.
   */
  default List<Parameter> parameters(List<Shape> inputs) {
    return List.of();
  }

  /** Multiply-adds for one image, for {@code summary}. */
  default long multiplyAdds(List<Shape> inputs) {
    return 0;
  }

  /**
   * Computes the output. The result and everything it keeps belong to the context and are valid
   * until its next forward pass.
   *
   * @param inputs one tensor an input, all with the same number of images
   * @param weights this layer's own parameters
   * @param context this node's buffers for outputs, gradients and temporary values
   */
  default Step forward(List<Tensor> inputs, Values weights, LayerContext context) {
    // The library's layers see the whole node: what is fused into them, and whose memory is free.
    NodeContext node = (NodeContext) context;
    Tensor x = inputs.getFirst();
    return switch (this) {
      case Add add -> add.forward(inputs, node);
      case AvgPool2d pool -> pool.forward(x, node);
      case BatchNorm2d norm -> norm.forward(x, weights, node);
      case ChannelAffine affine -> affine.forward(x, weights, node);
      case ChannelShuffle shuffle -> shuffle.forward(x, node);
      case ChannelSlice slice -> slice.forward(x, node);
      case Concat concat -> concat.forward(inputs, node);
      case Conv2d conv -> conv.forward(x, weights, node);
      case ConvTranspose2d conv -> conv.forward(x, weights, node);
      case Dense dense -> dense.forward(x, weights, node);
      case Dropout dropout -> dropout.forward(x, node);
      case Dropout2d dropout -> dropout.forward(x, node);
      case Flatten flatten -> flatten.forward(x, node);
      case GlobalAvgPool2d pool -> pool.forward(x, node);
      case GlobalMaxPool2d pool -> pool.forward(x, node);
      case GroupNorm norm -> norm.forward(x, weights, node);
      case LayerNorm norm -> norm.forward(x, weights, node);
      case LayerNorm2d norm -> norm.forward(x, weights, node);
      case LocalResponseNorm norm -> norm.forward(x, node);
      case MaxPool2d pool -> pool.forward(x, node);
      case Multiply multiply -> multiply.forward(inputs, node);
      case PRelu prelu -> prelu.forward(x, weights, node);
      case Relu relu -> relu.forward(x, node);
      case Resize2d resize -> resize.forward(x, node);
      case Softmax softmax -> softmax.forward(x, node);
      case Upsample2d up -> up.forward(x, node);
      case ZeroPad2d pad -> pad.forward(x, node);
      case ActivationLayer activation -> Elementwise.forward(activation, x, node);
      case Custom custom -> custom.forward(inputs, weights, context);
    };
  }

  /**
   * A user-defined layer. Its parameters are stored in logical, row-major order. Files contain
   * {@link #type()} and {@link #attributes()}, never class names; to read it back, register the
   * type where you load the file.
   */
  non-sealed interface Custom extends Layer {
    @Override
    String type();

    @Override
    Step forward(List<Tensor> inputs, Values weights, LayerContext context);

    /** The attributes that files contain: strings, numbers, booleans. By default none. */
    default Map<String, Object> attributes() {
      return Map.of();
    }
  }
}
