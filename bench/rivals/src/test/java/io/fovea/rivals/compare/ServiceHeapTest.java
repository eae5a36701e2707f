package io.fovea.rivals.compare;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.format.onnx.Onnx;
import io.fovea.network.Initializer;
import io.fovea.network.Network;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServiceHeapTest {
  @TempDir Path folder;

  /** 70 + 2.5 x 14 = 105; with (4 x 2 + 8) x 9.6 = 153.6 more, 258.6. */
  @Test
  void megabytes_byTheFormulas() {
    assertThat(ServiceHeap.megabytes(14_000_000, 0, 2)).isEqualTo(105);
    assertThat(ServiceHeap.megabytes(14_000_000, 9_600_000, 2)).isEqualTo(259);
  }

  /** A 3x3 convolution to 64 channels keeps 256x256x64 floats, 16.8 MB, and reads 3 of them. */
  @Test
  void megabytes_ofAFile_growInBatches() throws Exception {
    Path file = folder.resolve("wide.onnx");
    Network network =
        Network.input(3, 256, 256)
            .conv2d(64, 3)
            .relu()
            .globalAvgPool2d()
            .flatten()
            .dense(10)
            .build(Initializer.he(), 1L);
    Onnx.write(network, file);
    assertThat(ServiceHeap.megabytes(file, 1))
        .isEqualTo(Math.round(70 + 2.5e-6 * Files.size(file)));
    // the convolution's output, at least, in each of 4 T + 8 = 16 places
    assertThat(ServiceHeap.megabytes(file, 8)).isBetween(70L + 16 * 16, 70L + 16 * 20);
  }
}
