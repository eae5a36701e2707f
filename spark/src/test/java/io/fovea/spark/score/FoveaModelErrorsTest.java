package io.fovea.spark.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fovea.layer.Dense;
import io.fovea.layer.Layer;
import io.fovea.layer.LayerContext;
import io.fovea.layer.Step;
import io.fovea.layer.Values;
import io.fovea.network.Graph;
import io.fovea.network.Initializer;
import io.fovea.network.Network;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is refused on the driver, before any job. */
class FoveaModelErrorsTest {
  private static final SparkSession SPARK = Given.spark();

  private static final StructType FILES =
      new StructType().add("path", DataTypes.StringType).add("content", DataTypes.BinaryType);

  private static FoveaModel model() {
    return FoveaModel.of(Given.colourModel());
  }

  private static void refused(ThrowingCallable call, String message) {
    assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
  }

  @Test
  void transformSchema_unfitColumns_areRefused() {
    refused(
        () -> model().setInputCol("picture").transformSchema(FILES),
        "FoveaModel: inputCol is \"picture\", but the columns are path, content; set inputCol to the one with the pictures");
    refused(
        () -> model().setInputCol("path").transformSchema(FILES),
        "FoveaModel: inputCol \"path\" expects binary, an image struct, array<float>, array<double>, array<int> or a vector, got string; cast the column, or set inputCol to another");
    refused(
        () -> model().setPredictionCol("Path").transformSchema(FILES),
        "FoveaModel: the added column \"Path\" exists already; give predictionCol another name, or \"\" to leave it out");
    refused(
        () -> model().setErrorCol("probability").transformSchema(FILES),
        "FoveaModel: the added column \"probability\" exists already; give errorCol another name, or \"\" to leave it out");
    refused(
        () -> model().setInputCol("path").transform(SPARK.createDataFrame(List.of(), FILES)),
        "FoveaModel: inputCol \"path\" expects binary, an image struct, array<float>, array<double>, array<int> or a vector, got string; cast the column, or set inputCol to another");
  }

  @Test
  void transformSchema_picturesForAModelOfNumbers_isRefused() {
    Network numbers =
        Network.of(
            Graph.of(
                Shape.of(12),
                List.of(new Graph.Node("dense1", new Dense(2, true), List.of("input")))),
            Initializer.he(),
            1);
    refused(
        () -> FoveaModel.of(numbers).transformSchema(FILES),
        "FoveaModel: inputCol \"content\" has pictures, but the model expects 12 numbers a row, not (C, H, W); set it to a column of numbers");
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
      throw new AssertionError("nothing is computed here");
    }
  }

  @Test
  void of_networkWithAnOwnLayer_isRefused() {
    Graph graph = Network.input(1, 2, 2).layer(new Own()).flatten().dense(2).graph();
    assertThatThrownBy(() -> FoveaModel.of(Network.of(graph, Initializer.he(), 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("FoveaModel: cannot read the model of this program: ")
        .hasMessageContaining("\"own\"");
  }

  @Test
  void setters_unknownChoices_areRefused() {
    refused(
        () -> model().setHandleInvalid("drop"),
        "FoveaModel: handleInvalid expects error or skip or keep, got drop");
    refused(
        () -> model().setBytesAre("png"), "FoveaModel: bytesAre expects files or pixels, got png");
    refused(
        () -> model().setNumbersAre("floats"),
        "FoveaModel: numbersAre expects pixels or inputs, got floats");
    refused(
        () -> model().setChannelOrder("CHW"),
        "FoveaModel: channelOrder expects last or first, got CHW");
    refused(
        () -> model().setBatchSize(-1),
        "FoveaModel: batchSize expects 0 (automatic) or 1 to 65536 rows, got -1");
  }

  @Test
  void fromFile_noModel_isRefused(@TempDir Path folder) throws IOException {
    Path missing = folder.resolve("none.safetensors");
    assertThatThrownBy(() -> FoveaModel.fromFile(missing.toString()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("FoveaModel: cannot read the model " + missing + ": ")
        .hasMessageEndingWith("; give a .safetensors or .onnx file");
    Path text = Files.writeString(folder.resolve("a.txt"), "hello, world");
    assertThatThrownBy(() -> FoveaModel.fromFile(text.toString()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("FoveaModel: cannot read the model " + text + ": ");
  }

  @Test
  void transform_stageWithoutModel_isRefused() {
    assertThatThrownBy(() -> new FoveaModel("bare").transformSchema(FILES))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "FoveaModel: has no model; create it by FoveaModel.of(network) or FoveaModel.fromFile(file), or load a saved one");
  }

  @Test
  void load_folderWithoutModelFile_isRefused(@TempDir Path folder) throws IOException {
    Path saved = folder.resolve("saved");
    model().write().save(saved.toString());
    Files.delete(saved.resolve("model.safetensors"));
    refused(
        () -> FoveaModel.load(saved.toString()),
        "FoveaModel: expects model.safetensors or model.onnx in %s, but found none; save the model again"
            .formatted(saved));
  }

  @Test
  void network_ofAForeignOnnxFile_warnsByItsName() throws IOException {
    Path foreign =
        Path.of("../format/src/test/resources/io/fovea/format/onnx/models/resnet-pytorch.onnx");
    List<String> warnings = new ArrayList<>();
    Network network =
        ModelBytes.of(Files.readAllBytes(foreign)).network("hdfs:/resnet.onnx", warnings::add);
    assertThat(network.preprocessing().isUnit()).isTrue();
    ModelBytes.of(Given.colourModel()).network("own", warnings::add);
    assertThat(warnings)
        .containsExactly(
            "FoveaModel: hdfs:/resnet.onnx states no preprocessing, so it is pixel/255; if the network was trained with another one, use FoveaModel.of(network), read with OnnxReading.preprocessing");
  }
}
