package io.fovea.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fovea.kernel.KernelSet;
import io.fovea.kernel.op.EveryWidth;
import io.fovea.network.Graph;
import io.fovea.network.Zoo;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Window;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@EveryWidth
class LayerKernelTest {
  private static final String BLOCK =
      " +(Block|Vectors)[0-9x]+_\\S+ \\((in the jar|made at run time)\\): .* \\d+ of (16|32) registers";

  private static LayerKernel vector(Layer layer, Shape input, int images) {
    return LayerKernel.of(KernelSet.VECTOR, layer, List.of(input), images).orElseThrow();
  }

  @ParameterizedTest
  @EnumSource(Zoo.class)
  void of_everyLayerOfEveryNetwork_endsInItsBlockAndRegisters(Zoo network) {
    Graph graph = network.graph(Shape.of(3, 32, 32), 10);
    for (Graph.Node node : graph.nodes()) {
      LayerKernel.of(KernelSet.VECTOR, node.layer(), graph.inputShapes(node), 2)
          .ifPresent(
              kernel -> {
                assertThat(kernel.forward().getFirst())
                    .as(node.name())
                    .matches("for [1-9]\\d* chunks of work: .*");
                if (!kernel.algorithm().equals("packed")) {
                  assertThat(kernel.forward().getLast()).as(node.name()).matches(BLOCK);
                }
                assertThat(kernel.inputGradient().getLast()).as(node.name()).matches(BLOCK);
                assertThat(kernel.weightGradient().getLast()).as(node.name()).matches(BLOCK);
              });
    }
  }

  /** The share of the features is constant: 64 images of 25,088 features are six chunks. */
  @Test
  void of_dense_namesTheBlockThatIsNotGenerated() {
    LayerKernel kernel = vector(new Dense(100, true), Shape.of(25_088), 64);
    assertThat(kernel.forward().getFirst()).startsWith("for ").contains(" features, 64 images");
    assertThat(kernel.forward().getLast())
        .contains("DenseForwardKernel (written by hand): 4 images x 4 outputs, 21 of ");
  }

  /** A transposed convolution's forward pass is the input gradient of the convolution. */
  @Test
  void of_transposed_exchangesForwardAndInputGradient() {
    Window window = Window.square(4, 2, 1, 1);
    LayerKernel up = vector(new ConvTranspose2d(8, window, 0, 0, 1, true), Shape.of(16, 8, 8), 4);
    LayerKernel down = vector(new Conv2d(16, window, 1, true), Shape.of(8, 16, 16), 4);
    assertThat(up.algorithm()).isEqualTo(down.algorithm());
    assertThat(up.forward()).isEqualTo(down.inputGradient());
    assertThat(up.inputGradient()).isEqualTo(down.forward());
    assertThat(up.weightGradient()).isEqualTo(down.weightGradient());
  }

  @Test
  void of_moreImages_hasMoreChunks() {
    Conv2d conv = new Conv2d(16, Window.square(3, 1, 1, 1), 1, true);
    assertThat(vector(conv, Shape.of(3, 32, 32), 64).forward().getFirst())
        .startsWith("for 64 chunks of work: an image");
    assertThat(vector(conv, Shape.of(3, 32, 32), 1).forward().getFirst())
        .startsWith("for 16 chunks of work: an image, or a band");
  }

  @Test
  void of_referenceKernels_hasAnAlgorithmAndNoLoops() {
    LayerKernel kernel =
        LayerKernel.of(KernelSet.REFERENCE, new Dense(10, true), List.of(Shape.of(7)), 1)
            .orElseThrow();
    assertThat(kernel).isEqualTo(new LayerKernel("reference", List.of(), List.of(), List.of()));
  }

  @Test
  void of_noImages_isRefused() {
    assertThatThrownBy(() -> vector(new Dense(10, true), Shape.of(7), 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("kernels: got a batch of 0 images; expected at least 1");
  }
}
