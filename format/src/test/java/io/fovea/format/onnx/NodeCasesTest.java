package io.fovea.format.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fovea.file.AtomicFile;
import io.fovea.format.FormatException;
import io.fovea.format.onnx.value.NdArray;
import io.fovea.parallel.Workers;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The ONNX project's own node cases, those of less than 4 kB among the ones that count
 * (bench/ROBUSTNESS.md has all): its models, inputs and expected outputs.
 */
@Tag("widths")
class NodeCasesTest {
  private static final int CASES = 403;

  /** What core has no layer for. */
  private static final Set<String> UNSUPPORTED =
      Set.of(
          "test_batchnorm_epsilon_training_mode",
          "test_batchnorm_example_training_mode",
          "test_convtranspose_3d",
          "test_maxpool_with_argmax_2d_precomputed_pads",
          "test_maxpool_with_argmax_2d_precomputed_strides");

  @TempDir Path folder;

  @Test
  void run_theProjectsNodeCases_givesTheirOutputsOrIsUnsupported() throws IOException {
    unpack();
    List<Path> cases;
    try (Stream<Path> folders = Files.list(folder)) {
      cases = folders.sorted().toList();
    }
    assertThat(cases).hasSize(CASES);
    try (Workers workers = Workers.of(2)) {
      for (Path one : cases) {
        check(one, workers);
      }
    }
  }

  /** Cases of a folder, -Dfovea.onnx.cases=FOLDER, at any depth. */
  @Test
  void run_casesOfAFolder_givesTheirOutputs() throws IOException {
    String place = System.getProperty("fovea.onnx.cases", "");
    assumeTrue(!place.isEmpty(), "no -Dfovea.onnx.cases");
    List<String> faults = new ArrayList<>();
    try (Workers workers = Workers.of(2);
        Stream<Path> files = Files.walk(Path.of(place))) {
      for (Path set : files.filter(file -> file.endsWith("test_data_set_0")).sorted().toList()) {
        Path one = set.resolve("..").normalize();
        try {
          check(one, workers);
        } catch (AssertionError | RuntimeException | FormatException fault) {
          faults.add(one.getFileName() + ": " + fault.getMessage());
        }
      }
    }
    assertThat(faults).isEmpty();
  }

  private void unpack() throws IOException {
    try (InputStream file = Files.newInputStream(Fixtures.file("node-cases.zip"));
        ZipInputStream zip = new ZipInputStream(file)) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        Path target = folder.resolve(entry.getName());
        AtomicFile.write(target, zip::transferTo); // makes the folders as well
      }
    }
  }

  private static void check(Path one, Workers workers) throws IOException {
    OnnxModel model = OnnxModel.read(one.resolve("model.onnx"));
    Path set = one.resolve("test_data_set_0");
    Map<String, NdArray> inputs = new LinkedHashMap<>();
    List<NdArray> given = arrays(set, "input_");
    for (int i = 0; i < given.size(); i++) {
      inputs.put(model.inputs().get(i).name(), given.get(i));
    }
    if (UNSUPPORTED.contains(String.valueOf(one.getFileName()))) {
      assertThatThrownBy(() -> model.run(inputs, workers))
          .isInstanceOf(UnsupportedOperationException.class)
          .hasMessageContaining(" not supported, got the input float ");
      return;
    }
    List<NdArray> got = List.copyOf(model.run(inputs, workers).values());
    assertThat(model.run(inputs, workers).values())
        .as("the second run")
        .containsExactlyElementsOf(got);
    List<NdArray> expected = arrays(set, "output_");
    assertThat(expected).isNotEmpty();
    for (int k = 0; k < expected.size(); k++) {
      String place = one.getFileName() + ", output " + k;
      assertThat(got.get(k)).as(place).hasToString(expected.get(k).toString());
      for (int i = 0; i < expected.get(k).size(); i++) {
        double b = expected.get(k).doubleAt(i);
        double a = got.get(k).doubleAt(i);
        if (Double.compare(a, b) != 0) {
          // the tolerances of the project's own runner
          assertThat(Math.abs(a - b)).as(place).isLessThanOrEqualTo(1e-7 + 1e-3 * Math.abs(b));
        }
      }
    }
  }

  private static List<NdArray> arrays(Path set, String start) throws IOException {
    List<NdArray> arrays = new ArrayList<>();
    for (int i = 0; Files.exists(set.resolve(start + i + ".pb")); i++) {
      arrays.add(TensorFile.read(set.resolve(start + i + ".pb")).array());
    }
    return arrays;
  }
}
