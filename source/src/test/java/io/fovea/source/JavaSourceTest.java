package io.fovea.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fovea.dataset.Framing;
import io.fovea.dataset.Image;
import io.fovea.format.FormatException;
import io.fovea.format.NetworkDescription;
import io.fovea.inference.Classifier;
import io.fovea.inference.Prediction;
import io.fovea.kernel.KernelSet;
import io.fovea.layer.ActivationLayer;
import io.fovea.layer.Layer;
import io.fovea.layer.LayerContext;
import io.fovea.layer.Parameter;
import io.fovea.layer.Step;
import io.fovea.layer.Values;
import io.fovea.network.AnswerRule;
import io.fovea.network.FeatureGaussian;
import io.fovea.network.Graph;
import io.fovea.network.Initializer;
import io.fovea.network.Network;
import io.fovea.network.NetworkBuilder;
import io.fovea.network.Weights;
import io.fovea.network.Zoo;
import io.fovea.preprocessing.Preprocessing;
import io.fovea.preprocessing.Preprocessing.Background;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Networks as Java source: the same outputs and the same inputs as a classifier has. */
class JavaSourceTest {
  private static final String PAGE_PROGRAM =
      """
      package com.example;
      import java.awt.image.BufferedImage;
      import java.io.File;
      import javax.imageio.ImageIO;
      public class Net {
        public static Net load() { return new Net(); }
        public float[] probabilities(String path) throws Exception {
          File file = new File(path);
      // the page
          return p;
        }
        public byte[] raster(String path, String format) throws Exception {
          BufferedImage grey = new BufferedImage(28, 28, BufferedImage.TYPE_BYTE_GRAY);
          for (int k = 0; k < 784; k++) grey.getRaster().setSample(k % 28, k / 28, 0, k / 4);
          ImageIO.write(grey, format, new File(path));
          BufferedImage read = ImageIO.read(new File(path));
          byte[] values = new byte[784];
          read.getRaster().getDataElements(0, 0, 28, 28, values);
          return values;
        }
      }
      """;

  @TempDir Path folder;

  /** Those of format's tests, biases and statistics moved from where fresh networks have them. */
  static List<Network> networks() throws IOException {
    List<Network> networks = new ArrayList<>();
    try (Stream<Path> files = Files.list(Path.of("../format/src/test/resources/networks"))) {
      for (Path file : files.toList()) {
        NetworkDescription read = NetworkDescription.read(file);
        Network network =
            Network.of(read.graph(read.input().orElseThrow(), 0), Initializer.he(), 3);
        Map<String, float[]> values = new HashMap<>();
        Random random = new Random(9);
        for (Graph.Weight weight : network.graph().weights()) {
          float[] array = network.weights().values(weight.name());
          boolean isMoved = weight.parameter().role() != Parameter.Role.WEIGHT;
          for (int k = 0; k < array.length; k++) {
            array[k] += isMoved ? 0.4f * random.nextFloat() : 0;
          }
          values.put(weight.name(), array);
        }
        network.publish(Weights.of(network.graph(), values));
        networks.add(network);
      }
    }
    return networks;
  }

  @Test
  void metadata_ofNativeImage_hasEveryLayer() throws IOException {
    Path folder = Path.of("src/main/resources/META-INF/native-image/io.fovea/fovea-source");
    assertThat(Files.readString(folder.resolve("reachability-metadata.json")))
        .contains(
            Stream.of(Layer.class, ActivationLayer.class)
                .flatMap(type -> Stream.of(type.getPermittedSubclasses()))
                .filter(Class::isRecord)
                .map(type -> '"' + type.getName() + '"')
                .toList());
  }

  /** Every layer: logits of the reference kernels within 1e-5 of the largest. */
  @ParameterizedTest
  @MethodSource("networks")
  void logits_everyLayer_areThoseOfTheReference(Network network) throws Exception {
    assertAlike(network, folder);
  }

  @Test
  void logits_ofMaps_areInTheOrderOfTheLabels() throws Exception {
    NetworkBuilder maps = Network.input(1, 4, 3).conv2d(2, 2);
    assertAlike(Network.of(maps.graph(), Initializer.he(), 1), folder);
    assertAlike(Network.of(maps.flatten().graph(), Initializer.he(), 1), folder);
  }

  static void assertAlike(Network network, Path folder) throws Exception {
    Tensor x = noise(network.graph().input(), 3, 1);
    WrittenClass written = WrittenClass.of(network, folder);
    float[] expected = Classifier.of(network, 1, KernelSet.REFERENCE).outputs(x).toArray();
    float largest = 0;
    for (float each : expected) {
      largest = Math.max(largest, Math.abs(each));
    }
    for (int pass = 0; pass < 2; pass++) { // its maps are used again
      assertThat(written.logits(x.array()))
          .containsExactly(expected, Offset.offset(1e-5f * largest));
    }
  }

  /** Normal numbers, the same for a seed. */
  static Tensor noise(Shape shape, long seed, float deviation) {
    Tensor x = Tensor.zeros(shape, 1);
    Random random = new Random(seed);
    for (int k = 0; k < x.elements(); k++) {
      x.array()[k] = (float) random.nextGaussian() * deviation;
    }
    return x;
  }

  /** Each framing and background, for pictures of several sizes: the input to the last bit. */
  @ParameterizedTest
  @CsvSource({
    "STRETCH, MIXED, 3",
    "CROP, MIXED, 3",
    "STRETCH, LIGHT, 3",
    "CROP, DARK, 1",
    "DIGIT, DARK, 1"
  })
  void input_ofPictures_isThatOfTheModel(Framing framing, Background background, int channels)
      throws Exception {
    Preprocessing scaling =
        new Preprocessing(
            Collections.nCopies(channels, 0.1307),
            Collections.nCopies(channels, 0.3081),
            background,
            framing);
    Shape shape = Shape.of(channels, 28, 28);
    Network network = Network.of(Zoo.POOLED.graph(shape, 10), Initializer.he(), 1);
    network.publish(network.weights(), scaling, network.labels());
    WrittenClass written = WrittenClass.of(network, folder);
    assertThatThrownBy(() -> written.call("input", new int[3], 2, 2))
        .hasMessage("Net: expects all pixels, got 3 for 2 x 2");
    for (int[] size : new int[][] {{28, 28}, {40, 90}, {90, 40}, {9, 200}, {20, 11}, {300, 410}}) {
      int height = size[0];
      int width = size[1];
      int[] argb = drawing(height, width);
      byte[] bytes = new byte[3 * argb.length];
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = (byte) (argb[i / 3] >> (16 - i % 3 * 8));
      }
      Image picture = Image.of(3, height, width, bytes);
      float[] expected = new float[shape.elements()];
      scaling.inputs(picture, shape, expected, 0);
      assertThat((float[]) written.call("input", argb, width, height))
          .as("%dx%d", width, height)
          .isEqualTo(expected);
      float[] p = (float[]) written.call("probabilities", argb, width, height);
      List<Double> probabilities = Classifier.of(network).classify(picture).probabilities();
      for (int k = 0; k < p.length; k++) {
        assertThat((double) p[k]).isCloseTo(probabilities.get(k), Offset.offset(1e-5));
      }
    }
  }

  /** Uneven dark paper with noise and a light stroke with a dot, or the reverse. */
  private static int[] drawing(int height, int width) {
    Random random = new Random(height * 31L + width);
    int[] argb = new int[height * width];
    for (int k = 0; k < argb.length; k++) {
      int row = k / width;
      double y = (double) row / height;
      double x = (double) (k % width) / width;
      boolean isInk = Math.abs(x - 0.3 - 0.4 * y) < 0.06 && y > 0.2 && y < 0.8;
      int grey = (int) ((height % 4 == 0) == isInk ? 190 + 40 * x : 30 + 40 * y);
      argb[k] = ((grey + random.nextInt(9)) << 16) | ((grey + random.nextInt(9)) << 8);
      argb[k] |= 0xff000000 | (grey + random.nextInt(9));
    }
    return argb;
  }

  /** The class that docs/java-8.md shows: short, and the one that is written. */
  @Test
  void write_twoLayer_isTheClassOfThePage() throws IOException {
    Network network =
        Network.of(Zoo.TWO_LAYER_CNN.graph(Shape.of(1, 28, 28), 10), Initializer.he(), 1);
    JavaSource.write(network, "com.example", "model.safetensors", folder.resolve("Digits.java"));
    String text = Files.readString(folder.resolve("Digits.java"));
    assertThat(text.lines()).hasSizeLessThanOrEqualTo(250);
    assertThat(Files.readString(Path.of("../docs/java-8.md"))).contains("```\n" + text + "```");
  }

  /**
   * The program of docs/java-8.md with a grey picture: the probabilities of its raster's values.
   */
  @ParameterizedTest
  @ValueSource(strings = {"png", "jpg"})
  void program_ofThePage_takesTheRasterOfAGreyPicture(String format) throws Exception {
    Network network = Network.of(Zoo.LENET5.graph(Shape.of(1, 28, 28), 10), Initializer.he(), 1);
    JavaSource.write(network, "com.example", "", folder.resolve("com/example/Digits.java"));
    String page = Files.readString(Path.of("../docs/java-8.md")).split("## Use it", 2)[1];
    String program = PAGE_PROGRAM.replace("// the page\n", page.split("```\n", 3)[1]);
    Path source = Files.writeString(folder.resolve("com/example/Net.java"), program);
    WrittenClass.compile(folder, source);
    WrittenClass main = WrittenClass.load(folder);
    String file = folder.resolve("grey." + format).toString();
    Image picture = Image.of(1, 28, 28, (byte[]) main.call("raster", file, format));
    float[] p = (float[]) main.call("probabilities", file);
    List<Double> expected =
        Classifier.of(network, 1, KernelSet.REFERENCE).classify(picture).probabilities();
    for (int k = 0; k < p.length; k++) {
      assertThat((double) p[k]).isCloseTo(expected.get(k), Offset.offset(1e-5));
    }
  }

  /** Both rules for answers, with features that tell photos apart, and labels that need escapes. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void answer_ofARule_isThePrediction(boolean several) throws Exception {
    Network plain = Network.of(Zoo.LENET5.graph(Shape.of(1, 28, 28), 3), Initializer.he(), 5);
    plain.publish(plain.weights(), plain.preprocessing(), List.of("a\"$\n", "\u9ce5", "c"));
    float[] ones = new float[16];
    Arrays.fill(ones, 1);
    FeatureGaussian features = new FeatureGaussian("pool2", new float[3][16], ones, 0.02);
    Network network =
        plain.withAnswers(
            several
                ? new AnswerRule.SeveralLabels(List.of(0.4, 0.5, 0.6))
                : new AnswerRule.OneLabel(0.95, 0.33, Optional.of(features)));
    WrittenClass written = WrittenClass.of(network, folder);
    Set<String> answers = new HashSet<>();
    for (int seed = 0; seed < 20; seed++) {
      Tensor x = noise(Shape.of(1, 28, 28), seed, seed / 10f);
      Prediction expected =
          Classifier.of(network, 1, KernelSet.REFERENCE).probabilities(x).getFirst();
      answers.add(expected.answer().orElseThrow().toString());
      assertThat(written.call("answer", x.array())).isEqualTo(expected.answer().get().toString());
    }
    assertThat(answers).hasSizeGreaterThan(2);
    assertThat(written.call("label", 1)).isEqualTo("\u9ce5");
  }

  @Test
  void load_weightsThatAreCutSwappedDamagedOrMissing_errorNamesThem() throws Exception {
    Network network = Network.of(Zoo.MLP.graph(Shape.of(1, 4, 4), 3), Initializer.he(), 1);
    WrittenClass written = WrittenClass.of(network, folder);
    assertThatThrownBy(() -> written.logits(new float[15]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Net: expects 16 inputs, got 15");
    float[] x = new float[16];
    x[3] = Float.NaN;
    assertThatThrownBy(() -> written.logits(x))
        .hasMessage("Net: expects finite inputs, got NaN; replace it, or leave it out");
    assertThatThrownBy(() -> written.call("input", new int[15], 4, 4))
        .hasMessage("Net: expects 4 x 4 pixels, got 15 for 4 x 4");
    Path file = folder.resolve("com/example/Net.weights");
    byte[] bytes = Files.readAllBytes(file);
    byte[] damaged = bytes.clone();
    damaged[20] ^= 1;
    assertRefused(file, damaged, "is damaged: expected CRC-32 ");
    assertRefused(file, Arrays.copyOf(bytes, 30), "is cut: expected 8020 bytes; ");
    Path other = folder.resolve("Other.java");
    JavaSource.write(Network.of(network.graph(), Initializer.he(), 2), other);
    byte[] swapped = Files.readAllBytes(folder.resolve("Other.weights"));
    assertRefused(file, swapped, "is of another model: expected CRC-32 ");
    swapped[0]++;
    assertRefused(
        file,
        swapped,
        "is of another model: expected 2003 numbers, got 2004; copy both files of the model again");
    Files.delete(file);
    assertThatThrownBy(() -> WrittenClass.load(folder))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(
            "Net.weights: is missing: expected it beside com.example.Net.class, got none; ");
  }

  private void assertRefused(Path file, byte[] weights, String reason) throws IOException {
    Files.write(file, weights);
    assertThatThrownBy(() -> WrittenClass.load(folder))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("Net.weights: " + reason)
        .hasMessageContaining("again");
  }

  @ParameterizedTest
  @CsvSource({
    "3, a, 2Digits.java, 'expects the name of a class, such as Digits.java, got \"2Digits.java\"; '",
    "3, a, String.java, 'expects the name of a class, such as Digits.java, got \"String.java\"; '",
    "3, a, Object.java, 'expects the name of a class, such as Digits.java, got \"Object.java\"; '",
    "3, a, record.java, 'expects the name of a class, such as Digits.java, got \"record.java\"; '",
    "3, com.class, A.java, 'expects a package, such as com.example, got \"com.class\"; '",
    "5001, a, A.java, 'expects at most 5,000 classes, got 5,001; export a network with fewer '"
  })
  void write_whatHasNoPlainForm_isRefusedByName(
      int classes, String room, String name, String text) {
    Network network = Network.of(Zoo.MLP.graph(Shape.of(1, 4, 4), classes), Initializer.he(), 1);
    assertThatThrownBy(() -> JavaSource.write(network, room, "", folder.resolve(name)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("java source: " + text);
    assertThat(folder).isEmptyDirectory();
  }

  /** A class file has at most 65,535 bytes of a text: javac takes as many, and no more. */
  @Test
  void write_aLabelTooLongForAClassFile_isRefused() throws Exception {
    Network network = Network.of(Zoo.MLP.graph(Shape.of(1, 4, 4), 2), Initializer.he(), 1);
    String longest = "\u9ce5".repeat(21_844) + "\u00e9" + "a"; // 3, 2 and 1 bytes
    network.publish(network.weights(), network.preprocessing(), List.of(longest, "b"));
    assertThat(WrittenClass.of(network, folder).call("label", 0)).isEqualTo(longest);
    network.publish(network.weights(), network.preprocessing(), List.of("b", longest + "a"));
    assertThatThrownBy(() -> JavaSource.write(network, folder.resolve("Names.java")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "java source: expects labels of at most 65,535 bytes, as a class file does, got 65,536 for \"%s...\"; give the class a shorter name"
                .formatted("\u9ce5".repeat(20)));
    assertThat(folder.resolve("Names.java")).doesNotExist();
  }

  @Test
  void write_belowAFile_namesIt() throws IOException {
    Network network = Network.of(Zoo.MLP.graph(Shape.of(1, 4, 4), 3), Initializer.he(), 1);
    Path file = Files.createFile(folder.resolve("file"));
    assertThatThrownBy(() -> JavaSource.write(network, file.resolve("Net.java")))
        .isInstanceOf(FormatException.class)
        .hasMessageStartingWith("Net.java: java source: ")
        .hasMessageEndingWith("is a file or a link to a missing folder; give another folder");
    Files.createDirectory(folder.resolve("Bar.weights"));
    assertThatThrownBy(() -> JavaSource.write(network, folder.resolve("Bar.java")))
        .isInstanceOf(FormatException.class)
        .hasMessageStartingWith("Bar.weights: java source: ");
  }

  private record Own() implements Layer.Custom {
    @Override
    public String type() {
      return "own";
    }

    @Override
    public Shape output(List<Shape> inputs) {
      return inputs.getFirst();
    }

    @Override
    public Step forward(List<Tensor> inputs, Values weights, LayerContext workspace) {
      throw new UnsupportedOperationException("not needed here");
    }
  }

  @Test
  void write_aLayerOfYourOwn_isRefusedByName() {
    Network own =
        Network.input(1, 4, 4)
            .layer(new Own())
            .as("twice")
            .flatten()
            .dense(2)
            .build(Initializer.he(), 1);
    assertThatThrownBy(() -> JavaSource.write(own, folder.resolve("Own.java")))
        .hasMessage(
            "twice: java source: own is a layer of your own, which has no plain form; build the network to export of built-in layers");
  }
}
