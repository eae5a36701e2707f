package io.fovea.cli;

import static io.fovea.network.ConvOption.padding;
import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.data.DataSplit;
import io.fovea.data.Images;
import io.fovea.format.Models;
import io.fovea.inference.Classifier;
import io.fovea.inference.Prediction;
import io.fovea.network.Initializer;
import io.fovea.network.Network;
import io.fovea.optim.Sgd;
import io.fovea.train.History;
import io.fovea.train.Trainer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The README's program, compiled and run, on a slice of the digits; and its text, held against this
 * file.
 */
class ReadmeTest {
  @TempDir Path folder;

  private DataSplit mnistSlice() throws IOException {
    var digits = SmallData.digits();
    int[] test = new int[100];
    java.util.Arrays.setAll(test, i -> 500 + i);
    return new DataSplit("mnist", digits.first(500), digits.select(test, "test"), "");
  }

  @Test
  void program_onASliceOfTheDigits_trainsSavesLoadsAndAnswers() throws IOException {
    DataSplit mnist = mnistSlice();
    // README begins
    Network net =
        Network.input(1, 28, 28)
            .conv2d(16, 5, padding(2))
            .relu()
            .conv2d(32, 5, padding(2))
            .flatten()
            .dense(100)
            .relu()
            .dense(10)
            .build(Initializer.he(), 42L);

    History history =
        Trainer.of(net)
            .optimizer(Sgd.of(0.01f).momentum(0.9f))
            .epochs(3)
            .batchSize(64)
            .seed(42L)
            .fit(mnist.train());
    // README pauses: the file names are this test's own
    Path model = folder.resolve("digits.safetensors");
    Path picture = folder.resolve("seven.png");
    Images.write(picture(mnist, 7), picture);
    // README goes on
    Models.write(net, model);
    Classifier digits = Classifier.of(Models.load(model));
    Prediction p = digits.classify(Images.read(picture));
    // README ends

    assertThat(history.epochs()).hasSize(3);
    assertThat(history.epochs().getLast().trainAccuracy()).isGreaterThan(0.7);
    assertThat(p.label()).isEqualTo("7");
  }

  /** The first training image with a label. */
  private static io.fovea.dataset.Image picture(DataSplit mnist, int label) {
    int index = 0;
    while (mnist.train().label(index) != label) {
      index++;
    }
    float[] pixels = new float[784];
    mnist.train().pixels(index, pixels, 0);
    byte[] bytes = new byte[784];
    for (int i = 0; i < 784; i++) {
      bytes[i] = (byte) (int) pixels[i];
    }
    return io.fovea.dataset.Image.of(1, 28, 28, bytes);
  }

  @Test
  void readme_program_isTheOneAbove() throws IOException {
    String source =
        withoutSpace(Files.readString(Path.of("src/test/java/io/fovea/cli/ReadmeTest.java")))
            .replace("Models.write(net,model)", "Models.write(net,Path.of(\"digits.safetensors\"))")
            .replace("Models.load(model)", "Models.load(Path.of(\"digits.safetensors\"))")
            .replace("Images.read(picture)", "Images.read(Path.of(\"seven.png\"))");
    String readme = Files.readString(Path.of("../README.md"));
    String program = readme.substring(readme.indexOf("```java") + 7);
    List<String> statements =
        List.of(withoutSpace(program.substring(0, program.indexOf("```"))).split("(?<=;)"));
    assertThat(statements).hasSize(6);
    assertThat(statements.getFirst()).isEqualTo("DataSplitmnist=DataSets.mnist();");
    for (String statement : statements.subList(1, statements.size())) {
      assertThat(source).contains(statement);
    }
  }

  /** Rows of the guarantees: the test that a row links to has the method that the row names. */
  @Test
  void readme_whatIsNotHere_isProvedByTestsThatExist() throws IOException {
    Path docs = Path.of("../docs");
    String page = Files.readString(docs.resolve("guarantees.md"));
    Matcher proof = Pattern.compile("\\[\\w+]\\((\\S+Test\\.java)\\) `(\\w+)` \\|").matcher(page);
    int rows = 0;
    while (proof.find()) {
      rows++;
      assertThat(Files.readString(docs.resolve(proof.group(1))))
          .as(proof.group())
          .contains("void " + proof.group(2) + "(");
    }
    assertThat(page.lines().filter(line -> line.startsWith("|"))).hasSize(rows + 2);
    assertThat(rows).isGreaterThan(10);
    assertThat(Files.readString(Path.of("../README.md"))).contains("](docs/guarantees.md)");
  }

  private static String withoutSpace(String text) {
    return text.replaceAll("\\s+", "");
  }
}
