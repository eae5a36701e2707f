package io.fovea.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.fovea.golden.GoldenCase;
import io.fovea.golden.GoldenLayers;
import io.fovea.kernel.KernelSet;
import io.fovea.kernel.geometry.GroupNormGeometry;
import io.fovea.kernel.op.Bound;
import io.fovea.kernel.op.Draw;
import io.fovea.kernel.op.EveryWidth;
import io.fovea.kernel.op.Moments;
import io.fovea.kernel.reference.ReferenceGroupNorm;
import io.fovea.network.execution.Workspace;
import io.fovea.network.execution.WorkspaceNode;
import io.fovea.parallel.Workers;
import io.fovea.random.RandomKey;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Layer and group normalisation. */
@EveryWidth
class ImageNormTest {
  private static final long SEED = 20260203;
  private static final Workers WORKERS = Workers.of(2);

  @AfterAll
  static void close() {
    WORKERS.close();
  }

  /** What a pass leaves behind, copied; weights and their gradients as they are stored. */
  private static final class Result {
    private final float[][] arrays;

    private Result(float[]... arrays) {
      this.arrays = arrays;
    }

    static Result of(
        Layer layer, KernelSet set, Workers workers, Tensor x, Tensor dy, float[]... weights) {
      Map<String, float[]> named = Map.of("weight", weights[0], "bias", weights[1]);
      Workspace workspace = Workspace.of(set, workers);
      workspace.beginTraining(RandomKey.of(1));
      WorkspaceNode node = workspace.node("it");
      Step step = layer.forward(List.of(x), name -> Objects.requireNonNull(named.get(name)), node);
      float[] y = step.output().toArray();
      float[] dx = step.backward(dy).getFirst().toArray();
      return new Result(y, dx, node.gradient("weight").clone(), node.gradient("bias").clone());
    }

    float[] y() {
      return arrays[0];
    }

    float[] dx() {
      return arrays[1];
    }

    float[] dgamma() {
      return arrays[2];
    }

    float[] dbeta() {
      return arrays[3];
    }
  }

  static Stream<Arguments> golden() {
    return GoldenLayers.imageNorms()
        .flatMap(golden -> Arrays.stream(KernelSet.values()).map(set -> Arguments.of(golden, set)));
  }

  /**
   * With M values in a group of deviation s: rounding x moves xhat by u * max|x| / s * (1 +
   * |xhat|), and sums and factors round some M + 10 times; dx has three terms of such numbers. All
   * numbers of these cases are below 4, and the deviations above 0.5: 32 (M + 10) u is more than
   * any of it.
   */
  @ParameterizedTest
  @MethodSource("golden")
  void layer_goldenCase_liesWithinTheBound(GoldenCase golden, KernelSet set) {
    Shape shape = GoldenLayers.image(golden);
    int images = GoldenLayers.images(golden);
    Result result =
        Result.of(
            GoldenLayers.layer(golden),
            set,
            WORKERS,
            Tensor.of(shape, images, Bound.narrow(golden.input("x").logical())),
            Tensor.of(shape, images, Bound.narrow(golden.outputGradient().logical())),
            Bound.narrow(golden.input("weight").logical()),
            Bound.narrow(golden.input("bias").logical()));
    double bound = 32 * (GoldenLayers.imageNorm(golden).values() + 10) * Bound.UNIT;
    near(set + " y", result.y(), golden.output().logical(), bound);
    near(set + " dx", result.dx(), golden.gradient("x").logical(), bound);
    near(set + " dgamma", result.dgamma(), golden.gradient("weight").logical(), bound);
    near(set + " dbeta", result.dbeta(), golden.gradient("bias").logical(), bound);
  }

  private static void near(String what, float[] actual, double[] expected, double bound) {
    assertThat(Bound.widen(actual)).as(what).containsExactly(expected, within(bound));
  }

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

  private static Result run(Layer layer, Shape shape, int images, double mean, Workers workers) {
    int weights = layer.parameters(List.of(shape)).getFirst().shape().elements();
    float[] gamma = new Draw(SEED + 2).reals(weights);
    float[] beta = new float[weights];
    Tensor x = Tensor.on(new float[images * shape.elements()], 0, shape, images);
    float[] waves = new Draw(SEED).normal(x.elements(), 0, 1);
    for (int i = 0; i < waves.length; i++) { // multiples of 1/1024: exact beside 10,000, too
      x.array()[i] = (float) (mean + Math.rint(waves[i] * 1024) / 1024);
    }
    Tensor dy = Tensor.on(new Draw(SEED + 1).reals(x.elements()), 0, shape, images);
    return Result.of(layer, KernelSet.VECTOR, workers, x, dy, gamma, beta);
  }

  /** Parameter gradients are sums over images. */
  @ParameterizedTest
  @MethodSource("layers")
  void pass_oneToFourThreads_hasTheSameBits(Layer layer, Shape shape) {
    Result expected = run(layer, shape, 13, 0, WORKERS);
    for (int threads = 1; threads <= 4; threads++) {
      try (Workers workers = Workers.of(threads)) {
        Result actual = run(layer, shape, 13, 0, workers);
        for (int k = 0; k < 4; k++) {
          Bound.assertSameBits(
              layer + " on " + threads + " threads, result " + k,
              actual.arrays[k],
              expected.arrays[k]);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("layers")
  void image_inOtherBatch_hasTheSameAnswer(Layer layer, Shape shape) {
    Result many = run(layer, shape, 5, 0, WORKERS);
    Result few = run(layer, shape, 2, 0, WORKERS);
    Bound.assertSameBits("y", few.y(), Arrays.copyOf(many.y(), few.y().length));
    Bound.assertSameBits("dx", few.dx(), Arrays.copyOf(many.dx(), few.dx().length));
  }

  /** Adding a constant changes nothing but the mean, however large it is. */
  @ParameterizedTest
  @MethodSource("layers")
  void pass_meanAThousandTimesTheDeviation_staysExact(Layer layer, Shape shape) {
    Result expected = run(layer, shape, 4, 0, WORKERS);
    Result actual = run(layer, shape, 4, 10_000, WORKERS);
    assertThat(Bound.relativeL2(actual.y(), Bound.widen(expected.y()))).isLessThan(1e-6);
    assertThat(Bound.relativeL2(actual.dx(), Bound.widen(expected.dx()))).isLessThan(1e-6);
    assertThat(Bound.relativeL2(actual.dgamma(), Bound.widen(expected.dgamma()))).isLessThan(1e-6);
  }
}
