package io.fovea.kernel.reference;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.golden.Golden;
import io.fovea.golden.GoldenCase;
import io.fovea.golden.GoldenLayers;
import io.fovea.kernel.Bound;
import io.fovea.kernel.LinearNumbers;
import io.fovea.kernel.Pool2dGeometry;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** The reference kernels in double against PyTorch's float64: output and every gradient. */
class GoldenReferenceTest {
  private static final double TOLERANCE = 1e-12; // of the largest entry

  static Stream<GoldenCase> linear() {
    return GoldenLayers.linear();
  }

  static Stream<GoldenCase> pools() {
    return GoldenLayers.pools();
  }

  static Stream<GoldenCase> activations() {
    return GoldenLayers.activations();
  }

  static Stream<GoldenCase> losses() {
    return GoldenLayers.losses();
  }

  @ParameterizedTest
  @MethodSource("linear")
  void linear_goldenCase_agrees(GoldenCase golden) {
    LinearNumbers ours =
        new LinearNumbers(
            GoldenLayers.linear(golden),
            golden.input("x").memory(),
            golden.input("weight").logical(),
            golden.input("bias").logical(),
            golden.outputGradient().memory());
    close(golden + " y", ours.y(), golden.output().memory());
    close(golden + " dx", ours.dx(), golden.gradient("x").memory());
    close(golden + " dw", ours.dw(), golden.gradient("weight").logical());
    close(golden + " db", ours.db(), golden.gradient("bias").logical());
  }

  @ParameterizedTest
  @MethodSource("pools")
  void pool_goldenCase_agrees(GoldenCase golden) {
    Pool2dGeometry g = GoldenLayers.pool(golden);
    int count = golden.input("x").count();
    double[] x = golden.input("x").memory();
    double[] dy = golden.outputGradient().memory();
    double[] y = new double[dy.length];
    double[] dx = new double[x.length];
    if (golden.op().equals("max_pool2d")) {
      int[] winners = new int[y.length];
      new ReferenceMaxPool2d(g).forward(y, winners, x, count);
      new ReferenceMaxPool2d(g).backward(dx, dy, winners, count);
    } else {
      new ReferenceAvgPool2d(g).forward(y, x, count);
      new ReferenceAvgPool2d(g).backward(dx, dy, count);
    }
    close(golden + " y", y, golden.output().memory());
    close(golden + " dx", dx, golden.gradient("x").memory());
  }

  @ParameterizedTest
  @MethodSource("activations")
  void activation_goldenCase_agrees(GoldenCase golden) {
    double[] x = golden.input("x").logical();
    double[] y = new double[x.length];
    double[] dx = new double[x.length];
    new ReferenceRelu().forward(y, x);
    new ReferenceRelu().backward(dx, golden.outputGradient().logical(), y);
    close(golden + " y", y, golden.output().logical());
    close(golden + " dx", dx, golden.gradient("x").logical());
  }

  @ParameterizedTest
  @MethodSource("losses")
  void softmaxCrossEntropy_goldenCase_agrees(GoldenCase golden) {
    int classes = golden.input("x").size(1);
    int count = golden.input("x").count();
    double[] z = golden.input("x").logical();
    List<JsonNode> labels = golden.attributes().get("labels").valueStream().toList();
    double smoothing = golden.attributes().get("labelSmoothing").asDouble();
    double dLoss = golden.outputGradient().logical()[0];
    double loss = 0;
    double[] dz = new double[z.length];
    for (int n = 0; n < count; n++) {
      double[] row = Arrays.copyOfRange(z, n * classes, (n + 1) * classes);
      double[] dRow = new double[classes];
      loss +=
          ReferenceSoftmaxCrossEntropy.loss(dRow, row, labels.get(n).asInt(), smoothing) / count;
      for (int k = 0; k < classes; k++) {
        dz[n * classes + k] = dLoss * dRow[k] / count;
      }
    }
    close(golden + " loss", new double[] {loss}, golden.output().logical());
    close(golden + " dz", dz, golden.gradient("x").logical());
  }

  private static void close(String what, double[] actual, double[] expected) {
    Bound.assertClose(what, actual, expected, TOLERANCE);
  }

  @Test
  void layersFile_everyCase_isCheckedOrNamedHere() {
    Set<String> checked =
        Stream.of(linear(), pools(), activations(), losses())
            .flatMap(cases -> cases)
            .map(GoldenCase::toString)
            .collect(Collectors.toSet());
    assertThat(checked).hasSize(22);
    assertThat(Golden.layers()).extracting(GoldenCase::toString).doesNotHaveDuplicates();
    assertThat(Golden.layers())
        .extracting(GoldenCase::toString)
        .filteredOn(golden -> !checked.contains(golden))
        .as("cases without a layer yet; check a case as soon as its layer exists")
        .containsExactly(
            "activation: leaky_relu 0.01",
            "activation: sigmoid",
            "activation: tanh",
            "activation: gelu (erf)",
            "activation: silu",
            "activation: elu 1.0",
            "batch_norm2d: training mode, biased variance",
            "batch_norm2d: inference mode",
            "batch_norm2d_running: running statistics after one training step",
            "layer_norm: normalised over the last dimension",
            "group_norm: 2 groups of 3 channels");
  }
}
