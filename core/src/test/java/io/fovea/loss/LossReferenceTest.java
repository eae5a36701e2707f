package io.fovea.loss;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.dataset.Targets;
import io.fovea.kernel.op.Draw;
import io.fovea.kernel.reference.ReferenceFocal;
import io.fovea.kernel.reference.ReferenceSigmoidCrossEntropy;
import io.fovea.kernel.reference.ReferenceSoftmaxCrossEntropy;
import io.fovea.kernel.reference.ReferenceSquaredError;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every loss against its executable specification, for one image at a time: the same bits. */
class LossReferenceTest {
  private static final int CLASSES = 5;
  private static final int IMAGES = 40;
  private static final double[] WEIGHTS = {0.3, 2, 0, 1, 0.7};
  private static final List<Double> WEIGHT_LIST = List.of(0.3, 2.0, 0.0, 1.0, 0.7);

  static Stream<Arguments> losses() {
    return Stream.of(
        Arguments.of(new MeanSquaredError(), (ByImage.Part) ReferenceSquaredError::loss),
        Arguments.of(new SigmoidCrossEntropy(), (ByImage.Part) ReferenceSigmoidCrossEntropy::loss),
        Arguments.of(
            new SoftmaxCrossEntropy(0.1),
            (ByImage.Part) (dz, z, t) -> ReferenceSoftmaxCrossEntropy.loss(dz, z, t, 0.1)),
        Arguments.of(
            new SoftmaxCrossEntropy(0.2, WEIGHT_LIST),
            (ByImage.Part) (dz, z, t) -> ReferenceSoftmaxCrossEntropy.loss(dz, z, t, 0.2, WEIGHTS)),
        Arguments.of(
            new Focal(2, WEIGHT_LIST),
            (ByImage.Part) (dz, z, t) -> ReferenceFocal.loss(dz, z, t, 2, WEIGHTS)));
  }

  @ParameterizedTest
  @MethodSource("losses")
  void value_randomLogits_isTheReferencesToTheBit(Loss loss, ByImage.Part reference) {
    Draw draw = new Draw(20261127);
    for (int n = 0; n < IMAGES; n++) {
      Tensor z = Tensor.on(draw.reals(CLASSES), 0, Shape.of(CLASSES), 1);
      for (int k = 0; k < CLASSES; k++) {
        z.array()[k] *= n; // from all equal to far apart
      }
      float[] shares = new float[CLASSES];
      shares[n % CLASSES] = 0.75f;
      shares[(n + 2) % CLASSES] += 0.25f;
      Targets targets = Targets.on(new int[] {n % CLASSES}, shares, 1, CLASSES);
      Tensor expected = Tensor.zeros(Shape.of(CLASSES), 1);
      Tensor got = Tensor.zeros(Shape.of(CLASSES), 1);

      double divisor =
          loss instanceof MeanSquaredError || loss instanceof SigmoidCrossEntropy
              ? CLASSES
              : loss.divisor(targets);
      double value = ByImage.mean(expected, z, targets, divisor, reference);

      assertThat(loss.value(got, z, targets)).isEqualTo(value);
      assertThat(got.array()).isEqualTo(expected.array());
    }
  }
}
