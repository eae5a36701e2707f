package io.fovea.bench;

import io.fovea.kernel.Conv2dAlgorithm;
import io.fovea.kernel.Conv2dGeometry;
import io.fovea.kernel.Conv2dKernel;
import io.fovea.kernel.Resources;
import io.fovea.kernel.vector.VectorKernels;
import io.fovea.parallel.Scratch;
import io.fovea.parallel.Workers;
import io.fovea.random.RandomKey;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import io.fovea.tensor.Window;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Convolutions as residual and mobile networks have them, each by every algorithm that can compute
 * it (by the usual one, where the one asked for cannot): what the choice in {@link VectorKernels}
 * rests on. 8 images, one thread; flops are those of the sum as it is defined.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class Conv2dAlgorithmBenchmark {
  private static final int IMAGES = 8;

  /** What is computed. */
  public enum LayerShape {
    /** A residual network's first convolution of a stage. */
    STRIDED_3X3,
    /** Its short cut. */
    STRIDED_1X1,
    /** A convolution inside of a stage. */
    PLAIN_3X3,
    /** Channels mixed. */
    POINTWISE,
    /** A mobile network's. */
    DEPTHWISE_3X3,
    /** A first layer on colour pictures. */
    COLOUR_3X3
  }

  private static Conv2dGeometry geometry(LayerShape layer) {
    return switch (layer) {
      case STRIDED_3X3 -> new Conv2dGeometry(16, 32, 32, 32, 1, Window.square(3, 2, 1, 1));
      case STRIDED_1X1 -> new Conv2dGeometry(16, 32, 32, 32, 1, Window.square(1, 2, 0, 1));
      case PLAIN_3X3 -> new Conv2dGeometry(64, 28, 28, 64, 1, Window.square(3, 1, 1, 1));
      case POINTWISE -> new Conv2dGeometry(256, 14, 14, 256, 1, Window.square(1, 1, 0, 1));
      case DEPTHWISE_3X3 -> new Conv2dGeometry(64, 28, 28, 64, 64, Window.square(3, 1, 1, 1));
      case COLOUR_3X3 -> new Conv2dGeometry(3, 32, 32, 16, 1, Window.square(3, 1, 1, 1));
    };
  }

  /** What. */
  @Param LayerShape layer = LayerShape.STRIDED_3X3;

  /** How. */
  @Param Conv2dAlgorithm algorithm = Conv2dAlgorithm.GEMM;

  private final Resources resources = new Resources(Workers.of(1), new Scratch(1));
  private Conv2dKernel kernel = VectorKernels.always(algorithm).conv2d(geometry(layer));
  private Tensor x = Tensor.zeros(Shape.of(1), 1);
  private Tensor y = x;
  private Tensor dx = x;
  private float[] w = {};
  private float[] b = {};
  private float[] dw = {};
  private float[] db = {};
  private long work;

  /** Random values in every operand. */
  @Setup
  public void prepare() {
    Conv2dGeometry g = geometry(layer);
    kernel = VectorKernels.always(algorithm).conv2d(g);
    Shape input = Shape.of(g.channels(), g.height(), g.width());
    x = Buffers.random(input, IMAGES);
    dx = Buffers.zeros(input, IMAGES);
    Shape output = Shape.of(g.filters(), g.outputHeight(), g.outputWidth());
    y = Buffers.random(output, IMAGES);
    w = kernel.packing().pack(random(g.weights()));
    dw = new float[w.length];
    b = new float[g.filters()];
    db = new float[g.filters()];
    work = (long) IMAGES * g.outputElements() * g.taps();
  }

  private static float[] random(int length) {
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = (float) RandomKey.of(1).normal(i);
    }
    return values;
  }

  /** y from x. */
  @Benchmark
  public float forward(Flops flops) {
    kernel.forward(y, x, w, b, resources);
    flops.add(work);
    return y.array()[0];
  }

  /** dx from dy. */
  @Benchmark
  public float backwardInput(Flops flops) {
    kernel.backwardInput(dx, y, w, resources);
    flops.add(work);
    return dx.array()[0];
  }

  /** dw and db from x and dy. */
  @Benchmark
  public float backwardWeights(Flops flops) {
    kernel.backwardWeights(dw, db, x, y, resources);
    flops.add(work);
    return dw[0];
  }
}
