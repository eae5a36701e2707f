package io.fovea.network.execution;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.network.Zoo;
import io.fovea.tensor.Shape;
import org.junit.jupiter.api.Test;

class BufferPlanTest {
  /**
   * A convolution that pools at once reads its input while it writes the pooled output: one buffer
   * for both would make it compute the whole map first, as pooled's second convolution once did.
   */
  @Test
  void of_convolutionThatPoolsInAnswers_readsAnotherBufferThanItsPoolingWrites() {
    Plan plan = new Plan(Zoo.named("pooled").graph(Shape.of(1, 28, 28), 10));
    int first = plan.group(0, true).pooling;
    int second = first + 1; // the convolution behind the first pooling
    assertThat(first).isEqualTo(2);
    assertThat(plan.inputs(second)).containsExactly(second);
    int pooled = plan.buffers().of(plan.group(second, true).pooling);
    assertThat(pooled).isNotNegative().isNotEqualTo(plan.buffers().of(first));
  }
}
