package io.fovea.network.execution;

import static io.fovea.network.ConvOption.noBias;
import static io.fovea.network.ConvOption.padding;
import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.kernel.KernelSet;
import io.fovea.kernel.op.Bound;
import io.fovea.kernel.op.Draw;
import io.fovea.layer.BatchNorm2d;
import io.fovea.layer.ChannelAffine;
import io.fovea.layer.Conv2d;
import io.fovea.layer.Layer;
import io.fovea.network.Graph;
import io.fovea.network.Network;
import io.fovea.network.Weights;
import io.fovea.network.Zoo;
import io.fovea.preprocessing.Preprocessing;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Batch normalisation inside the convolution before it. */
class BatchNormFoldingTest {
  static List<String> names(Network network) {
    return network.graph().nodes().stream().map(Graph.Node::name).toList();
  }

  private static long normalisations(Network network) {
    return network.graph().nodes().stream()
        .filter(node -> node.layer() instanceof BatchNorm2d)
        .count();
  }

  @ParameterizedTest
  @Tag("gate")
  @EnumSource(
      names = {"POOLED_BN", "RESNET8", "MOBILENET_V3_SMALL"},
      mode = EnumSource.Mode.EXCLUDE)
  void of_others_sameAnswersWithinRounding(Zoo model) {
    of_zooWithPerturbedStatistics_sameAnswersWithinRounding(model);
  }

  @ParameterizedTest
  @EnumSource(names = {"POOLED_BN", "RESNET8", "MOBILENET_V3_SMALL"})
  void of_zooWithPerturbedStatistics_sameAnswersWithinRounding(Zoo model) {
    Shape shape = Shape.of(1, 21, 21); // what ten unpadded convolutions leave a pixel of
    Network network = Perturbed.network(model.graph(shape, 10), 7);
    Network folded = Rewritten.folded(network);
    Tensor x = Tensor.of(shape, 2, new Draw(8).reals(2 * shape.elements()));
    double bound = roundingBound(model);
    for (KernelSet kernels : List.of(KernelSet.REFERENCE, KernelSet.VECTOR_DIRECT)) {
      float[] expected = Perturbed.logits(network, kernels, x);
      assertThat(Bound.relativeL2(Perturbed.logits(folded, kernels, x), Bound.widen(expected)))
          .as("%s on %s", model, kernels)
          .isLessThan(bound);
    }
    assertThat(names(network)).containsAll(names(folded));
    assertThat(normalisations(folded)).isEqualTo(model == Zoo.POOLED_BN ? 2 : 0);
  }

  /** With these statistics, one ulp in each weight moves logits by 5e-5, or EfficientNet's 3e-3. */
  private static double roundingBound(Zoo model) {
    return switch (model) {
      case MOBILENET_V2 -> 1e-4;
      case MOBILENET_V3_SMALL, MOBILENET_V3_LARGE -> 1e-3;
      case EFFICIENTNET_B0 -> 1e-2;
      default -> 1e-5;
    };
  }

  /** Behind a convolution of w = 2 and b = 1: the only layer left has these. */
  private static void assertFolded(Layer layer, Map<String, float[]> own, float w, float b) {
    Graph graph = Network.input(1, 1, 1).conv2d(1, 1).layer(layer).as("it").graph();
    Map<String, float[]> values = new HashMap<>();
    own.forEach((name, value) -> values.put("it." + name, value));
    values.put("conv1.weight", new float[] {2});
    values.put("conv1.bias", new float[] {1});
    Preprocessing unit = Preprocessing.unit(1, Preprocessing.Background.MIXED);
    Network network = Network.of(graph, Weights.of(graph, values), unit, List.of("only"));
    Network folded = Rewritten.folded(network);
    assertThat(names(folded)).containsExactly("conv1");
    assertThat(folded.weights().values("conv1.weight")).containsExactly(w);
    assertThat(folded.weights().values("conv1.bias")).containsExactly(b);
    assertThat(folded.labels()).containsExactly("only");
  }

  @Test
  void of_oneWeight_isTheFormula() {
    Map<String, float[]> values = new HashMap<>();
    values.put("weight", new float[] {-3});
    values.put("bias", new float[] {0.5f});
    // s = -3: w' = -3 * 2, b' = -3 * 1 + 0.5
    assertFolded(new ChannelAffine(true), Map.copyOf(values), -6, -2.5f);
    values.put("running_mean", new float[] {4});
    values.put("running_var", new float[] {3.75f});
    values.put("num_batches_tracked", new float[] {9});
    // s = -3 / sqrt(3.75 + 0.25) = -1.5: w' = -1.5 * 2, b' = -1.5 * (1 - 4) + 0.5
    assertFolded(new BatchNorm2d(0.25f, 0.1f), values, -3, 5);
  }

  @Test
  void of_normalisationsInARow_foldsAll() {
    Network network =
        Perturbed.network(
            Network.input(2, 5, 5)
                .conv2d(3, 3, padding(1), noBias())
                .batchNorm2d()
                .batchNorm2d()
                .relu()
                .flatten()
                .dense(2)
                .graph(),
            3);
    Network folded = Rewritten.folded(network);
    assertThat(names(folded)).containsExactly("conv1", "relu1", "flatten1", "dense1");
    assertThat(((Conv2d) folded.graph().nodes().getFirst().layer()).bias()).isTrue();
    Tensor x = Tensor.of(Shape.of(2, 5, 5), 1, new Draw(4).reals(50));
    float[] expected = Perturbed.logits(network, KernelSet.REFERENCE, x);
    assertThat(
            Bound.relativeL2(
                Perturbed.logits(folded, KernelSet.REFERENCE, x), Bound.widen(expected)))
        .isLessThan(1e-6);
  }

  /** What else reads the convolution, or comes between, keeps the normalisation where it is. */
  @Test
  void of_convolutionReadTwiceOrBehindAPooling_isLeftAlone() {
    Network readTwice =
        Perturbed.network(
            Network.input(1, 4, 4)
                .conv2d(3, 3, padding(1))
                .as("c")
                .batchNorm2d()
                .add("c")
                .flatten()
                .dense(2)
                .graph(),
            5);
    assertThat(Rewritten.folded(readTwice)).isSameAs(readTwice);
    Network first =
        Perturbed.network(
            Network.input(1, 4, 4).batchNorm2d().conv2d(2, 1).flatten().dense(2).graph(), 6);
    assertThat(Rewritten.folded(first)).isSameAs(first);
    Network pooled = Perturbed.network(Zoo.POOLED_BN.graph(Shape.of(1, 12, 12), 3), 6);
    assertThat(Rewritten.folded(pooled)).isSameAs(pooled);
    Network normalisedTwice =
        Perturbed.network(
            Network.input(1, 4, 4)
                .conv2d(3, 1)
                .batchNorm2d()
                .as("n")
                .batchNorm2d()
                .add("n")
                .flatten()
                .dense(2)
                .graph(),
            5);
    assertThat(normalisations(Rewritten.folded(normalisedTwice))).isEqualTo(1);
  }
}
