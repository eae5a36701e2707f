package io.fovea.layer;

import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import java.util.List;
import java.util.Map;

/**
 * One operation of a network: a record of facts with no arrays and no mutable state, so threads
 * share it freely. It knows none of its neighbours. Weights come from outside ({@link Values}),
 * everything that changes during a run lives in a {@link LayerContext}.
 *
 * <p>Forward and backward stand next to each other in each layer: {@link #forward} returns a {@link
 * Step} whose way back is a named method that takes exactly what forward remembered.
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
        LocalResponseNorm,
        MaxPool2d,
        Multiply,
        PRelu,
        Resize2d,
        Softmax,
        Upsample2d,
        ZeroPad2d {

  /** The kind of layer as files and messages call it, such as "conv2d". */
  String type();

  /**
   * The shape of one image's output.
   *
   * @param inputs the shapes of the inputs, in order
   * @throws IllegalArgumentException if the layer cannot take them; the message says what it got
   *     and expected
   */
  Shape output(List<Shape> inputs);

  /**
   * The trainable parameters and the buffers for inputs of these shapes, which {@link #output} has
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
   * Computes the output. The result and everything it remembers belong to the context and are valid
   * until its next forward pass.
   *
   * @param inputs one tensor an input, all with the same number of images
   * @param weights this layer's own parameters
   * @param context this node's place for outputs, gradients and scratch
   */
  Step forward(List<Tensor> inputs, Values weights, LayerContext context);

  /**
   * A layer of your own. Its parameters are stored in logical, row-major order. Files keep {@link
   * #type()} and {@link #attributes()}, never class names; to read it back, register the type where
   * you load the file.
   */
  non-sealed interface Custom extends Layer {
    /** The facts to write to files: strings, numbers, booleans. */
    Map<String, Object> attributes();
  }
}
