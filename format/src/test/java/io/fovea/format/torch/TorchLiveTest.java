package io.fovea.format.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fovea.format.Fitting;
import io.fovea.format.WeightsFile;
import io.fovea.format.onnx.Logits;
import io.fovea.network.Graph;
import io.fovea.network.Initializer;
import io.fovea.network.Weights;
import io.fovea.network.ZooModel;
import io.fovea.tensor.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * PyTorch itself, where a python3 has it: other random weights and pictures than the golden ones.
 */
@Tag("slow")
class TorchLiveTest {
  /** Debian's packages are known to Debian's python3 alone. */
  private static final List<String> PYTHONS = List.of("python3", "/usr/bin/python3");

  @TempDir Path folder;

  private static boolean run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getInputStream().readAllBytes();
    return process.waitFor(5, TimeUnit.MINUTES) && process.exitValue() == 0;
  }

  private static boolean has(String python, String modules) throws InterruptedException {
    try {
      return run(python, "-c", "import " + modules);
    } catch (IOException missing) {
      return false;
    }
  }

  private static String python(String modules) throws InterruptedException {
    for (String python : PYTHONS) {
      if (has(python, modules)) {
        return python;
      }
    }
    return "";
  }

  private float[] floats(String name) throws IOException {
    byte[] bytes = Files.readAllBytes(folder.resolve(name));
    FloatBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
    float[] floats = new float[buffer.remaining()];
    buffer.get(floats);
    return floats;
  }

  @ParameterizedTest
  @CsvSource({
    "resnet18, 1",
    "resnet18, 2",
    "resnet34, 3",
    "resnet50, 4",
    "mobilenet-v2, 5",
    "mobilenet-v2, 6",
    "mobilenet-v2:1.4, 7",
    "mobilenet-v3-small, 8",
    "mobilenet-v3-large, 9",
    "efficientnet-b0, 10"
  })
  void fit_filesOfPyTorch_giveItsLogits(String name, int seed) throws Exception {
    // resources/pytorch/networks.py has ResNet and MobileNetV2 itself
    boolean own = name.startsWith("resnet") || name.startsWith("mobilenet-v2");
    String modules = own ? "torch, numpy" : "torch, numpy, torchvision";
    String python = python(modules);
    assumeTrue(!python.isEmpty(), "no python3 has " + modules);
    String script = TorchFileTest.resource("live.py").toString();
    assertThat(run(python, script, folder.toString(), name, String.valueOf(seed))).isTrue();
    Graph graph = ZooModel.named(name).graph(Shape.of(3, 96, 64), 10);
    Weights weights =
        WeightsFile.read(folder.resolve("weights.pth"))
            .fit(graph, Weights.initial(graph, Initializer.he(), 1), Fitting.exact());

    float[] actual = Logits.of(graph, weights, floats("images.bin"), 2);

    Logits.assertAlike(actual, floats("logits.bin"));
  }
}
