package io.fovea.format.tensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.fovea.format.Fitting;
import io.fovea.format.FormatException;
import io.fovea.format.Models;
import io.fovea.format.NetworkDescription;
import io.fovea.format.WeightsFile;
import io.fovea.kernel.KernelSet;
import io.fovea.network.Graph;
import io.fovea.network.Initializer;
import io.fovea.network.Network;
import io.fovea.network.Weights;
import io.fovea.network.execution.PackedWeights;
import io.fovea.network.execution.Tape;
import io.fovea.network.execution.Workspace;
import io.fovea.parallel.Workers;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Statistics and counts of batch normalisation in files, as PyTorch has them. */
class BuffersTest {
  private final Graph graph = Network.input(2, 1, 2).batchNorm2d().graph();

  @TempDir Path folder;

  private Network network(float batches) {
    Map<String, float[]> values = new LinkedHashMap<>();
    values.put("bn1.weight", new float[] {3, 1});
    values.put("bn1.bias", new float[] {10, 0});
    values.put("bn1.running_mean", new float[] {6, -0.1f});
    values.put("bn1.running_var", new float[] {9, 1e-20f});
    values.put("bn1.num_batches_tracked", new float[] {batches});
    Network network = Network.of(graph, Initializer.he(), 1);
    network.publish(
        Weights.of(graph, values), network.preprocessing(), List.of("a", "b", "c", "d"));
    return network;
  }

  @Test
  void write_count_isASingleWholeNumberOf64Bits() throws FormatException {
    Path file = folder.resolve("model.safetensors");
    Models.write(network(16_777_216), file);

    try (SafeTensors open = SafeTensors.open(file)) {
      TensorEntry count = Objects.requireNonNull(open.tensors().get("bn1.num_batches_tracked"));
      assertThat(count.type()).isEqualTo(DataType.I64);
      assertThat(count.sizes()).isEmpty();
      assertThat(open.longs(count)).containsExactly(16_777_216);
      assertThat(open.tensors().keySet())
          .containsExactly(
              "bn1.num_batches_tracked",
              "bn1.weight",
              "bn1.bias",
              "bn1.running_mean",
              "bn1.running_var");
    }
    Weights read = Models.load(file).weights();
    for (String name : read.names()) {
      assertThat(read.values(name)).isEqualTo(network(16_777_216).weights().values(name));
    }
  }

  /** What torch.nn.BatchNorm2d(2).state_dict() gives safetensors.torch.save_file. */
  private Path pythons(String countShape, String countType, byte[] count) throws IOException {
    String header =
        """
        {"bn.num_batches_tracked":{"dtype":"%s","shape":%s,"data_offsets":[0,8]},\
        "bn.bias":{"dtype":"F32","shape":[2],"data_offsets":[8,16]},\
        "bn.running_mean":{"dtype":"F32","shape":[2],"data_offsets":[16,24]},\
        "bn.running_var":{"dtype":"F32","shape":[2],"data_offsets":[24,32]},\
        "bn.weight":{"dtype":"F32","shape":[2],"data_offsets":[32,40]}}\
        """
            .formatted(countType, countShape);
    return RawFile.write(
        folder,
        header,
        RawFile.join(
            count,
            RawFile.floats(10, 0),
            RawFile.floats(6, 1),
            RawFile.floats(9, 4),
            RawFile.floats(3, 1)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"[]", "[1]"})
  void fit_fileOfPythons_computesWhatPyTorchWould(String shape) throws IOException {
    Path file = pythons(shape, "I64", RawFile.longs(1234));

    Weights fitted =
        WeightsFile.read(file)
            .fit(graph, network(0).weights(), Fitting.exact().rename("bn", "bn1"));

    assertThat(fitted.values("bn1.num_batches_tracked")).containsExactly(1234);
    PackedWeights packed = PackedWeights.of(graph, fitted, KernelSet.VECTOR);
    try (Workers workers = Workers.of(1)) {
      Workspace workspace = Workspace.of(KernelSet.VECTOR, workers);
      workspace.beginInference();
      Tensor x = Tensor.of(Shape.of(2, 1, 2), 1, 1, 9, 5, -3);
      float[] y = Tape.forward(packed, workspace, x).output().toArray();
      // 3 (x - 6) / 3 + 10 and (x - 1) / 2, but for the epsilon
      assertThat(y).containsExactly(new float[] {5, 13, 2, -2}, within(1e-4f));
    }
  }

  @Test
  void fit_countOfAnotherTypeOrShape_isRefused() throws IOException {
    Fitting fitting = Fitting.exact().rename("bn", "bn1");
    Path halves = pythons("[2]", "F32", RawFile.floats(1, 2));
    assertThatThrownBy(() -> WeightsFile.read(halves).fit(graph, network(0).weights(), fitting))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining(
            "bn1.num_batches_tracked (in the file bn.num_batches_tracked) is 2, expected a single number;");
    Path real = pythons("[]", "F64", RawFile.doubles(7));
    assertThatThrownBy(() -> WeightsFile.read(real).fit(graph, network(0).weights(), fitting))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining(
            "bn1.num_batches_tracked (in the file bn.num_batches_tracked) has type F64, expected I64;");
  }

  @Test
  void fit_skippedBuffers_stayFresh() throws IOException {
    Path file = pythons("[]", "I64", RawFile.longs(1234));

    Weights fitted =
        WeightsFile.read(file)
            .fit(
                graph,
                network(5).weights(),
                Fitting.exact()
                    .rename("bn", "bn1")
                    .skip("bn1.running_*")
                    .skip("*.num_batches_tracked"));

    assertThat(fitted.values("bn1.weight")).containsExactly(3, 1);
    assertThat(fitted.values("bn1.running_var")).containsExactly(9, 1e-20f);
    assertThat(fitted.values("bn1.num_batches_tracked")).containsExactly(5);
  }

  @Test
  void load_weightInsteadOfIntegers_isRefused() throws IOException {
    Path file =
        RawFile.write(
            folder,
            "{\"__metadata__\":{\"fovea.network\":\""
                + NetworkDescription.json(network(1)).replace("\"", "\\\"")
                + "\"},"
                + """
                "bn1.num_batches_tracked":{"dtype":"I64","shape":[],"data_offsets":[0,8]},\
                "bn1.weight":{"dtype":"I64","shape":[2],"data_offsets":[8,24]}}\
                """,
            RawFile.longs(1, 2, 3));

    assertThatThrownBy(() -> Models.load(file))
        .isInstanceOf(FormatException.class)
        .hasMessage(
            "file.safetensors: read: does not fit the network: bn1.weight has type I64, expected F16, BF16, F32 or F64; bn1.bias is missing, expected 2; bn1.running_mean is missing, expected 2; bn1.running_var is missing, expected 2; the file was edited, write it again");
  }

  @Test
  void values_singleWholeNumber_isRead() throws IOException {
    WeightsFile file = WeightsFile.read(pythons("[]", "I64", RawFile.longs(1234)));

    assertThat(file.shape("bn.num_batches_tracked")).isEmpty();
    assertThat(file.values("bn.num_batches_tracked")).containsExactly(1234);
  }
}
