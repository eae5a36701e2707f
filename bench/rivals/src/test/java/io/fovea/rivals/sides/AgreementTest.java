package io.fovea.rivals.sides;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class AgreementTest {
  /** exp(z) is 1, 3 and 4, so softmax is 1/8, 3/8 and 4/8, whatever is added to z. */
  private static final List<Double> P = List.of(0.125, 0.375, 0.5);

  private static float[] logits(double shift) {
    return new float[] {
      (float) shift, (float) (Math.log(3) + shift), (float) (Math.log(4) + shift)
    };
  }

  @Test
  void difference_ofTheSameLogits() {
    assertThat(Agreement.difference(P, logits(0))).isLessThan(1e-6);
    assertThat(Agreement.difference(P, logits(5))).isLessThan(1e-6);
    assertThat(Agreement.difference(P, logits(-5))).isLessThan(1e-6);
  }

  @Test
  void difference_ofOtherLogits() {
    // Softmax of 0, 0, ln 2 is 1/4, 1/4, 1/2: ln 2 away in the first, ln 1.5 in the second.
    assertThat(Agreement.difference(P, 0, 0, (float) Math.log(2))).isCloseTo(1, within(1e-6));
  }

  @Test
  void difference_ofProbabilities() {
    assertThat(Agreement.difference(P, 0.125f, 0.375f, 0.5f)).isZero();
    assertThat(Agreement.difference(P, 0.25f, 0.25f, 0.5f)).isEqualTo(0.25);
  }

  @Test
  void difference_ofNaN() {
    assertThat(Agreement.difference(P, Float.NaN, 0, 0)).isNaN();
  }

  @Test
  void difference_ofOtherNumbers() {
    assertThatThrownBy(() -> Agreement.difference(P, 1))
        .hasMessage("answers: Fovea has 3, ONNX Runtime 1");
  }

  /** Else a network whose softmax is 1 for one class would agree whatever it says of the others. */
  @Test
  void difference_ofLogitsThatLeaveNoProbability() {
    assertThatThrownBy(() -> Agreement.difference(P, 2170, -1848, 0))
        .hasMessage(
            "answers: logits from -1848 to about 2170 lie too far apart to be compared by their probabilities, some of which are 0; scale the last layer's weights");
  }
}
