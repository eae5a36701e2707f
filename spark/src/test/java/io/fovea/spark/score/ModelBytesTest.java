package io.fovea.spark.score;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.network.Initializer;
import io.fovea.network.Network;
import io.fovea.network.Zoo;
import io.fovea.tensor.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ModelBytesTest {
  private static final Path FOREIGN =
      Path.of("../format/src/test/resources/io/fovea/format/onnx/models/resnet-pytorch.onnx");

  @Test
  void network_ofAForeignOnnxFile_warnsByItsName() throws IOException {
    List<String> warnings = new ArrayList<>();

    Network network =
        ModelBytes.of(Files.readAllBytes(FOREIGN)).network("hdfs:/resnet.onnx", warnings::add);

    assertThat(network.preprocessing().isUnit()).isTrue();
    assertThat(warnings)
        .containsExactly(
            "FoveaModel: hdfs:/resnet.onnx states no preprocessing, so it is pixel/255; if the network"
                + " was trained with another one, use FoveaModel.of(network), read with"
                + " OnnxReading.preprocessing");
    Network own = Network.of(Zoo.MLP.graph(Shape.of(1, 4, 4), 2), Initializer.he(), 1);
    ModelBytes.of(own).network("own", warnings::add);
    assertThat(warnings).hasSize(1);
  }
}
