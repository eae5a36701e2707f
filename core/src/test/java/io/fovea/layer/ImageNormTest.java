package io.fovea.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.fovea.kernel.KernelSet;
import io.fovea.kernel.geometry.GroupNormGeometry;
import io.fovea.kernel.op.Bound;
import io.fovea.kernel.op.Draw;
import io.fovea.kernel.op.Moments;
import io.fovea.kernel.reference.ReferenceGroupNorm;
import io.fovea.parallel.Workers;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Layer and group normalisation. */
class ImageNormTest {
  private static final long SEED = 20260203;
  @AutoClose private static final Workers WORKERS = Workers.of(2);

  /** The numbers of the book's chapter. */
  @Test
  void reference_bookExample_givesItsNumbers() {
    ReferenceGroupNorm norm = new ReferenceGroupNorm(new GroupNormGeometry(4, 1, 1, 0));
    double[] x = {1, 7, 7, 9};
    Moments moments = new Moments(1);
    norm.moments(moments, x);
    assertThat(moments.mean()).containsExactly(6);
    assertThat(moments.variance()).containsExactly(9);
    double[] gamma = {3, 3, 3, 6};
    double[] y = new double[4];
    norm.forward(y, x, moments, gamma, new double[] {10, 10, 10, 0});
    assertThat(y).containsExactly(new double[] {5, 11, 11, 6}, within(1e-12));
    double[] dx = new double[4];
    double[] dgamma = new double[4];
    double[] dbeta = new double[4];
    norm.backward(dx, dgamma, dbeta, x, new double[] {18, 0, 0, 0}, moments, gamma);
    assertThat(dgamma).containsExactly(new double[] {-30, 0, 0, 0}, within(1e-12));
    assertThat(dbeta).containsExactly(18, 0, 0, 0);
    assertThat(dx).containsExactly(new double[] {1, -2, -2, 3}, within(1e-12));
    ReferenceGroupNorm pairs = new ReferenceGroupNorm(new GroupNormGeometry(4, 1, 2, 0));
    Moments two = new Moments(2);
    pairs.moments(two, x);
    pairs.forward(y, x, two, new double[] {1, 1, 1, 1}, new double[4]);
    assertThat(y).containsExactly(new double[] {-1, 1, -1, 1}, within(1e-12));
  }

  @Test
  void parameters_haveNamesShapesAndRolesOfPyTorch() {
    Shape maps = Shape.of(4, 3, 2);
    assertThat(new GroupNorm(2).parameters(List.of(maps)))
        .containsExactly(
            new Parameter("weight", Shape.of(4), Parameter.Role.SCALE, 1, 1),
            new Parameter("bias", Shape.of(4), Parameter.Role.BIAS, 1, 1));
    assertThat(new LayerNorm().parameters(List.of(maps)))
        .extracting(Parameter::shape)
        .containsOnly(maps);
    assertThat(new LayerNorm().parameters(List.of(maps.flattened())))
        .extracting(Parameter::shape)
        .containsOnly(Shape.of(24));
    assertThat(new LayerNorm().output(List.of(maps.flattened())).parts()).containsExactly(maps);
    assertThat(new LayerNorm2d().parameters(List.of(maps)))
        .isEqualTo(new GroupNorm(2).parameters(List.of(maps)));
    assertThat(new LayerNorm2d().output(List.of(maps))).isEqualTo(maps);
  }

  static Stream<Arguments> layers() {
    return Stream.of(
        Arguments.of(new GroupNorm(3), Shape.of(21, 9, 8)),
        Arguments.of(new GroupNorm(2), Shape.of(32, 12, 12)),
        Arguments.of(new GroupNorm(4), Shape.of(40, 1, 1)),
        Arguments.of(new LayerNorm(), Shape.of(21, 9, 8)),
        Arguments.of(new LayerNorm2d(), Shape.of(21, 29, 28)),
        Arguments.of(new LayerNorm2d(), Shape.of(320, 5, 4)),
        Arguments.of(new LayerNorm(), Shape.of(5000)));
  }

  /** y, dx and dgamma of four images of a mean. */
  private static List<float[]> run(Layer layer, Shape shape, double mean) {
    int weights = layer.parameters(List.of(shape)).getFirst().shape().elements();
    float[] gamma = new Draw(SEED + 2).reals(weights);
    float[] waves = new Draw(SEED).normal(4 * shape.elements(), 0, 1);
    float[] values = new float[waves.length];
    for (int i = 0; i < waves.length; i++) { // multiples of 1/1024: exact beside 10,000, too
      values[i] = (float) (mean + Math.rint(waves[i] * 1024) / 1024);
    }
    Map<String, float[]> named = Map.of("weight", gamma, "bias", new float[weights]);
    LayerPass pass =
        LayerPass.training(layer, KernelSet.VECTOR, WORKERS, named, Tensor.on(values, 0, shape, 4));
    float[] dx = pass.back(new Draw(SEED + 1).reals(values.length)).getFirst().toArray();
    return List.of(pass.y(), dx, pass.gradient("weight"));
  }

  /** Adding a constant changes nothing but the mean, however large it is. */
  @ParameterizedTest
  @MethodSource("layers")
  void pass_meanAThousandTimesTheDeviation_staysExact(Layer layer, Shape shape) {
    List<float[]> expected = run(layer, shape, 0);
    List<float[]> actual = run(layer, shape, 10_000);
    for (int k = 0; k < 3; k++) {
      assertThat(Bound.relativeL2(actual.get(k), Bound.widen(expected.get(k)))).isLessThan(1e-6);
    }
  }
}
