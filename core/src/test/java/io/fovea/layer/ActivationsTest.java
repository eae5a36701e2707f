package io.fovea.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.fovea.kernel.KernelSet;
import io.fovea.parallel.Workers;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class ActivationsTest {
  @AutoClose private static final Workers WORKERS = Workers.of(2);

  static Stream<Layer> layers() {
    return Stream.concat(
        UsualActivations.all(), Stream.of(new Softmax(), new Gelu(true), Clip.relu6()));
  }

  private static Step forward(Layer layer, KernelSet set, Tensor x) {
    return LayerPass.inference(layer, set, WORKERS, Map.of(), x).step;
  }

  /** Dense layers behind it pack their columns by these maps. */
  @ParameterizedTest
  @MethodSource("layers")
  void output_flattenedValue_remembersItsMaps(Layer layer) {
    Shape flat = Shape.of(3, 4, 5).flattened();
    assertThat(layer.output(List.of(flat))).isEqualTo(flat);
    assertThat(layer.output(List.of(flat)).parts()).containsExactly(Shape.of(3, 4, 5));
    Tensor x = Tensor.zeros(flat, 2);
    assertThat(forward(layer, KernelSet.VECTOR, x).output().shape()).isEqualTo(flat);
  }

  /** The numbers of the book's chapter. */
  @ParameterizedTest
  @EnumSource(KernelSet.class)
  void functions_bookExample_giveItsNumbers(KernelSet set) {
    Tensor x = Tensor.of(Shape.of(2), 1, -1, 2);
    float[][] expected = { // f(-1), f(2), f'(-1), f'(2)
      {-0.01f, 2, 0.01f, 1},
      {-0.6321f, 2, 0.3679f, 1},
      {-0.1587f, 1.9545f, -0.0833f, 1.0852f},
      {-0.2689f, 1.7616f, 0.0723f, 1.0908f},
      {0.2689f, 0.8808f, 0.1966f, 0.1050f},
      {-0.7616f, 0.9640f, 0.4200f, 0.0707f}
    };
    List<Layer> layers =
        List.of(new LeakyRelu(), new Elu(), new Gelu(), new Silu(), new Sigmoid(), new Tanh());
    for (int k = 0; k < expected.length; k++) {
      Step step = forward(layers.get(k), set, x);
      float[] y = step.output().toArray();
      float[] slopes = step.backward(Tensor.of(Shape.of(2), 1, 1, 1)).getFirst().toArray();
      assertThat(new float[] {y[0], y[1], slopes[0], slopes[1]})
          .as(layers.get(k).type())
          .containsExactly(expected[k], within(0.0001f));
    }
  }

  /** Logarithms of 1, 2 and 5 against those of 3, 3 and 2: shares of 8. */
  @ParameterizedTest
  @EnumSource(KernelSet.class)
  void softmax_channelsOfAPixel_sumToOne(KernelSet set) {
    float[] logs = {1, 3, 2, 3, 5, 2}; // (3, 1, 2): both pixels of a channel side by side
    for (int i = 0; i < logs.length; i++) {
      logs[i] = (float) Math.log(logs[i]) + 1000 * (i % 2);
    }
    Step step = forward(new Softmax(), set, Tensor.of(Shape.of(3, 1, 2), 1, logs));
    float[] y = step.output().toArray();
    assertThat(new float[] {y[0], y[2], y[4]})
        .containsExactly(new float[] {0.125f, 0.25f, 0.625f}, within(1e-6f));
    assertThat(new float[] {y[1], y[3], y[5]})
        .containsExactly(new float[] {0.375f, 0.375f, 0.25f}, within(1e-4f)); // 1000.69 is rounded
    float[] dx =
        step.backward(Tensor.of(Shape.of(3, 1, 2), 1, 8, 0, 0, 0, 0, 0)).getFirst().toArray();
    assertThat(dx).containsExactly(new float[] {0.875f, 0, -0.25f, 0, -0.625f, 0}, within(1e-5f));
  }
}
