package io.fovea.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fovea.dataset.Dataset;
import io.fovea.dataset.FewImages;
import io.fovea.dataset.Framing;
import io.fovea.kernel.KernelSet;
import io.fovea.preprocessing.Preprocessing;
import io.fovea.tensor.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;

class NetworkTest {
  private static Network network() {
    return Network.input(1, 4, 4).flatten().dense(2).build(Initializer.he(), 1);
  }

  @Test
  void of_fresh_hasUnitPreprocessingAndNumbersAsLabels() {
    Network network = network();
    assertThat(network.preprocessing().isUnit()).isTrue();
    assertThat(network.preprocessing().background()).isEqualTo(Preprocessing.Background.MIXED);
    assertThat(network.labels()).containsExactly("0", "1");
    assertThat(network.hasDefaultLabels()).isTrue();
  }

  @Test
  void of_otherNumberOfLabels_isRefused() {
    Network network = network();
    assertThatThrownBy(
            () ->
                Network.of(
                    network.graph(), network.weights(), network.preprocessing(), List.of("a")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("network: has 2 outputs, got 1 labels");
    assertThatThrownBy(
            () ->
                network.publish(network.weights(), network.preprocessing(), List.of("a", "b", "c")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("network: has 2 outputs, got 3 labels");
    assertThatThrownBy(
            () -> network.publish(network.weights(), network.preprocessing(), List.of("a", "a")))
        .hasMessage("network: expects different labels, got \"a\" twice; rename one");
  }

  @Test
  void of_otherChannels_isRefused() {
    Network network = network();
    Preprocessing colour = Preprocessing.unit(3, Preprocessing.Background.MIXED);
    assertThatThrownBy(() -> network.publish(network.weights(), colour, network.labels()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "network: input 1x4x4 has 1 channels, the preprocessing 3; give a mean and a deviation for each channel");
    Network swapped = Network.input(28, 28, 1).flatten().dense(2).build(Initializer.he(), 1);
    assertThatThrownBy(() -> swapped.publish(swapped.weights(), colour, swapped.labels()))
        .hasMessage(
            "network: input 28x28x1 has 28 channels, the preprocessing 3; give a mean and a deviation for each channel; shapes are channels, height, width: images of 28x28 are (1, 28, 28), got (28, 28, 1)");
  }

  @Test
  void publish_newParts_arePublishedTogether() {
    Network network = network();
    Weights weights = Weights.initial(network.graph(), Initializer.he(), 2);
    Preprocessing dark = Preprocessing.unit(1, Preprocessing.Background.DARK);
    network.publish(weights, dark, List.of("cat", "dog"));
    assertThat(network.weights()).isSameAs(weights);
    assertThat(network.preprocessing()).isEqualTo(dark);
    assertThat(network.labels()).containsExactly("cat", "dog");
    assertThat(network.hasDefaultLabels()).isFalse();
  }

  @Test
  void copy_publishedTo_leavesTheOriginal() {
    Network network = network();
    Weights before = network.weights();
    Network copy = network.copy();
    assertThat(copy.weights()).isSameAs(before);
    copy.publish(Weights.initial(network.graph(), Initializer.he(), 2));
    assertThat(network.weights()).isSameAs(before);
    assertThat(copy.weights()).isNotSameAs(before);
  }

  @Test
  void summary_twoLayerCnn_countsParametersAndWork() {
    Network network =
        Network.of(Zoo.TWO_LAYER_CNN.graph(Shape.of(1, 28, 28), 10), Initializer.he(), 1);
    Summary summary = network.summary(KernelSet.VECTOR);
    assertThat(summary.input()).isEqualTo(Shape.of(1, 28, 28));
    assertThat(summary.rows())
        .extracting(Summary.Row::name)
        .containsExactly("conv1", "relu1", "conv2", "flatten1", "dense1", "relu2", "dense2");
    assertThat(summary.rows())
        .extracting(Summary.Row::parameters)
        .containsExactly(416L, 0L, 12_832L, 0L, 2_508_900L, 0L, 1_010L);
    assertThat(summary.rows())
        .extracting(Summary.Row::multiplyAdds)
        .containsExactly(313_600L, 0L, 10_035_200L, 0L, 2_508_800L, 0L, 1_000L);
    assertThat(summary.parameters()).isEqualTo(2_523_158);
    assertThat(summary.multiplyAdds()).isEqualTo(12_858_600);
    assertThat(summary.rows().get(2).output()).isEqualTo(Shape.of(32, 28, 28));
    assertThat(summary.rows().get(2).type()).isEqualTo("conv2d");
    assertThat(summary.rows().get(2).inputs()).containsExactly("relu1");
    assertThat(summary.rows().get(1).kernel()).isEmpty();
    assertThat(summary.rows().get(2).kernel()).isNotEmpty();
    assertThat(network.summary(KernelSet.REFERENCE).rows())
        .extracting(Summary.Row::kernel)
        .containsExactly("reference", "", "reference", "", "reference", "", "reference");
  }

  @Test
  void toString_ofNetworkAndSummary_reads() {
    Network network =
        Network.input(1, 28, 28).flatten().dense(10).as("scores").build(Initializer.he(), 1);
    assertThat(network).hasToString("network of 2 layers: 1x28x28 -> 10, 7,850 parameters");
    assertThat(network.summary(KernelSet.REFERENCE).toString().lines())
        .containsExactly(
            "name      layer     output  parameters  multiply-adds     kernel",
            "input              1x28x28",
            "flatten1  flatten      784",
            "scores    dense         10       7,850          7,840  reference",
            "total                            7,850          7,840");
    assertThat(network.summary().rows()).hasSize(2);
  }

  @Test
  void describe_photos_statesClassesBackgroundAndFramingOnce() {
    Dataset cropped =
        new FewImages(
            "photos", Shape.of(1, 4, 4), 2, new int[] {0, 1}, new float[16], new float[16]) {
          @Override
          public Framing framing() {
            return Framing.CROP;
          }
        };
    Network network = network();
    network.describe(cropped);
    assertThat(network.labels()).containsExactly("class 0", "class 1");
    assertThat(network.preprocessing())
        .isEqualTo(Preprocessing.unit(1, Preprocessing.Background.DARK).withFraming(Framing.CROP));
    Preprocessing stated = Preprocessing.unit(1, Preprocessing.Background.MIXED);
    network.publish(network.weights(), stated, List.of("cat", "dog"));
    network.describe(cropped);
    assertThat(network.preprocessing()).as("stated by the program").isEqualTo(stated);
    assertThat(network.labels()).containsExactly("cat", "dog");
  }

  /** Two branches behind the pooling: a cut in one drops the other. */
  private static Network branched() {
    return Network.input(1, 6, 6)
        .conv2d(4, 3)
        .relu()
        .maxPool2d(2)
        .as("pool")
        .conv2d(2, 1)
        .as("side")
        .from("pool")
        .flatten()
        .as("flat")
        .from("side")
        .flatten()
        .concat("flat")
        .dropout(0.5)
        .dense(3)
        .build(Initializer.he(), 3);
  }

  @Test
  void features_nodeOfABranch_keepsWhatItNeedsAndSharesWeights() {
    Network network = branched();
    Preprocessing dark = Preprocessing.unit(1, Preprocessing.Background.DARK);
    network.publish(network.weights(), dark, List.of("a", "b", "c"));
    Network cut = network.features("flat");
    assertThat(cut.graph().nodes())
        .extracting(Graph.Node::name)
        .containsExactly("conv1", "relu1", "pool", "flat");
    assertThat(cut.graph().output()).isEqualTo(network.graph().shape("flat"));
    assertThat(cut.weights().shared("conv1.weight"))
        .isSameAs(network.weights().shared("conv1.weight"));
    assertThat(cut.weights().names()).containsExactly("conv1.weight", "conv1.bias");
    assertThat(cut.preprocessing()).isEqualTo(dark);
    assertThat(cut.hasDefaultLabels()).isTrue();
  }

  @Test
  void pooledFeatures_map_endsWithOneNumberAChannel() {
    assertThat(branched().pooledFeatures("side").graph().output()).isEqualTo(Shape.of(2));
    assertThat(branched().pooledFeatures("concat1").graph().nodes())
        .noneMatch(node -> node.name().equals("pooled"));
    Network taken = Network.input(1, 2, 2).conv2d(2, 1).as("pooled").build(Initializer.he(), 1);
    assertThat(taken.pooledFeatures("pooled").graph().nodes())
        .extracting(Graph.Node::name)
        .containsExactly("pooled", "pooled_");
  }

  @Test
  void features_unknownNode_namesTheNearest() {
    assertThatThrownBy(() -> branched().features("pol"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(
            "network: no node named \"pol\"; did you mean \"pool\"? Expected are")
        .hasMessageContaining("conv1, relu1, pool, side");
  }

  @Test
  void featureNode_classifiers_isWhatTheLastDenseLayerReads() {
    assertThat(branched().featureNode()).isEqualTo("concat1");
    Network chain =
        Network.input(1, 4, 4).flatten().dense(5).relu().dense(2).build(Initializer.he(), 1);
    assertThat(chain.featureNode()).isEqualTo("relu1");
  }

  @Test
  void featureNode_noDenseLayer_isRefusedWithTheNodes() {
    Network network = Network.input(1, 4, 4).conv2d(2, 3).relu().build(Initializer.he(), 1);
    assertThatThrownBy(network::featureNode)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "features: expects a dense layer that reads another layer, got a network without one;"
                + " name the node to cut at, one of conv1, relu1");
  }
}
