package io.fovea.bench;

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
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The two convolutions of the two-layer network, a batch of 64 images on one thread; microseconds
 * an image. The second one is Winograd's in one set of kernels and direct in the other.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class Conv2dBenchmark {
  private static final int IMAGES = 64;

  /** Input and output channels. */
  @Param({"1-16", "16-32"})
  String channels = "16-32";

  /** The kernel set. */
  @Param({"vector", "vector-direct"})
  String kernels = "vector";

  private Conv2dKernel kernel = kernel("vector", 1, 1);
  private Tensor x = Tensor.zeros(Shape.of(1), 1);
  private Tensor y = x;
  private Tensor dx = x;
  private float[] w = {};
  private float[] b = {};
  private float[] dw = {};
  private float[] db = {};
  private final Resources resources = new Resources(Workers.of(1), new Scratch(1));

  private static Conv2dKernel kernel(String kernels, int in, int out) {
    VectorKernels set = kernels.equals("vector") ? new VectorKernels() : VectorKernels.direct();
    return set.conv2d(new Conv2dGeometry(in, 28, 28, out, 1, Window.square(5, 1, 2, 1)));
  }

  /** Random values in every operand. */
  @Setup
  public void prepare() {
    int in = Integer.parseInt(channels.substring(0, channels.indexOf('-')));
    int out = Integer.parseInt(channels.substring(channels.indexOf('-') + 1));
    kernel = kernel(kernels, in, out);
    x = Buffers.random(Shape.of(in, 28, 28), IMAGES);
    y = Buffers.random(Shape.of(out, 28, 28), IMAGES);
    dx = Buffers.zeros(Shape.of(in, 28, 28), IMAGES);
    float[] logical = new float[out * in * 25];
    for (int i = 0; i < logical.length; i++) {
      logical[i] = (float) RandomKey.of(1).normal(i);
    }
    w = kernel.packing().pack(logical);
    dw = new float[w.length];
    b = new float[out];
    db = new float[out];
  }

  /** y from x. */
  @Benchmark
  @OperationsPerInvocation(IMAGES)
  public float forward() {
    kernel.forward(y, x, w, b, resources);
    return y.array()[0];
  }

  /** dx from dy. */
  @Benchmark
  @OperationsPerInvocation(IMAGES)
  public float backwardInput() {
    kernel.backwardInput(dx, y, w, resources);
    return dx.array()[0];
  }

  /** dw and db from x and dy. */
  @Benchmark
  @OperationsPerInvocation(IMAGES)
  public float backwardWeights() {
    kernel.backwardWeights(dw, db, x, y, resources);
    return dw[0];
  }

  /** dx, dw and db in one call. */
  @Benchmark
  @OperationsPerInvocation(IMAGES)
  public float backward() {
    kernel.backward(dx, dw, db, x, y, null, w, resources);
    return dw[0];
  }

  /**
   * The same as training asks for it behind a ReLU: dx over x, where the kernel can. After the
   * first call x is a gradient, which changes nothing for the time.
   */
  @Benchmark
  @OperationsPerInvocation(IMAGES)
  public float backwardInPlace() {
    kernel.backward(kernel.canOverwriteInput() ? x : dx, dw, db, x, y, null, w, resources);
    return dw[0];
  }
}
