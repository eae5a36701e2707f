package io.fovea.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fovea.format.onnx.Npy;
import io.fovea.format.onnx.Onnx;
import io.fovea.format.onnx.OnnxModel;
import io.fovea.format.onnx.TensorFile;
import io.fovea.format.torch.TorchFile;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A pipe that nobody writes to, and a device without end, are refused by all readers unread. */
@EnabledOnOs({OS.LINUX, OS.MAC})
class PipesTest {
  @TempDir Path folder;

  interface Reading {
    Object of(Path file) throws FormatException;
  }

  private static Arguments reader(String name, Reading reading) {
    return Arguments.of(name, reading);
  }

  static Stream<Arguments> readers() {
    return Stream.of(
        reader("model", Models::load),
        reader("checkpoint", Checkpoints::read),
        reader("weights", WeightsFile::read),
        reader("description", NetworkDescription::read),
        reader("description of a model", NetworkDescription::ofModel),
        reader("state dict", TorchFile::open),
        reader("onnx", Onnx::read),
        reader("onnx as it is", OnnxModel::read),
        reader("npy", Npy::read),
        reader("tensor", TensorFile::read));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("readers")
  @Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void read_pipeOrDevice_isRefused(String name, Reading reading) throws Exception {
    Path pipe = folder.resolve("pipe");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    for (Path endless : List.of(pipe, Path.of("/dev/zero"))) {
      assertThatThrownBy(() -> reading.of(endless))
          .as(name)
          .isInstanceOf(FormatException.class)
          .hasMessageStartingWith(endless.getFileName() + ": ")
          .hasMessageEndingWith(
              "expects a file, got a pipe or a device, which may never end; give the name of a file");
    }
  }
}
