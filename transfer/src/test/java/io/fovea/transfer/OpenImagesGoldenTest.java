package io.fovea.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.fovea.data.PretrainedWeights;
import io.fovea.data.base.DataOptions;
import io.fovea.format.onnx.Onnx;
import io.fovea.inference.Classifier;
import io.fovea.network.Network;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/**
 * The pretrained weights against features that NumPy computed from them in float64. The file is
 * fetched where it is not in the cache.
 */
class OpenImagesGoldenTest {
  private static final double BOUND = 1e-4;

  @TempDir Path folder;

  private static JsonNode vectors() throws IOException {
    try (InputStream in =
        OpenImagesGoldenTest.class.getResourceAsStream(
            "/io/fovea/transfer/openimages/golden.json")) {
      return new ObjectMapper().readTree(in).path("vectors");
    }
  }

  /** The pixels, channels-last. */
  private static float[] pixels(String input, int s) throws IOException {
    float[] pixels = new float[3 * s * s];
    long state = 1;
    for (int y = 0; y < s; y++) {
      for (int x = 0; x < s; x++) {
        int at = 3 * (y * s + x);
        for (int c = 0; c < 3; c++) {
          state = state * 1_103_515_245 + 12_345 & 0x7fffffff;
          pixels[at + c] =
              switch (input) {
                case "grey" -> 128;
                case "ramps" -> Math.floorDiv(List.of(x * 2, y * 2, x + y).get(c) * 255, 2 * s - 2);
                case "noise" -> state >> 16 & 255;
                case "boards" -> List.of(x / 8 + y / 8, x / 16, y / 32).get(c) % 2 * 255;
                default -> 0;
              };
        }
      }
    }
    if (input.equals("sedan")) {
      try (InputStream in =
          OpenImagesGoldenTest.class.getResourceAsStream(
              "/io/fovea/transfer/openimages/sedan-160.ppm")) {
        byte[] ppm = in.readAllBytes();
        for (int i = 0; i < pixels.length; i++) {
          pixels[i] = ppm[ppm.length - pixels.length + i] & 0xff;
        }
      }
    }
    return pixels;
  }

  private static Tensor inputs(String input, int size) throws IOException {
    float[] pixels = pixels(input, size);
    OpenImagesBackbone.PREPROCESSING.apply(pixels, 0, pixels.length);
    Tensor x = Tensor.zeros(Shape.of(3, size, size), 1);
    System.arraycopy(pixels, 0, x.array(), x.offset(), pixels.length);
    return x;
  }

  private static String node(Network backbone, String tap) {
    return switch (tap) {
      case "block5" -> "features_6";
      case "block13.expand" ->
          backbone.graph().nodes().stream()
              .filter(node -> node.inputs().equals(List.of("features_14_conv_0_0")))
              .findFirst()
              .orElseThrow()
              .name();
      default -> "features_18";
    };
  }

  /** The norm of the difference, over the golden vector's. */
  private static double error(float[] got, int offset, JsonNode golden) {
    double difference = 0;
    double norm = 0;
    for (int i = 0; i < golden.size(); i++) {
      double expected = golden.get(i).asDouble();
      difference += Math.pow(got[offset + i] - expected, 2);
      norm += expected * expected;
    }
    return Math.sqrt(difference / norm);
  }

  private static void assertGolden(Path file) throws IOException {
    int seen = 0;
    for (JsonNode vector : vectors()) {
      int size = vector.path("size").asInt();
      Network backbone = OpenImagesBackbone.read(file, Shape.of(3, size, size), 2);
      Network cut = backbone.pooledFeatures(node(backbone, vector.path("tap").asString()));
      try (Classifier classifier = Classifier.of(cut)) {
        Tensor y = classifier.outputs(inputs(vector.path("input").asString(), size));
        assertThat(y.elements()).isEqualTo(vector.path("vector").size());
        assertThat(error(y.array(), y.offset(), vector.path("vector")))
            .as("%s %d %s", vector.path("input"), size, vector.path("tap"))
            .isLessThan(BOUND);
        seen++;
      }
    }
    assertThat(seen).isEqualTo(17);
  }

  /** Our export, computed by ONNX Runtime. */
  private void assertExportGolden(Path file) throws Exception {
    for (JsonNode vector : vectors()) {
      if (vector.path("size").asInt() == 160) {
        Network backbone = OpenImagesBackbone.read(file, Shape.of(3, 160, 160), 2);
        Path onnx = folder.resolve("backbone.onnx");
        Onnx.write(backbone.pooledFeatures("features_18"), onnx);
        Tensor x = inputs(vector.path("input").asString(), 160);
        assertThat(error(onnxRuntime(onnx, x), 0, vector.path("vector"))).isLessThan(BOUND);
      }
    }
  }

  private static float[] onnxRuntime(Path file, Tensor x) throws OrtException {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    long[] sizes = {1, 3, 160, 160};
    try (OrtSession session = environment.createSession(file.toString());
        OnnxTensor input =
            OnnxTensor.createTensor(environment, FloatBuffer.wrap(x.toArray()), sizes);
        OrtSession.Result result =
            session.run(Map.of(session.getInputNames().iterator().next(), input))) {
      return ((OnnxTensor) result.get(0)).getFloatBuffer().array();
    }
  }

  @Test
  @Tag("gate")
  void features_ofTheWeights_areTheGoldenOnes() throws Exception {
    Path file = PretrainedWeights.fetch("openimages", DataOptions.standard()).file();
    assertGolden(file);
    assertExportGolden(file);
  }
}
