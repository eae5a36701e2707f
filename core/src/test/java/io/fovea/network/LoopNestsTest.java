package io.fovea.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fovea.layer.KernelSet;
import io.fovea.network.LoopNests.Loops;
import io.fovea.tensor.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LoopNestsTest {
  private static final Shape DIGITS = Shape.of(1, 28, 28);

  private static LoopNests nests(Zoo network, Shape input, int images) {
    return LoopNests.of(network.graph(input, 10), KernelSet.VECTOR, images);
  }

  private static long count(List<String> lines, String text) {
    return lines.stream().filter(line -> line.contains(text)).count();
  }

  @Test
  void of_twoLayerNetwork_showsLoopsBlocksAndRegistersOfEachLayer() {
    LoopNests nests = nests(Zoo.named("two-layer-cnn"), DIGITS, 1);
    assertThat(nests.layers())
        .extracting(Loops::name)
        .containsExactly("conv1", "conv2", "dense1", "dense2");
    Loops conv1 = nests.layers().getFirst();
    assertThat(conv1.kernel()).isEqualTo("direct");
    assertThat(conv1.forward().getFirst())
        .matches("for \\d+ chunks of work, shared by the threads.*");
    assertThat(conv1.forward())
        .anyMatch(line -> line.matches(" +Block\\d+x\\d+_.* \\((in the jar|made at run time)\\)"))
        .anyMatch(line -> line.matches(" +// .* of (16|32) registers"));
    assertThat(conv1.backward()).as("the images' gradient is not asked for").isNotEmpty();
    Loops conv2 = nests.layers().get(1);
    assertThat(conv2.kernel()).startsWith("winograd");
    assertThat(count(conv2.forward(), "InputTiles.points")).isPositive();
    assertThat(count(conv2.forward(), " points: a += ")).isPositive();
    assertThat(nests.layers().get(2).forward())
        .anyMatch(line -> line.contains("DenseForwardKernel"));
  }

  @Test
  void of_moreImages_showsTheirLoops() {
    Loops one = nests(Zoo.named("mlp"), DIGITS, 1).layers().getFirst();
    Loops many = nests(Zoo.named("mlp"), DIGITS, 64).layers().getFirst();
    assertThat(one.forward()).isNotEqualTo(many.forward());
  }

  @ParameterizedTest
  @EnumSource(
      value = Zoo.class,
      mode = EnumSource.Mode.EXCLUDE,
      names = {"RESNET18", "RESNET34", "RESNET50", "MOBILENET_V2"})
  void of_everySmallNetwork_hasLinesForBothPasses(Zoo network) {
    for (Loops layer : nests(network, Shape.of(3, 32, 32), 2).layers()) {
      assertThat(layer.forward()).as(layer.name()).isNotEmpty();
      assertThat(layer.backward()).as(layer.name()).isNotEmpty();
    }
  }

  @Test
  void of_referenceKernels_hasNoBlocks() {
    LoopNests nests = LoopNests.of(Zoo.named("mlp").graph(DIGITS, 10), KernelSet.REFERENCE, 1);
    assertThat(nests.layers()).allMatch(layer -> layer.forward().isEmpty());
  }

  @Test
  void of_noImages_isRefused() {
    assertThatThrownBy(() -> nests(Zoo.named("mlp"), DIGITS, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("kernels: got a batch of 0 images; expected at least 1");
  }
}
