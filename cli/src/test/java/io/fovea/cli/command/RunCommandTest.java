package io.fovea.cli.command;

import static io.fovea.cli.CommandRun.fovea;
import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.cli.CommandRun;
import io.fovea.format.FormatException;
import io.fovea.format.onnx.Npy;
import io.fovea.format.onnx.TensorFile;
import io.fovea.format.onnx.value.NdArray;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A small network and its answer by ONNX's reference evaluator (format's fixtures.py). */
class RunCommandTest {
  @TempDir Path folder;
  private String model = "";
  private NdArray expected = NdArray.scalar(0f);

  @BeforeEach
  void fixtures() throws FormatException {
    model = fixture("small_cnn.onnx");
    expected = TensorFile.read(Path.of(fixture("small_cnn_logits.pb"))).array();
  }

  private String fixture(String name) {
    Path file = folder.resolve(name);
    try (InputStream in = RunCommandTest.class.getResourceAsStream("/onnx/" + name)) {
      if (in != null && !Files.exists(file)) {
        Files.copy(in, file);
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    return file.toString();
  }

  private void equal(NdArray got) {
    assertThat(got).hasToString(expected.toString());
    assertThat(got.floats()).containsExactly(expected.floats(), Offset.offset(1e-4f));
  }

  @Test
  void run_tensorsOfBothKinds_givesTheReferencesAnswer() throws FormatException {
    Path pb = folder.resolve("y.pb");
    CommandRun first =
        fovea("run %s --input %s --out %s", model, fixture("small_cnn_x.npy"), pb).done();
    assertThat(first.out().strip()).isEqualTo("logits  float 2x3");
    equal(TensorFile.read(pb).array());
    assertThat(TensorFile.read(pb).name()).isEqualTo("logits");

    Path npy = folder.resolve("new/y.npy");
    CommandRun second =
        fovea(
                "run %s --input x=%s --output logits=%s --threads 1 --json",
                model, fixture("small_cnn_x.pb"), npy)
            .done();
    equal(Npy.read(npy));
    JsonNode output = second.json().path("outputs").path(0);
    assertThat(output.path("name").asString()).isEqualTo("logits");
    assertThat(output.path("type").asString()).isEqualTo("float");
    assertThat(output.path("shape").toString()).isEqualTo("[2,3]");
  }

  @Test
  void run_inputsThatDoNotFit_failsInOneLine() throws FormatException {
    fovea("run %s", model)
        .refused(
            1,
            "small_cnn.onnx: run: input \"x\" is missing; the model expects \"x\" (float batchx2x8x8)");
    String wrong = folder.resolve("wrong.npy").toString();
    Npy.write(NdArray.of(new int[] {1, 3}, 1f, 2f, 3f), Path.of(wrong));
    fovea("run %s --input %s", model, wrong)
        .refused(1, "small_cnn.onnx: run: input \"x\" expects float batchx2x8x8, got float 1x3");
    fovea("run %s --input %s --input %s", model, wrong, wrong)
        .refused(
            1,
            "small_cnn.onnx: run: the model has 1 inputs (x: float batchx2x8x8), got 2; leave out "
                + wrong
                + ", or check its name");
    fovea("run %s --input %s --output y=y.npy", model, fixture("small_cnn_x.npy"))
        .refused(1, "small_cnn.onnx: run: there is no output \"y\"; the model has logits");
    fovea("run %s --input y=%s", model, wrong)
        .refused(
            1,
            "small_cnn.onnx: run: there is no input \"y\", or it is given two files; the model has x");
    fovea("run %s", folder.resolve("none.onnx"))
        .refused(1, "none.onnx: read: there is no such file; check the path");
  }

  @Test
  void run_operatorsThatAreNotSupported_namesAllInOneLine() {
    fovea("run %s", fixture("types.onnx"))
        .refused(
            1,
            "types.onnx: 2 of 4 nodes are not supported: If_2 (If) of opset 13, Own_3 (org.example.Own) of opset 2");
  }

  @Test
  void run_wrongFlags_endsWithUsage() {
    wrong("--input: expects a file that ends in .npy or .pb", "--input x.txt");
    wrong("--out: expects a file that ends in .npy or .pb", "--out x");
    wrong("--output: expects NAME=FILE, got \"y.npy\"", "--output y.npy");
    wrong("--threads: expects a whole number from 1 to 1024, got \"0\"", "--threads 0");
  }

  @Test
  void run_modelOfFovea_namesPredict() {
    String digits = "../studio/src/main/resources/io/fovea/studio/inside/digits.safetensors";
    assertThat(fovea("run %s", digits).lastError())
        .contains("got a safetensors file; read it by Models.load or fovea predict");
  }

  @Test
  void run_ontoAnInputOrAnotherOutput_writesNothing() throws IOException {
    String input = fixture("small_cnn_x.npy");
    byte[] before = Files.readAllBytes(Path.of(input));
    String link = folder.resolve("link.npy").toString();
    Files.createSymbolicLink(Path.of(link), Path.of(input));
    wrong(
        "output \"logits\": expects a file other than that of input \"x\", got %s; give another name; see fovea run --help"
            .formatted(input),
        "--input %s --out %s",
        input,
        input);
    wrong(
        "output \"logits\": expects a file other than that of input \"x\", got " + link,
        "--input x=%s --output logits=%s",
        input,
        link);
    assertThat(Path.of(input)).hasBinaryContent(before);
  }

  private void wrong(String message, String flags, Object... values) {
    List<Object> all = new ArrayList<>(List.of(model));
    all.addAll(List.of(values));
    fovea("run %s " + flags, all.toArray()).refused(2, message + "...");
  }
}
