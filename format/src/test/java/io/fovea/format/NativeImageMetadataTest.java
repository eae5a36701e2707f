package io.fovea.format;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.layer.ActivationLayer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** What GraalVM's native-image is told: the activations, which {@code ActivationJson} reflects. */
class NativeImageMetadataTest {
  @Test
  void metadata_hasEachActivationAndNoOther() throws IOException {
    String resource = "/META-INF/native-image/io.fovea/fovea-format/reachability-metadata.json";
    try (InputStream in = Models.class.getResourceAsStream(resource)) {
      assertThat(in).as(resource).isNotNull();
      assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8).lines())
          .filteredOn(line -> line.contains("allPublicConstructors"))
          .map(line -> line.replaceAll(".*\"type\":\"([^\"]+)\".*", "$1"))
          .containsExactlyInAnyOrderElementsOf(
              Arrays.stream(ActivationLayer.class.getPermittedSubclasses())
                  .map(Class::getName)
                  .toList());
    }
  }
}
