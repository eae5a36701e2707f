package io.fovea.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fovea.format.onnx.Onnx;
import io.fovea.inference.Classifier;
import io.fovea.kernel.KernelSet;
import io.fovea.network.Initializer;
import io.fovea.network.Network;
import io.fovea.network.Zoo;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Large networks as Java source; with -Dfovea.onnx.folder=FOLDER its files, too. */
@Tag("gate")
class JavaSourceNetworksTest {
  private static final int IMAGES = Integer.getInteger("fovea.images", 20);

  private static final String MAIN =
      """
      class Main {
        public static void main(String[] a) throws Exception {
          com.example.Net net = com.example.Net.load().copy();
          for (int n = 0; n < Integer.parseInt(a[0]); n++) {
            java.util.Random random = new java.util.Random(n);
            float[] x = new float[Integer.parseInt(a[1])];
            for (int k = 0; k < x.length; k++) x[k] = (float) random.nextGaussian();
            float[] z = net.logits(x);
            int best = 0;
            for (int k = 1; k < z.length; k++) best = z[k] > z[best] ? k : best;
            System.out.print(best + " ");
          }
        }
      }
      """;

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "TWO_LAYER_CNN, 1, 28",
    "POOLED, 1, 28",
    "RESNET8, 3, 32",
    "MOBILENET_V2, 3, 96",
    "EFFICIENTNET_B0, 3, 96"
  })
  void logits_ofTheZoo_areThoseOfTheReference(Zoo zoo, int channels, int side) throws Exception {
    Shape input = Shape.of(channels, side, side);
    assertAlike(Network.of(zoo.graph(input, 10), Initializer.he(), 1), folder);
  }

  @Test
  void logits_ofFiles_areThoseOfTheReference() throws Exception {
    String files = System.getProperty("fovea.onnx.folder", "");
    assumeTrue(!files.isEmpty(), "no -Dfovea.onnx.folder");
    try (var all = Files.newDirectoryStream(Path.of(files), "*.onnx")) {
      for (Path file : all) {
        assertAlike(Onnx.read(file), Files.createDirectory(folder.resolve(file.getFileName())));
      }
    }
  }

  /** Logits in this process, and classes on this Java and on that of JAVA_HOME, the build's. */
  private static void assertAlike(Network network, Path folder) throws Exception {
    JavaSourceTest.assertAlike(network, folder);
    Shape input = network.graph().input();
    WrittenClass.compile(folder, Files.writeString(folder.resolve("Main.java"), MAIN));
    StringBuilder expected = new StringBuilder();
    try (Classifier classifier = Classifier.of(network, 2, KernelSet.VECTOR)) {
      for (int n = 0; n < IMAGES; n++) {
        Tensor x = JavaSourceTest.noise(input, n, 1);
        expected.append(classifier.probabilities(x).getFirst().index()).append(' ');
      }
    }
    String here = System.getProperty("java.home");
    for (String home : List.of(here, System.getenv().getOrDefault("JAVA_HOME", here))) {
      String[] command = {
        home + "/bin/java", "-cp", folder.toString(), "Main", "" + IMAGES, "" + input.elements()
      };
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(output).as(home).isEqualTo(expected.toString());
    }
  }
}
