package io.fovea.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.fovea.kernel.KernelSet;
import io.fovea.kernel.geometry.BatchNorm2dGeometry;
import io.fovea.kernel.op.Bound;
import io.fovea.kernel.op.Moments;
import io.fovea.kernel.reference.ReferenceBatchNorm2d;
import io.fovea.network.execution.WorkspaceNode;
import io.fovea.parallel.Workers;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BatchNorm2dTest {
  @AutoClose private static final Workers WORKERS = Workers.of(2);
  private static final Shape SHAPE = Shape.of(3, 5, 7);

  private static Map<String, float[]> weights(int channels) {
    Map<String, float[]> weights = new HashMap<>();
    for (Parameter parameter : new BatchNorm2d().parameters(List.of(Shape.of(channels, 1, 1)))) {
      float[] values = new float[parameter.shape().elements()];
      Arrays.fill(values, parameter.role().initial());
      weights.put(parameter.name(), values);
    }
    return weights;
  }

  private static LayerPass training(KernelSet set, Map<String, float[]> weights, Tensor x) {
    return LayerPass.training(new BatchNorm2d(), set, WORKERS, weights, x);
  }

  private static Tensor waves(float mean, float size) {
    Tensor x = Tensor.zeros(SHAPE, 4);
    for (int i = 0; i < x.elements(); i++) {
      x.array()[i] = mean + size * (float) Math.sin(i * i);
    }
    return x;
  }

  /** The numbers of the book's chapter. */
  @Test
  void reference_bookExample_givesItsNumbers() {
    ReferenceBatchNorm2d kernel = new ReferenceBatchNorm2d(new BatchNorm2dGeometry(1, 1, 2, 0));
    double[] x = {1, 7, 7, 9};
    Moments moments = new Moments(1);
    kernel.moments(moments, x, 2);
    assertThat(moments.mean()).containsExactly(6);
    assertThat(moments.variance()).containsExactly(9);
    double[] gamma = {3};
    double[] y = new double[4];
    kernel.forward(y, x, moments, gamma, new double[] {10}, 2);
    assertThat(y).containsExactly(new double[] {5, 11, 11, 13}, within(1e-12));
    assertThat(moments.runningMean(0, 0, 0.1)).isCloseTo(0.6, within(1e-12));
    assertThat(moments.runningVariance(0, 1, 0.1, 4)).isCloseTo(2.1, within(1e-12));
    double[] dy = {18, 0, 0, 0};
    double[] dx = new double[4];
    double[] dgamma = new double[1];
    double[] dbeta = new double[1];
    kernel.backwardWeights(dgamma, dbeta, x, dy, moments, 2);
    kernel.backwardInput(dx, x, dy, moments, gamma, dgamma, dbeta, 2);
    assertThat(dgamma).containsExactly(new double[] {-30}, within(1e-12));
    assertThat(dbeta).containsExactly(18);
    assertThat(dx).containsExactly(new double[] {1, -2, -2, 3}, within(1e-12));
    kernel.backwardInput(dx, dy, moments, gamma, 2);
    assertThat(dx).containsExactly(new double[] {18, 0, 0, 0}, within(1e-12));
  }

  @Test
  void parameters_haveNamesShapesAndRolesOfPyTorch() {
    List<Parameter> parameters = new BatchNorm2d().parameters(List.of(SHAPE));
    assertThat(parameters)
        .extracting(Parameter::name)
        .containsExactly("weight", "bias", "running_mean", "running_var", "num_batches_tracked");
    assertThat(parameters)
        .extracting(Parameter::shape)
        .containsExactly(Shape.of(3), Shape.of(3), Shape.of(3), Shape.of(3), Shape.of());
    assertThat(parameters)
        .extracting(parameter -> parameter.role().initial())
        .containsExactly(1f, 0f, 0f, 1f, 0f);
    assertThat(parameters)
        .extracting(parameter -> parameter.role().isTrained())
        .containsExactly(true, true, false, false, false);
  }

  @ParameterizedTest
  @EnumSource(KernelSet.class)
  void forward_training_changesNoWeightsAndLeavesTheNextStatistics(KernelSet set) {
    Map<String, float[]> weights = weights(3);
    LayerPass pass = training(set, weights, waves(5, 2));
    float[] y = pass.y();
    assertThat(weights.get("running_mean")).containsOnly(0);
    assertThat(weights.get("running_var")).containsOnly(1);
    assertThat(weights.get("num_batches_tracked")).containsOnly(0);
    WorkspaceNode node = pass.node;
    assertThat(node.next("num_batches_tracked")).containsExactly(1);
    for (int c = 0; c < 3; c++) {
      assertThat(node.next("running_mean")[c]).isCloseTo(0.5f, within(0.05f));
      assertThat(node.next("running_var")[c]).isCloseTo(1.1f, within(0.05f));
      double sum = 0;
      double squares = 0;
      for (int n = 0; n < 4; n++) {
        for (int p = 0; p < 35; p++) {
          float value = y[(n * 3 + c) * 35 + p];
          sum += value;
          squares += value * value;
        }
      }
      assertThat(sum / 140).isCloseTo(0, within(1e-6));
      assertThat(squares / 140).isCloseTo(1, within(1e-4));
    }
  }

  @ParameterizedTest
  @EnumSource(KernelSet.class)
  void forward_inference_normalisesByTheRunningStatistics(KernelSet set) {
    Map<String, float[]> weights = weights(3);
    Arrays.fill(Objects.requireNonNull(weights.get("running_mean")), 5);
    Arrays.fill(Objects.requireNonNull(weights.get("running_var")), 4);
    Tensor x = waves(5, 2);
    LayerPass pass = LayerPass.inference(new BatchNorm2d(), set, WORKERS, weights, x);
    for (int i = 0; i < x.elements(); i++) {
      assertThat(Bound.memory(pass.step.output())[i])
          .isCloseTo((Bound.memory(x)[i] - 5) / 2, within(1e-5f));
    }
    assertThatThrownBy(() -> pass.node.next("running_mean"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "it: no next value for the buffer running_mean yet; run a training pass first, in which the layer leaves one");
  }

  /** Adding a constant changes nothing but the mean, however large it is. */
  @Test
  void forward_largeMean_staysWithinWhatTheInputsRoundingCosts() {
    float[] expected = training(KernelSet.VECTOR, weights(3), waves(0, 1)).y();
    float[] actual = training(KernelSet.VECTOR, weights(3), waves(10_000, 1)).y();
    // a float near 10,000 is a multiple of 1/1024; the deviation is 0.7
    double bound = 3 * 0.5 / 1024 / 0.7;
    for (int i = 0; i < expected.length; i++) {
      assertThat((double) actual[i]).isCloseTo(expected[i], within(bound));
    }
  }

  @Test
  void count_pastWhatAFloatCounts_staysThere() {
    Map<String, float[]> weights = weights(3);
    Objects.requireNonNull(weights.get("num_batches_tracked"))[0] = 0x1p24f;
    WorkspaceNode node = training(KernelSet.VECTOR, weights, waves(0, 1)).node;
    assertThat(node.next("num_batches_tracked")).containsExactly(0x1p24f);
  }

  @ParameterizedTest
  @EnumSource(KernelSet.class)
  void forward_trainingWithOneValueAChannel_isRefused(KernelSet set) {
    Tensor x = Tensor.zeros(Shape.of(2, 1, 1), 1);
    assertThatThrownBy(() -> training(set, weights(2), x))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "it: batch_norm2d training expects at least 2 values a channel (images * height * width), got 1 (1x2x1x1); use larger batches, larger images, or a number of images that leaves no last batch of 1");
    assertThat(LayerPass.inference(new BatchNorm2d(), set, WORKERS, weights(2), x).y())
        .containsOnly(0);
  }
}
