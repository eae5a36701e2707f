package io.fovea.kernel.vector;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.kernel.geometry.Conv2dGeometry;
import io.fovea.kernel.vector.conv.winograd.WinogradConv2d;
import io.fovea.tensor.Window;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.SortedMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Which algorithm computes a convolution: geometry alone decides. Channels and filters here fill
 * whole vectors, or so few of their lanes that the choice is the same at every width.
 */
class VectorKernelsTest {
  private static final String FIVE = "winograd F(4x4,5x5)";
  private static final String THREE = "winograd F(4x4,3x3)";

  /** Any other algorithm; {@link Conv2dChoiceTest} says which. */
  private static final String PLAIN = "plain";

  private static Arguments square(
      String what, int channels, int side, int filters, Window window, String expected) {
    return Arguments.of(
        what, new Conv2dGeometry(channels, side, side, filters, 1, window), expected);
  }

  private static Window same(int taps) {
    return Window.square(taps, 1, taps / 2, 1);
  }

  static Stream<Arguments> networks() {
    return Stream.of(
        square("two-layer conv1", 1, 28, 16, same(5), PLAIN),
        square("two-layer conv2", 16, 28, 32, same(5), FIVE),
        square("pooled conv2", 16, 14, 32, same(5), FIVE),
        square("resnet stem", 3, 32, 16, same(3), PLAIN),
        square("resnet 16", 16, 32, 16, same(3), THREE),
        square("resnet 32", 32, 16, 32, same(3), THREE),
        square("resnet 64", 64, 8, 64, same(3), THREE),
        square("resnet, to half", 16, 32, 32, Window.square(3, 2, 1, 1), PLAIN),
        square("resnet, short cut", 16, 32, 32, Window.square(1, 2, 0, 1), PLAIN),
        square("vgg", 64, 112, 128, same(3), THREE),
        square("no padding", 16, 28, 32, Window.square(5, 1, 0, 1), FIVE));
  }

  /** Where there is no transform, however large the maps. */
  static Stream<Arguments> withoutTransform() {
    return Stream.of(
        square("1x1", 64, 32, 64, same(1), PLAIN),
        square("2x2", 64, 32, 64, Window.square(2, 1, 0, 1), PLAIN),
        square("4x4", 64, 32, 64, Window.square(4, 1, 0, 1), PLAIN),
        square("7x7", 64, 32, 64, same(7), PLAIN),
        square("5x5, stride 2", 64, 32, 64, Window.square(5, 2, 2, 1), PLAIN),
        square("3x3, dilation 2", 64, 32, 64, Window.square(3, 1, 2, 2), PLAIN),
        square("3x5", 64, 32, 64, new Window(3, 5, 1, 1, 1, 2, 1, 2, 1, 1), PLAIN),
        square("5x3", 64, 32, 64, new Window(5, 3, 1, 1, 2, 1, 2, 1, 1, 1), PLAIN),
        square("stride 2 down", 64, 32, 64, new Window(3, 3, 2, 1, 1, 1, 1, 1, 1, 1), PLAIN),
        square("stride 2 right", 64, 32, 64, new Window(3, 3, 1, 2, 1, 1, 1, 1, 1, 1), PLAIN),
        square("dilation 2 down", 64, 32, 64, new Window(3, 3, 1, 1, 2, 1, 2, 1, 2, 1), PLAIN),
        square("dilation 2 right", 64, 32, 64, new Window(3, 3, 1, 1, 1, 2, 1, 2, 1, 2), PLAIN),
        Arguments.of("2 groups", new Conv2dGeometry(64, 32, 32, 64, 2, same(3)), PLAIN),
        Arguments.of("depthwise", new Conv2dGeometry(64, 32, 32, 64, 64, same(3)), PLAIN));
  }

  /** Where the map has so few pixels that tiles are mostly padding. */
  static Stream<Arguments> smallMaps() {
    return Stream.of(
        square("3x3 on 1x1", 64, 1, 64, same(3), PLAIN),
        square("3x3 on 2x2", 64, 2, 64, same(3), PLAIN),
        square("3x3 on 3x3", 64, 3, 64, same(3), THREE),
        square("3x3 on 4x4", 64, 4, 64, same(3), THREE),
        square("3x3 on 5x5: 4 tiles for 25 pixels", 64, 5, 64, same(3), PLAIN),
        square("3x3 on 6x6", 64, 6, 64, same(3), THREE),
        square("5x5 on 2x2", 64, 2, 64, same(5), PLAIN),
        square("5x5 on 3x3", 64, 3, 64, same(5), FIVE),
        square("5x5 on 5x5: 4 tiles for 25 pixels", 64, 5, 64, same(5), FIVE),
        square("5x5 on 6x6", 64, 6, 64, same(5), FIVE));
  }

  /** Where the points of the filters are read for few tiles. */
  static Stream<Arguments> heavyWeights() {
    return Stream.of(
        square("512 to 512 on 7x7", 512, 7, 512, same(3), PLAIN),
        square("512 to 512 on 14x14", 512, 14, 512, same(3), THREE),
        square("256 to 256 on 7x7", 256, 7, 256, same(3), THREE));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource({"networks", "withoutTransform", "smallMaps", "heavyWeights"})
  void conv2d_byGeometry_isComputedSo(String what, Conv2dGeometry g, String expected) {
    String name = new VectorKernels().conv2d(g).name();
    if (expected.equals(PLAIN)) {
      assertThat(name).as(what).isIn("direct", "gemm", "depthwise");
    } else {
      assertThat(name).as(what).isEqualTo(expected);
    }
    assertThat(WinogradConv2d.pays(g)).as(what).isEqualTo(!expected.equals(PLAIN));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource({"networks", "withoutTransform", "smallMaps"})
  void conv2d_ofTheDirectSet_isNeverWinograd(String what, Conv2dGeometry g, String expected) {
    assertThat(VectorKernels.direct().conv2d(g).name()).as(what).doesNotStartWith("winograd");
  }

  /** So the build's classes are never stale, and are there for whoever starts from the jar. */
  @Test
  void classFiles_ofUsualKernels_areWhatTheBuildHasWritten() throws IOException {
    SortedMap<String, byte[]> files = VectorKernels.classFiles();
    assertThat(files).hasSizeGreaterThan(50);
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      String resource = "/" + file.getKey().replace('.', '/') + ".class";
      try (InputStream in = VectorKernels.class.getResourceAsStream(resource)) {
        assertThat(in).as("%s, written by build/Kernels.java", resource).isNotNull();
        assertThat(in.readAllBytes()).as(resource).isEqualTo(file.getValue());
      }
    }
  }

  @Test
  void nativeImageMetadata_hasTheConstructorOfEachUsualKernel() throws IOException {
    String resource = "/META-INF/native-image/io.fovea/fovea-core/reachability-metadata.json";
    try (InputStream in = VectorKernels.class.getResourceAsStream(resource)) {
      assertThat(in).as("%s, written by build/Kernels.java", resource).isNotNull();
      JsonNode metadata = JsonMapper.shared().readTree(in).get("reflection");
      assertThat(metadata)
          .extracting(entry -> entry.get("type").asString())
          .containsExactlyElementsOf(VectorKernels.classFiles().keySet());
      assertThat(metadata)
          .allSatisfy(
              entry ->
                  assertThat(entry.get("methods").get(0).get("name").asString())
                      .isEqualTo("<init>"));
    }
  }
}
