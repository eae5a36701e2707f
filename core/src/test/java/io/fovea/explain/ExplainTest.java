package io.fovea.explain;

import static io.fovea.explain.HeatMapTest.assertValues;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.fovea.dataset.Image;
import io.fovea.kernel.KernelSet;
import io.fovea.network.Graph;
import io.fovea.network.Initializer;
import io.fovea.network.Network;
import io.fovea.network.NetworkBuilder;
import io.fovea.network.Weights;
import io.fovea.network.Zoo;
import io.fovea.parallel.Workers;
import io.fovea.preprocessing.Preprocessing;
import io.fovea.tensor.Shape;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** With the numbers of docs/book/which-places-mattered.md. */
class ExplainTest {
  @AutoClose private static final Workers WORKERS = Workers.of(2);

  /** x = 0, 0.2, 0.4, 0.8. */
  private static final Image FOUR = Image.of(1, 2, 2, new byte[] {0, 51, 102, (byte) 204});

  private static Network network(Graph graph, Map<String, float[]> weights) {
    return Network.of(
        graph,
        Weights.of(graph, weights),
        Preprocessing.unit(1, Preprocessing.Background.MIXED),
        List.of("a", "b"));
  }

  private static Subject subject(Network network, Image image) {
    return Subject.of(network, image, WORKERS, KernelSet.fastest());
  }

  /** Two maps, x and 1 - 2x, and two classes; with or without a ReLU behind the maps. */
  private static Subject maps(boolean rectified) {
    NetworkBuilder start = Network.input(1, 2, 2).conv2d(2, 1);
    Graph graph = (rectified ? start.relu() : start).flatten().dense(2).graph();
    return subject(
        network(
            graph,
            Map.of(
                "conv1.weight",
                new float[] {1, -2},
                "conv1.bias",
                new float[] {0, 1},
                "dense1.weight",
                new float[] {1, 2, 3, 6, -1, 0, 1, -4, 0, 0, 0, -4, 2, 2, 2, 2},
                "dense1.bias",
                new float[] {0, 0})),
        FOUR);
  }

  @Test
  void gradCam_twoMaps_handComputed() {
    Subject subject = maps(false);
    // A = (0, 0.2, 0.4, 0.8) and (1, 0.6, 0.2, -0.6); class 0: a = 12/4 and -4/4
    assertValues(GradCam.of(subject, 0, "conv1"), 0, 0, 1, 3);
    // class 1: a = -4/4 and 8/4
    assertValues(GradCam.of(subject, 1, "conv1"), 2, 1, 0, 0);
  }

  @Test
  void gradCam_ofTheLayerAskedFor_takesItsOwnMapsAndGradients() {
    Subject subject = maps(true);
    assertValues(GradCam.of(subject, 0, "relu1"), 0, 0, 1, 2.4);
    // the ReLU lets no gradient through at x = 0 and at -0.6: a = 11/4 and 0
    assertValues(GradCam.of(subject, 0, "conv1"), 0, 0.55, 1.1, 2.2);
  }

  /** A convolution behind a global pooling sees one place: its map would colour everything. */
  @Test
  void lastMaps_ofOnePlace_arePassedOver() {
    Graph graph =
        Network.input(1, 8, 8)
            .conv2d(4, 3)
            .relu()
            .maxPool2d(6)
            .conv2d(8, 1)
            .flatten()
            .dense(2)
            .graph();
    assertThat(GradCam.lastMaps(graph)).contains("relu1");
    Graph up = Network.input(1, 4, 4).conv2d(2, 3).convTranspose2d(2, 3, 1).flatten().graph();
    assertThat(GradCam.lastMaps(up)).contains(up.nodes().get(up.nodes().size() - 2).name());
  }

  @Test
  void lastMaps_areThoseBehindTheActivation() {
    assertThat(GradCam.lastMaps(Zoo.TWO_LAYER_CNN.graph(Shape.of(1, 28, 28), 10)))
        .as("no activation follows")
        .hasValue("conv2");
    assertThat(GradCam.lastMaps(Zoo.POOLED.graph(Shape.of(1, 28, 28), 10))).hasValue("relu2");
    Graph resnet = Zoo.RESNET8.graph(Shape.of(3, 32, 32), 10);
    String last = GradCam.lastMaps(resnet).orElseThrow();
    assertThat(resnet.nodes().get(resnet.nodes().size() - 3).name())
        .as("the last block's result, in front of the mean and the dense layer")
        .isEqualTo(last);
    assertThat(GradCam.lastMaps(Zoo.MLP.graph(Shape.of(1, 28, 28), 10))).isEmpty();
  }

  @Test
  void gradCam_ofAResidualNetwork_reachesEveryLayerWithMaps() {
    Network network = Network.of(Zoo.RESNET8.graph(Shape.of(3, 8, 8), 4), Initializer.he(), 3);
    Subject subject = subject(network, Image.of(3, 2, 2, new byte[12]));
    for (FeatureMaps.Layer layer : FeatureMaps.of(subject)) {
      if (layer.value().shape().rank() == 3) {
        HeatMap map = GradCam.of(subject, 1, layer.node());
        assertThat(map.height()).isEqualTo(layer.value().shape().size(1));
        assertThat(map.largest()).isFinite();
      }
    }
  }

  @Test
  void featureMaps_leavesOutWhatOnlyHandsOn() {
    List<FeatureMaps.Layer> layers = FeatureMaps.of(maps(true));
    assertThat(layers)
        .extracting(FeatureMaps.Layer::node)
        .containsExactly("conv1", "relu1", "dense1");
    assertThat(layers.get(0).value().toArray())
        .containsExactly(new float[] {0, 0.2f, 0.4f, 0.8f, 1, 0.6f, 0.2f, -0.6f}, within(1e-6f));
    assertThat(layers.get(1).value().toArray())
        .containsExactly(new float[] {0, 0.2f, 0.4f, 0.8f, 1, 0.6f, 0.2f, 0}, within(1e-6f));
    assertThat(layers.get(2).type()).isEqualTo("dense");
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  /** The answer depends on the pixel in row 1, column 2 alone: z = (4x, 0). */
  private static Subject onePixel() {
    Graph graph = Network.input(1, 4, 4).flatten().dense(2).graph();
    float[] weight = new float[32];
    weight[6] = 4;
    byte[] white = new byte[16];
    java.util.Arrays.fill(white, (byte) 255);
    return subject(
        network(graph, Map.of("dense1.weight", weight, "dense1.bias", new float[2])),
        Image.of(1, 4, 4, white));
  }

  @Test
  void occlusion_ofAKnownPixel_dropsWhereThePatchCoversIt() {
    Subject subject = onePixel();
    double drop = sigmoid(4) - sigmoid(2); // grey halves the pixel
    double[] one = new double[16];
    one[6] = drop;
    assertValues(new Occlusion(1, 1).of(subject, 0), one);
    one[6] = -drop;
    assertValues(new Occlusion(1, 1).of(subject, 1), one);
    double[] four = new double[16];
    for (int place : new int[] {6, 7, 10, 11}) {
      four[place] = drop;
    }
    assertValues(new Occlusion(2, 1).of(subject, 0), four);
    assertValues(new Occlusion(2, 2).of(subject, 0), 0, drop, 0, 0);
    assertValues(new Occlusion(3, 3).of(subject, 0), drop, 0, 0, 0);
    assertValues(new Occlusion(1, 3).of(subject, 0), 0, 0, 0, 0);
    assertValues(new Occlusion(4, 4).of(subject, 0), drop);
  }

  @Test
  void occlusion_ofManyPlaces_goesThroughAllBatches() {
    Network network = Network.of(Zoo.MLP.graph(Shape.of(1, 28, 28), 10), Initializer.he(), 3);
    Subject subject = subject(network, Image.of(1, 28, 28, new byte[784]));
    HeatMap each = new Occlusion(4, 2).of(subject, 3);
    assertThat(each.height()).isEqualTo(14);
    assertThat(each.width()).isEqualTo(14);
    HeatMap coarse = new Occlusion(4, 4).of(subject, 3);
    assertThat(coarse.height()).isEqualTo(7);
  }

  @Test
  void suiting_picturesOfAnySize_isFromOnePixelUp() {
    assertThat(Occlusion.suiting(Shape.of(1, 28, 28))).isEqualTo(new Occlusion(4, 2));
    assertThat(Occlusion.suiting(Shape.of(3, 224, 300))).isEqualTo(new Occlusion(32, 16));
    assertThat(Occlusion.suiting(Shape.of(1, 4, 4))).isEqualTo(new Occlusion(1, 1));
  }

  private static void assertRefused(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable call, String message) {
    assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
  }

  @Test
  void badInputs_areRefused() {
    Subject subject = maps(false);
    assertRefused(
        () -> GradCam.of(subject, 2, "conv1"), "explain: expects a class from 0 to 1, got 2");
    assertRefused(
        () -> GradCam.of(subject, 0, "conv9"),
        "network: no node named \"conv9\"; there are [input, conv1, flatten1, dense1]");
    assertRefused(
        () -> GradCam.of(subject, 0, "dense1"),
        "Grad-CAM: expects a layer with maps, got dense1 with 2 numbers; layers with maps are [conv1]");
    assertRefused(
        () -> new Occlusion(0, 1),
        "occlusion: expects a patch and a stride from 1 pixel up, got 0 and 1");
    assertRefused(
        () -> new Occlusion(3, 1).of(subject, 0),
        "occlusion: a patch of 3 pixels is larger than the network's input 1x2x2; use a smaller patch");
    Network two =
        Network.of(Network.input(2, 4, 4).flatten().dense(2).graph(), Initializer.he(), 1);
    assertRefused(
        () -> subject(two, FOUR),
        "explain: expects a network of pictures with 1 or 3 channels, got one of inputs 2x4x4; only pictures can be looked at");
  }
}
