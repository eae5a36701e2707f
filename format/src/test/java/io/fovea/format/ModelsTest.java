package io.fovea.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fovea.format.tensors.RawFile;
import io.fovea.format.tensors.SafeTensorsWriter;
import io.fovea.inference.Classifier;
import io.fovea.inference.Prediction;
import io.fovea.kernel.KernelSet;
import io.fovea.network.AnswerRule;
import io.fovea.network.FeatureGaussian;
import io.fovea.network.Initializer;
import io.fovea.network.Network;
import io.fovea.network.Weights;
import io.fovea.network.Zoo;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ModelsTest {
  @TempDir Path folder;

  static Stream<Network> networks() {
    Shape image = Shape.of(1, 8, 8);
    return Stream.of(
        Network.of(Zoo.TWO_LAYER_CNN.graph(image, 10), Initializer.he(), 1),
        Network.of(Zoo.POOLED.graph(image, 10), Initializer.xavier(), 2),
        Network.of(Zoo.MLP.graph(image, 10), Initializer.normal(1e-4), 3),
        Network.of(Zoo.RESNET8.graph(image, 10), Initializer.he(), 4),
        ExampleRuns.network());
  }

  @ParameterizedTest
  @MethodSource("networks")
  void roundTrip_everyNetwork_givesTheSameAnswers(Network network) throws FormatException {
    Path file = folder.resolve("model.safetensors");
    Models.write(network, file);

    Network read = Models.load(file);

    assertThat(read.graph().nodes()).isEqualTo(network.graph().nodes());
    assertThat(read.labels()).isEqualTo(network.labels());
    assertThat(read.preprocessing()).isEqualTo(network.preprocessing());
    assertThat(read.weights().names()).isEqualTo(network.weights().names());
    for (String name : network.weights().names()) {
      assertThat(read.weights().values(name)).isEqualTo(network.weights().values(name));
    }
    assertThat(answer(read)).isEqualTo(answer(network));
  }

  private static List<Prediction> answer(Network network) {
    Shape shape = network.graph().input();
    float[] values = new float[2 * shape.elements()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) Math.sin(i);
    }
    try (Classifier classifier = Classifier.of(network, 1, KernelSet.REFERENCE)) {
      return classifier.probabilities(Tensor.of(shape, 2, values));
    }
  }

  @Test
  void load_infiniteWeights_isRefused() throws FormatException {
    Path file = folder.resolve("model.safetensors");
    Network network = ExampleRuns.network();
    Map<String, float[]> values = new LinkedHashMap<>();
    for (String name : network.weights().names()) {
      values.put(name, network.weights().values(name));
    }
    String first = network.weights().names().iterator().next();
    float[] broken = network.weights().values(first);
    broken[1] = Float.NEGATIVE_INFINITY;
    values.put(first, broken);
    network.publish(Weights.of(network.graph(), values));
    Models.write(network, file);
    assertThatThrownBy(() -> Models.load(file))
        .isInstanceOf(FormatException.class)
        .hasMessage(
            "model.safetensors: read: expects finite weights, got -Infinity in %s, so predictions would be NaN; give a model from before its training diverged"
                .formatted(first));
  }

  @Test
  void write_sameModelTwice_givesTheSameBytes() throws IOException {
    Path first = folder.resolve("first.safetensors");
    Path second = folder.resolve("second.safetensors");

    Models.write(ExampleRuns.network(), first);
    Models.write(Models.load(first), second);

    assertThat(second).hasSameBinaryContentAs(first);
  }

  @Test
  void write_smallNetwork_givesTheseBytes() throws IOException {
    Network network =
        Network.of(Network.input(1, 1, 2).flatten().dense(1).graph(), Initializer.he(), 1);
    network.publish(
        Weights.of(
            network.graph(),
            Map.of("dense1.weight", new float[] {2, 3}, "dense1.bias", new float[] {-1})));
    Path file = folder.resolve("model.safetensors");

    Models.write(network, file);

    String description = NetworkDescription.json(network).replace("\"", "\\\"");
    String header =
        "{\"__metadata__\":{\"fovea.network\":\""
            + description
            + "\"},\"dense1.weight\":{\"dtype\":\"F32\",\"shape\":[1,2],\"data_offsets\":[0,8]},"
            + "\"dense1.bias\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[8,12]}}";
    header += " ".repeat((8 - header.length() % 8) % 8);
    assertThat(Files.readAllBytes(file)).isEqualTo(RawFile.bytes(header, RawFile.floats(2, 3, -1)));
  }

  @Test
  void load_fileOfPythonsLayout_computesWhatPyTorchWould() throws IOException {
    // torch: Conv2d(2, 1, (1, 2)) on 2x2x3, flatten, Linear(4, 2); rows and columns by hand.
    String description =
        """
        {'format':'fovea.network','version':1,'input':[2,2,3],'nodes':[\
        {'name':'conv1','layer':'conv2d','filters':1,'kernel':[1,2]},\
        {'name':'flatten1','layer':'flatten'},\
        {'name':'dense1','layer':'dense','outputs':2}],'labels':['a','b'],\
        'preprocessing':{'mean':[0,0],'deviation':[1,1],'background':'mixed'}}\
        """
            .replace("'", "\\\"");
    String header =
        "{\"__metadata__\":{\"format\":\"pt\",\"fovea.network\":\""
            + description
            + """
            "},"conv1.bias":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},\
            "conv1.weight":{"dtype":"F32","shape":[1,2,1,2],"data_offsets":[4,20]},\
            "dense1.bias":{"dtype":"F32","shape":[2],"data_offsets":[20,28]},\
            "dense1.weight":{"dtype":"F32","shape":[2,4],"data_offsets":[28,60]}}\
            """;
    Path file =
        RawFile.write(
            folder,
            header,
            RawFile.join(
                RawFile.floats(0.5f),
                RawFile.floats(1, 2, 3, 4),
                RawFile.floats(0, -1),
                RawFile.floats(1, 0, 0, 0, 0, 0, 0, 1)));

    Network read = Models.load(file);

    // x[c,h,w] = 6c + 3h + w; y[h,w] = 0.5 + x[0,h,w] + 2 x[0,h,w+1] + 3 x[1,h,w] + 4 x[1,h,w+1]
    float first = 0.5f + 0 + 2 * 1 + 3 * 6 + 4 * 7;
    float last = 0.5f + 4 + 2 * 5 + 3 * 10 + 4 * 11 - 1;
    float[] x = new float[12];
    for (int i = 0; i < x.length; i++) {
      x[i] = i;
    }
    double expected = 1 / (1 + Math.exp(last - first));
    try (Classifier classifier = Classifier.of(read, 1, KernelSet.REFERENCE)) {
      Prediction prediction =
          classifier.probabilities(Tensor.of(Shape.of(2, 2, 3), 1, x)).getFirst();
      assertThat(prediction.probabilities().getFirst()).isEqualTo(expected);
    }
  }

  /** It would be a file that neither this class nor ONNX Runtime reads. */
  @Test
  void write_nameOfAnOnnxFile_isRefused() {
    Network network = ExampleRuns.network();
    assertThatThrownBy(() -> Models.write(network, folder.resolve("m.onnx")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "write: expects the name of a safetensors file, got "
                + folder.resolve("m.onnx")
                + "; Onnx.write makes ONNX files");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void write_failing_keepsThePreviousModel() throws IOException {
    Path file = folder.resolve("model.safetensors");
    Models.write(ExampleRuns.network(), file);
    byte[] before = Files.readAllBytes(file);
    Network spoiled = ExampleRuns.network();
    spoiled.publish(spoiled.weights(), spoiled.preprocessing(), List.of("a", "b", "half \ud83d"));

    assertThatThrownBy(() -> Models.write(spoiled, file)).isInstanceOf(FormatException.class);

    assertThat(Files.readAllBytes(file)).isEqualTo(before);
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
  }

  /** Tensors beside a description, its network if that is empty, and what is said of the file. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          `` | "dense1.weight":{"dtype":"F32","shape":[2,1],"data_offsets":[0,8]},"dense2.weight":{"dtype":"F32","shape":[],"data_offsets":[8,12]} | does not fit the network: dense1.weight is 2x1, expected 1x2; dense1.bias is missing, expected 1; dense2.weight (a single number) is not in the network; the file was edited, write it again
          `` | "dense1.weight":{"dtype":"I16","shape":[1,2],"data_offsets":[0,4]},"dense1.bias":{"dtype":"F32","shape":[2],"data_offsets":[4,12]} | does not fit the network: dense1.weight has type I16, expected F16, BF16, F32 or F64; dense1.bias is 2, expected 1; the file was edited, write it again
          {'nodes':[]} | `` | fovea.network: "input" is missing; a model needs it, write the file again
          {'input':[4],'nodes':[]} | `` | fovea.network: "labels" is missing; a model needs it, write the file again
          {'input':[4],'nodes':[],'labels':[]} | `` | fovea.network: "preprocessing" is missing; a model needs it, write the file again
          {'format':'fovea.network','version':7} | `` | fovea.network: has version 7, but this Fovea reads versions up to 1; use a newer Fovea
          {'input':[2,1,1],'nodes':[{'layer':'flatten'}],'labels':['a','b'],'preprocessing':{'mean':[0],'deviation':[1],'background':'dark'}} | `` | fovea.network: network: input 2x1x1 has 2 channels, the preprocessing 1; give a mean and a deviation for each channel
          {'input':[2,1,1],'nodes':[{'layer':'flatten'}],'labels':['a','a'],'preprocessing':{'mean':[0,0],'deviation':[1,1],'background':'dark'}} | `` | fovea.network: network: expects different labels, got "a" twice; rename one
          {'input':[1000],'nodes':[{'layer':'dense','outputs':2000000},{'layer':'dense','outputs':1}],'labels':['a'],'preprocessing':{'mean':[0],'deviation':[1],'background':'dark'}} | `` | does not fit the network: dense1.weight is missing, expected 2000000x1000; dense1.bias is missing, expected 2000000; dense2.weight is missing, expected 1x2000000; dense2.bias is missing, expected 1; the file was edited, write it again
          """)
  void load_fileThatIsNoModel_isRefused(String description, String tensors, String message)
      throws IOException {
    Network network =
        Network.of(Network.input(1, 1, 2).flatten().dense(1).graph(), Initializer.he(), 1);
    String text =
        description.isEmpty()
            ? NetworkDescription.json(network).replace("\"", "\\\"")
            : description.replace("'", "\\\"");
    String header =
        "{\"__metadata__\":{\"fovea.network\":\"%s\"}%s%s}"
            .formatted(text, tensors.isEmpty() ? "" : ",", tensors);
    Path file = RawFile.write(folder, header, new byte[tensors.isEmpty() ? 0 : 12]);

    assertThatThrownBy(() -> Models.load(file))
        .isInstanceOf(FormatException.class)
        .hasMessage("file.safetensors: read: " + message);
  }

  @Test
  void load_noNetwork_isRefused() throws IOException {
    Path file = RawFile.write(folder, "{}", new byte[0]);

    assertThatThrownBy(() -> Models.load(file))
        .isInstanceOf(FormatException.class)
        .hasMessage(
            "file.safetensors: read: has weights but no network (metadata fovea.network); build the network and start from these weights, or write the model with Fovea");
  }

  @Test
  void roundTrip_ruleForAnswers_isTheSame() throws FormatException {
    Network network = Network.of(Zoo.POOLED.graph(Shape.of(1, 8, 8), 3), Initializer.he(), 2);
    String node = network.featureNode();
    int width = network.features(node).graph().output().elements();
    float[][] means = new float[3][width];
    means[1][0] = 0.3f;
    float[] deviations = new float[width];
    Arrays.fill(deviations, 0.7f);
    FeatureGaussian features = new FeatureGaussian(node, means, deviations, 1.4);
    Optional<AnswerRule.UnlikeShares> unlike = Optional.of(new AnswerRule.UnlikeShares(99, 1, 50));
    AnswerRule rule = new AnswerRule.OneLabel(0.9, 0.2, Optional.of(features), unlike);
    Path file = folder.resolve("model.safetensors");
    Models.write(network.withAnswers(rule), file);

    AnswerRule.OneLabel read = (AnswerRule.OneLabel) Models.load(file).answers().orElseThrow();

    assertThat(read.coverage()).isEqualTo(0.9);
    assertThat(read.least()).isEqualTo(0.2);
    assertThat(read.unlike()).isEqualTo(unlike);
    FeatureGaussian found = read.features().orElseThrow();
    assertThat(found.node()).isEqualTo(node);
    assertThat(found.limit()).isEqualTo(1.4);
    assertThat(found.means()).isDeepEqualTo(means);
    assertThat(found.deviations()).isEqualTo(deviations);
    assertThat(
            WeightsFile.read(file).fit(network.graph(), network.weights(), Fitting.exact()).names())
        .isEqualTo(network.weights().names());
  }

  @Test
  void roundTrip_thresholdsOfClasses_areTheSame() throws FormatException {
    Network network = Network.of(Zoo.POOLED.graph(Shape.of(1, 8, 8), 3), Initializer.he(), 2);
    AnswerRule rule = new AnswerRule.SeveralLabels(List.of(0.125, 0.1, 1.0));
    Path file = folder.resolve("model.safetensors");
    Models.write(network.withAnswers(rule), file);
    assertThat(Models.load(file).answers()).contains(rule);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'{\"thresholds\":[0.5]}' | fovea.network: network: has 3 classes, got thresholds of 1",
        "'{\"thresholds\":[0.5,7]}' | fovea.network: answer: expects a least probability from 0 to 1, got 7.0",
        "'{\"coverage\":2,\"least\":0}' | fovea.network: answer: expects a coverage above 0 and below 1, got 2.0; usual is 0.95",
        "'{\"coverage\":0.9,\"least\":0,\"node\":\"relu1\",\"limit\":1}' | fovea.answers/means is missing, or no matrix; write the file again",
        "'{\"coverage\":0.9}' | fovea.answers: \"least\" is missing",
      })
  void load_ruleThatIsNone_isRefused(String rule, String message) throws IOException {
    Path file = folder.resolve("model.safetensors");
    Network network = Network.of(Zoo.POOLED.graph(Shape.of(1, 8, 8), 3), Initializer.he(), 2);
    SafeTensorsWriter writer = new SafeTensorsWriter();
    Models.add(writer, network, network.weights());
    writer.metadata("fovea.answers", rule).write(file);

    assertThatThrownBy(() -> Models.load(file))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining(message);
  }
}
