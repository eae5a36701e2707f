package io.fovea.kernel.vector.conv;

import io.fovea.kernel.geometry.Conv2dGeometry;
import io.fovea.kernel.op.Activation;
import io.fovea.kernel.op.Bound;
import io.fovea.kernel.op.Conv2dAlgorithm;
import io.fovea.kernel.op.Conv2dKernel;
import io.fovea.kernel.op.Draw;
import io.fovea.kernel.op.Epilogue;
import io.fovea.kernel.op.OutputView;
import io.fovea.kernel.op.Resources;
import io.fovea.kernel.vector.VectorKernels;
import io.fovea.layer.ActivationLayer;
import io.fovea.layer.UsualActivations;
import io.fovea.parallel.Scratch;
import io.fovea.parallel.Workers;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import io.fovea.tensor.Window;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A convolution with what follows, against the operations one after the other: the same bits. */
class EpilogueTest {
  private static final long SEED = 20261127;
  private static final Resources RESOURCES = new Resources(Workers.of(2), new Scratch(2));

  /** Channels on both sides of the map that is written. */
  private static final int BESIDE = 5;

  private static final List<Activation> ACTIVATIONS =
      Stream.concat(
              UsualActivations.all().map(ActivationLayer::function),
              Stream.of(new Activation.GeluByTanh(), new Activation.Clip(0, 6)))
          .toList();

  private static List<Conv2dGeometry> geometries(Conv2dAlgorithm algorithm) {
    Window same = Window.square(3, 1, 1, 1);
    return switch (algorithm) {
      case DEPTHWISE ->
          List.of(
              new Conv2dGeometry(20, 13, 9, 20, 20, same),
              new Conv2dGeometry(32, 15, 15, 32, 32, Window.square(3, 2, 1, 1)));
      case WINOGRAD ->
          List.of(
              new Conv2dGeometry(16, 22, 19, 24, 1, same),
              new Conv2dGeometry(8, 12, 12, 32, 1, Window.square(5, 1, 2, 1)));
      case DIRECT, GEMM ->
          List.of(
              new Conv2dGeometry(6, 11, 13, 20, 1, same),
              new Conv2dGeometry(8, 9, 9, 24, 2, Window.square(3, 2, 1, 1)),
              new Conv2dGeometry(32, 14, 14, 64, 1, Window.square(1, 1, 0, 1)));
    };
  }

  @ParameterizedTest
  @EnumSource
  void forward_everyActivationWithAndWithoutResidual_sameBitsAsOneAfterTheOther(
      Conv2dAlgorithm algorithm) {
    for (Conv2dGeometry g : geometries(algorithm)) {
      Conv2dKernel kernel = VectorKernels.always(algorithm).conv2d(g);
      for (int images : new int[] {1, 2, 5}) {
        for (Activation f : ACTIVATIONS) {
          check(kernel, g, images, f, false);
          check(kernel, g, images, f, true);
        }
        check(kernel, g, images, null, true);
        check(kernel, g, images, null, false);
      }
    }
  }

  private static void check(
      Conv2dKernel kernel, Conv2dGeometry g, int images, @Nullable Activation f, boolean adds) {
    Draw draw = new Draw(SEED);
    float[] w = kernel.packing().pack(draw.reals(g.weights()));
    float[] b = draw.reals(g.filters());
    Tensor x = input(g, images, draw);
    Tensor expected = output(g, images);
    kernel.forward(expected, x, w, b, RESOURCES);
    Tensor residual = null;
    if (adds) {
      residual = Tensor.of(expected.shape(), images, draw.reals(expected.elements()));
      VectorKernels kernels = new VectorKernels();
      float[] y = expected.array();
      int at = expected.offset();
      kernels.sum(y, at, y, at, residual.array(), residual.offset(), expected.elements());
    }
    if (f != null) {
      new VectorKernels().activation(f).forward(expected, expected, RESOURCES);
    }
    Epilogue epilogue = new Epilogue(residual, f, null);
    String what = kernel.name() + " " + g + ", " + images + " images, " + epilogue;
    Tensor y = output(g, images);
    kernel.forward(OutputView.of(y), x, w, b, epilogue, RESOURCES);
    Bound.assertSameBits(what, y.toArray(), expected.toArray());
    Bound.assertSameBits(
        what + ", beside others", beside(kernel, g, x, w, b, epilogue), expected.toArray());
  }

  /** The same between the channels of others, which stay as they are. */
  private static float[] beside(
      Conv2dKernel kernel, Conv2dGeometry g, Tensor x, float[] w, float[] b, Epilogue epilogue) {
    int all = g.filters() + 2 * BESIDE;
    Shape shape = Shape.of(all, g.outputHeight(), g.outputWidth());
    float[] joined = new float[x.count() * shape.elements()];
    Arrays.fill(joined, 7);
    Tensor whole = Tensor.on(joined, 0, shape, x.count());
    kernel.forward(OutputView.of(whole, BESIDE), x, w, b, epilogue, RESOURCES);
    float[] own = new float[joined.length / all * g.filters()];
    for (int i = 0; i < joined.length; i++) {
      int channel = i % all - BESIDE;
      if (channel >= 0 && channel < g.filters()) {
        own[i / all * g.filters() + channel] = joined[i];
      } else if (joined[i] != 7) {
        throw new AssertionError("channel of another one overwritten at " + i);
      }
    }
    Shape map = Shape.of(g.filters(), g.outputHeight(), g.outputWidth());
    return Tensor.on(own, 0, map, x.count()).toArray();
  }

  private static Tensor input(Conv2dGeometry g, int images, Draw draw) {
    Shape shape = Shape.of(g.channels(), g.height(), g.width());
    return Tensor.of(shape, images, draw.reals(images * g.inputElements()));
  }

  private static Tensor output(Conv2dGeometry g, int images) {
    return Tensor.zeros(Shape.of(g.filters(), g.outputHeight(), g.outputWidth()), images);
  }
}
