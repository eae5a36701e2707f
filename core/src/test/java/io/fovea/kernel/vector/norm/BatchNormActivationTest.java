package io.fovea.kernel.vector.norm;

import static io.fovea.kernel.op.Epilogue.NONE;

import io.fovea.kernel.op.Activation;
import io.fovea.kernel.op.BatchNorm2dKernel;
import io.fovea.kernel.op.Bound;
import io.fovea.kernel.op.Epilogue;
import io.fovea.kernel.op.EveryWidth;
import io.fovea.kernel.op.Guarded;
import io.fovea.kernel.op.Normalization;
import io.fovea.kernel.op.Resources;
import io.fovea.kernel.op.UnaryKernel;
import io.fovea.kernel.vector.activation.VectorActivation;
import io.fovea.kernel.vector.activation.VectorRelu;
import io.fovea.layer.ActivationLayer;
import io.fovea.layer.UsualActivations;
import io.fovea.parallel.Scratch;
import io.fovea.parallel.Workers;
import io.fovea.tensor.Tensor;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A batch normalisation with an activation, against the operations one after the other. */
@EveryWidth
class BatchNormActivationTest {
  private static final List<Activation> ACTIVATIONS =
      Stream.concat(
              UsualActivations.all().map(ActivationLayer::function),
              Stream.of(new Activation.GeluByTanh(), new Activation.Clip(0, 0.5)))
          .toList();

  private static final Resources RESOURCES = new Resources(Workers.of(2), new Scratch(2));

  @ParameterizedTest
  @MethodSource("io.fovea.kernel.vector.norm.VectorBatchNorm2dTest#cases")
  void everyPass_withActivation_sameBitsAsOneAfterTheOther(VectorBatchNorm2dTest.Case c) {
    float[] gamma = c.drawn(2);
    float[] x = VectorBatchNorm2dTest.values(c, 1);
    float[] dy = c.dy();
    Normalization n =
        new Normalization(VectorBatchNorm2dTest.moments(c, x), gamma, new float[gamma.length]);
    float[] z = passes(c, x, dy, n, NONE).getFirst();
    for (Activation f : ACTIVATIONS) {
      UnaryKernel kernel =
          f instanceof Activation.Relu ? new VectorRelu() : new VectorActivation(f);
      Tensor y = Guarded.output(c.shape(), c.images());
      Tensor dz = Guarded.output(c.shape(), c.images());
      Tensor input = VectorBatchNorm2dTest.input(c, z);
      kernel.forward(y, input, RESOURCES);
      kernel.backward(dz, VectorBatchNorm2dTest.input(c, dy), input, RESOURCES);
      List<float[]> expected = passes(c, x, Guarded.values("dz", dz), n, NONE);
      List<float[]> actual = passes(c, x, dy, n, Epilogue.of(f));
      Bound.assertSameBits(c + " y", actual.getFirst(), Guarded.values("y", y));
      for (int k = 1; k < expected.size(); k++) {
        Bound.assertSameBits(c + " " + f + ", result " + k, actual.get(k), expected.get(k));
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
