package io.fovea.kernel.vector.norm;

import static io.fovea.kernel.op.Epilogue.NONE;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.kernel.op.Activation;
import io.fovea.kernel.op.BatchNorm2dKernel;
import io.fovea.kernel.op.Bound;
import io.fovea.kernel.op.Clamp;
import io.fovea.kernel.op.Draw;
import io.fovea.kernel.op.Epilogue;
import io.fovea.kernel.op.EveryWidth;
import io.fovea.kernel.op.Guarded;
import io.fovea.kernel.op.Normalization;
import io.fovea.kernel.op.Resources;
import io.fovea.parallel.Scratch;
import io.fovea.parallel.Workers;
import io.fovea.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A batch normalisation within bounds, against the operations one after the other. */
@EveryWidth
class BoundedBatchNormTest {
  private static final Resources RESOURCES = new Resources(Workers.of(2), new Scratch(2));

  @ParameterizedTest
  @MethodSource("io.fovea.kernel.vector.norm.VectorBatchNorm2dTest#cases")
  void everyPass_withinBounds_sameBitsAsOneAfterTheOther(VectorBatchNorm2dTest.Case c) {
    float[] gamma = new Draw(VectorBatchNorm2dTest.SEED + 2).reals(c.g().channels());
    float[] x = VectorBatchNorm2dTest.values(c, 1);
    float[] dy = new Draw(VectorBatchNorm2dTest.SEED + 5).reals(c.elements());
    Normalization n =
        new Normalization(VectorBatchNorm2dTest.moments(c, x), gamma, new float[gamma.length]);
    for (Activation f :
        List.of(new Activation.Relu(), new Activation.Clip(0, 0.5), new Activation.Clip(-1, 2))) {
      Clamp clamp = requireNonNull(Clamp.of(f));
      float[] z = passes(c, x, dy, n, NONE).getFirst();
      float[] y = new float[z.length];
      float[] gated = new float[z.length];
      for (int i = 0; i < z.length; i++) {
        y[i] = (float) f.value(z[i]);
        gated[i] = clamp.passes(z[i]) ? dy[i] : 0;
        assertThat(clamp.passes(z[i])).isEqualTo(f.derivative(z[i]) == 1);
      }
      List<float[]> expected = passes(c, x, gated, n, NONE);
      List<float[]> actual = passes(c, x, dy, n, Epilogue.of(f));
      Bound.assertSameBits(c + " y", actual.getFirst(), y);
      for (int k = 1; k < expected.size(); k++) {
        Bound.assertSameBits(c + ", result " + k, actual.get(k), expected.get(k));
      }
    }
  }

  private static List<float[]> passes(
      VectorBatchNorm2dTest.Case c, float[] x, float[] dy, Normalization n, Epilogue epilogue) {
    float[] dgamma = new float[c.g().channels()];
    float[] dbeta = new float[c.g().channels()];
    Tensor y = Guarded.output(c.shape(), c.images());
    Tensor dx = Guarded.output(c.shape(), c.images());
    BatchNorm2dKernel kernel = c.fast();
    kernel.forward(y, VectorBatchNorm2dTest.input(c, x), n, epilogue, RESOURCES);
    kernel.backwardWeights(
        dgamma,
        dbeta,
        VectorBatchNorm2dTest.input(c, x),
        VectorBatchNorm2dTest.input(c, dy),
        n,
        epilogue,
        RESOURCES);
    kernel.backwardInput(
        dx,
        VectorBatchNorm2dTest.input(c, x),
        VectorBatchNorm2dTest.input(c, dy),
        n,
        dgamma,
        dbeta,
        epilogue,
        RESOURCES);
    return List.of(Guarded.values("y", y), dbeta, dgamma, Guarded.values("dx", dx));
  }
}
