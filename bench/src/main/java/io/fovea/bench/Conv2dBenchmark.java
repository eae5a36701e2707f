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
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The two convolutions of the two-layer network, 16 images on one thread. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class Conv2dBenchmark {
  private static final int IMAGES = 16;

  /** Input and output channels. */
  @Param({"1-16", "16-32"})
  String channels = "16-32";

  private Conv2dKernel kernel = kernel(1, 1);
  private Tensor x = Tensor.zeros(Shape.of(1), 1);
  private Tensor y = x;
  private Tensor dx = x;
  private float[] w = {};
  private float[] b = {};
  private float[] dw = {};
  private float[] db = {};
  private final Resources resources = new Resources(Workers.of(1), new Scratch(1));

  private static Conv2dKernel kernel(int in, int out) {
    return new VectorKernels()
        .conv2d(new Conv2dGeometry(in, 28, 28, out, 1, Window.square(5, 1, 2, 1)));
  }

  /** Random values in every operand. */
  @Setup
  public void prepare() {
    int in = Integer.parseInt(channels.substring(0, channels.indexOf('-')));
    int out = Integer.parseInt(channels.substring(channels.indexOf('-') + 1));
    kernel = kernel(in, out);
    x = random(Shape.of(in, 28, 28));
    y = random(Shape.of(out, 28, 28));
    dx = Tensor.zeros(Shape.of(in, 28, 28), IMAGES);
    float[] logical = new float[out * in * 25];
    for (int i = 0; i < logical.length; i++) {
      logical[i] = (float) RandomKey.of(1).normal(i);
    }
    w = kernel.packing().pack(logical);
    dw = new float[w.length];
    b = new float[out];
    db = new float[out];
  }

  private static Tensor random(Shape shape) {
    Tensor tensor = Tensor.zeros(shape, IMAGES);
    for (int i = 0; i < tensor.elements(); i++) {
      tensor.array()[i] = (float) RandomKey.of(2).normal(i);
    }
    return tensor;
  }

  /** y from x. */
  @Benchmark
  public float forward() {
    kernel.forward(y, x, w, b, resources);
    return y.array()[0];
  }

  /** dx from dy. */
  @Benchmark
  public float backwardInput() {
    kernel.backwardInput(dx, y, w, resources);
    return dx.array()[0];
  }

  /** dw and db from x and dy. */
  @Benchmark
  public float backwardWeights() {
    kernel.backwardWeights(dw, db, x, y, resources);
    return dw[0];
  }
}
