package io.fovea.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.data.Images;
import io.fovea.dataset.Image;
import io.fovea.format.Models;
import io.fovea.inference.Classifier;
import io.fovea.inference.Prediction;
import io.fovea.kernel.KernelSet;
import io.fovea.network.Initializer;
import io.fovea.network.Network;
import io.fovea.network.Zoo;
import io.fovea.tensor.Shape;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program of docs/production.md, called; and its text, held against its file. */
class ProductionTest {
  @TempDir private Path folder;
  private Path model = Path.of("");
  private byte[] picture = {};
  private Prediction expected = new Prediction(java.util.List.of(), java.util.List.of());

  @BeforeEach
  void writeModel() throws Exception {
    Network network = Network.of(Zoo.POOLED.graph(Shape.of(1, 28, 28), 10), Initializer.he(), 7);
    model = folder.resolve("digits.safetensors");
    Models.write(network, model);
    byte[] pixels = new byte[784];
    for (int i = 0; i < 784; i++) {
      pixels[i] = (byte) (i % 28 == 14 ? 255 : i / 4);
    }
    Image image = Image.of(1, 28, 28, pixels);
    picture = Images.png(image);
    try (Classifier classifier = Classifier.of(network, 1, KernelSet.fastest())) {
      expected = classifier.classify(image);
    }
  }

  @Test
  void digits_plainJava_answers() throws Exception {
    try (Digits digits = new Digits(model)) {
      assertThat(digits.read(picture)).isEqualTo(expected);
    }
  }

  @Test
  void document_program_isThisFile() throws Exception {
    String document = Files.readString(Path.of("../docs/production.md"));
    String source = Files.readString(Path.of("src/test/java/io/fovea/cli/Digits.java"));
    int begin = source.indexOf("// begins\n") + "// begins\n".length();
    assertThat(document).contains(source.substring(begin, source.indexOf("// ends")));
  }
}
