package io.fovea.gradcheck;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.Evidence;
import io.fovea.golden.GoldenLayers;
import io.fovea.layer.ActivationLayer;
import io.fovea.layer.BatchNorm2d;
import io.fovea.layer.Concat;
import io.fovea.layer.Dropout;
import io.fovea.layer.Dropout2d;
import io.fovea.layer.Flatten;
import io.fovea.layer.Layer;
import io.fovea.layer.Softmax;
import io.fovea.layer.Upsample2d;
import io.fovea.layer.ZeroPad2d;
import io.fovea.network.Graph;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * No layer without evidence: numbers of PyTorch's or by hand, a gradient check, and its source. A
 * new layer is missed here until it has all three.
 */
class LayerEvidenceTest {
  /** The tests by hand of layers that no golden case of {@link GoldenLayers#layer} is of. */
  private static final Map<Class<?>, String> BY_HAND =
      Map.of(
          BatchNorm2d.class, "BatchNorm2dTest.reference_bookExample_givesItsNumbers",
          Concat.class,
              "JoinsByHandTest.concat_mapsOfTwoAndOneChannels_standBehindEachOtherInEachImage",
          Flatten.class, "JoinsByHandTest.flatten_maps_keepTheLogicalOrderThere_andBack",
          Dropout.class, "DropoutTest.forward_training_dropsItsShareAndKeepsTheMean",
          Dropout2d.class, "DropoutTest.dropout2d_training_dropsWholeChannelsAndKeepsTheMean",
          Softmax.class, "ActivationsTest.softmax_channelsOfAPixel_sumToOne",
          Upsample2d.class, "MapLayersTest.upsample2d_factorTwo_repeatsPixelsAndAddsTheirGradients",
          ZeroPad2d.class, "MapLayersTest.zeroPad2d_sidesThatDiffer_surroundEachMap");

  static List<Class<?>> layers() {
    return Stream.of(Layer.class, ActivationLayer.class)
        .flatMap(type -> Arrays.stream(type.getPermittedSubclasses()))
        .filter(Class::isRecord)
        .collect(Collectors.toList());
  }

  @ParameterizedTest
  @MethodSource("layers")
  void layer_numbers_areAStrangersOrByHand(Class<?> layer) throws ClassNotFoundException {
    boolean golden =
        GoldenLayers.layers().anyMatch(each -> GoldenLayers.layer(each).getClass() == layer);
    if (!golden) {
      assertThat(BY_HAND).as("a test of numbers of " + layer).containsKey(layer);
      String[] test = Objects.requireNonNull(BY_HAND.get(layer)).split("\\.", -1);
      Evidence.requireTest(Class.forName("io.fovea.layer." + test[0]), test[1]);
    }
  }

  /** The networks of GradientCheckTest, each of whose tests demands that all gradients pass. */
  @Test
  void layers_gradients_areAllChecked() {
    assertThat(
            GradientCheckTest.graphs().stream()
                .map(Graph::nodes)
                .flatMap(List::stream)
                .<Class<?>>map(node -> node.layer().getClass())
                .distinct())
        .containsExactlyInAnyOrderElementsOf(layers());
  }

  @ParameterizedTest
  @MethodSource("layers")
  void layer_javadoc_namesItsSource(Class<?> layer) throws IOException {
    Evidence.requireSource(layer);
  }
}
