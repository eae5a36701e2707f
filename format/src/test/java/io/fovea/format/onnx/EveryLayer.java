package io.fovea.format.onnx;

import static io.fovea.network.ConvOption.groups;
import static io.fovea.network.ConvOption.noBias;
import static io.fovea.network.ConvOption.padding;
import static io.fovea.network.ConvOption.stride;

import io.fovea.format.EveryActivation;
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
import io.fovea.layer.GlobalMaxPool2d;
import io.fovea.layer.LocalResponseNorm;
import io.fovea.layer.MaxPool2d;
import io.fovea.layer.PRelu;
import io.fovea.layer.Resize2d;
import io.fovea.layer.ZeroPad2d;
import io.fovea.network.Graph;
import io.fovea.network.Initializer;
import io.fovea.network.Network;
import io.fovea.network.NetworkBuilder;
import io.fovea.tensor.Window;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;

/** Small networks that together have every built-in layer, with awkward sizes. */
final class EveryLayer {
  private EveryLayer() {}

  static Stream<Named<Network>> networks() {
    return Stream.of(
        Named.of("convolutions", made(convolutions())),
        Named.of("poolings", made(poolings())),
        Named.of("activations", made(activations())),
        Named.of("normalisations", made(normalisations())),
        Named.of("joins", made(joins())),
        Named.of("maps at the end", made(Network.input(3, 5, 4).conv2d(2, 1))),
        Named.of(
            "named output",
            made(Network.input(3, 1, 1).conv2d(4, 1).as("output").relu().flatten())));
  }

  private static Network made(NetworkBuilder layers) {
    return Logits.perturbed(layers.build(Initializer.he(), 3), 9);
  }

  private static NetworkBuilder convolutions() {
    return Network.input(4, 11, 9)
        .conv2d(6, 3, stride(2), padding(1), groups(2))
        .layer(new Conv2d(5, new Window(3, 2, 1, 2, 2, 0, 1, 1, 2, 1), 1, false))
        .depthwiseConv2d(3, padding(1), noBias())
        .layer(new ZeroPad2d(0, 1, 2, 1))
        .upsample2d(2)
        .layer(new Resize2d(13, 9, false))
        .layer(new Resize2d(7, 11, true))
        .layer(new LocalResponseNorm(3, 0.5f, 0.75f, 1.5f))
        .layer(new ConvTranspose2d(6, new Window(3, 2, 2, 1, 1, 0, 0, 1, 1, 2), 1, 0, 1, true))
        .layer(new ChannelShuffle(3))
        .layer(new ChannelSlice(1, 5))
        .layer(new ConvTranspose2d(4, Window.square(2, 2, 0, 1), 0, 0, 2, false))
        .conv2d(3, 3)
        .dropout2d(0.2)
        .flatten()
        .layer(new Dense(7, false))
        .dropout(0.5)
        .dense(4);
  }

  private static NetworkBuilder poolings() {
    return Network.input(3, 23, 21)
        .layer(new MaxPool2d(new Window(3, 2, 2, 2, 1, 0, 0, 1, 1, 1)))
        .layer(new MaxPool2d(Window.square(3, 2, 0, 1), true))
        .layer(new AvgPool2d(Window.square(2, 1, 1, 1), false, true))
        .layer(new AvgPool2d(Window.square(3, 1, 1, 1), false, false))
        .layer(new AvgPool2d(Window.square(2, 2, 0, 1), true, false))
        .as("pooled")
        .globalAvgPool2d()
        .as("mean")
        .from("pooled")
        .layer(new GlobalMaxPool2d())
        .concat("mean")
        .dense(5);
  }

  private static NetworkBuilder activations() {
    NetworkBuilder layers = Network.input(3, 6, 5);
    EveryActivation.usual()
        .filter(activation -> !(activation instanceof Clip)) // without bounds it is no operator
        .forEach(activation -> layers.conv2d(8, 1).layer(activation));
    return layers
        .conv2d(8, 1)
        .leakyRelu(0.3)
        .conv2d(8, 1)
        .layer(new Elu(0.7f))
        .conv2d(8, 1)
        .layer(new Gelu(true))
        .layer(new PRelu())
        .conv2d(8, 1)
        .layer(Clip.relu6())
        .conv2d(8, 1)
        .layer(new Clip(-0.5f, Float.POSITIVE_INFINITY))
        .layer(new PRelu(true))
        .conv2d(8, 1)
        .softmax()
        .flatten()
        .dense(6)
        .gelu()
        .layer(new PRelu())
        .softmax()
        .dense(4);
  }

  private static NetworkBuilder normalisations() {
    return Network.input(6, 5, 4)
        .batchNorm2d()
        .groupNorm(3)
        .groupNorm(6)
        .layerNorm()
        .layerNorm2d()
        .layer(new ChannelAffine(true))
        .relu()
        .layer(new ChannelAffine(false))
        .flatten()
        .layerNorm()
        .dense(5)
        .layer(new ChannelAffine(true))
        .dense(4);
  }

  private static NetworkBuilder joins() {
    return Network.input(4, 6, 6)
        .conv2d(4, 3, padding(1))
        .as("a")
        .add(Graph.INPUT)
        .add("a", Graph.INPUT)
        .concat("a")
        .as("joined")
        .globalAvgPool2d()
        .dense(2)
        .silu()
        .dense(8)
        .sigmoid()
        .as("gate")
        .from("joined")
        .multiply("gate")
        .add("gate")
        .multiply("joined")
        .conv2d(3, 3, stride(2))
        .flatten()
        .as("row")
        .from("a")
        .flatten()
        .concat("row")
        .dense(4);
  }
}
