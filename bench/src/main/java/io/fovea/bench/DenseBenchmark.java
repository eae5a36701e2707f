package io.fovea.bench;

import io.fovea.kernel.DenseGeometry;
import io.fovea.kernel.DenseKernel;
import io.fovea.kernel.Resources;
import io.fovea.kernel.vector.VectorKernels;
import io.fovea.parallel.Scratch;
import io.fovea.parallel.Workers;
import io.fovea.random.RandomKey;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The large dense layer of the two-layer network, 64 x 25,088 x 100, on one thread. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class DenseBenchmark {
  private static final int IMAGES = 64;
  private static final int OUTPUTS = 100;
  private static final Shape INPUT = Shape.of(32, 28, 28).flattened();

  private final DenseKernel kernel = new VectorKernels().dense(new DenseGeometry(INPUT, OUTPUTS));
  private final Resources resources = new Resources(Workers.of(1), new Scratch(1));
  private final Tensor x = Buffers.random(INPUT, IMAGES);
  private final Tensor dx = Buffers.zeros(INPUT, IMAGES);
  private final Tensor y = Tensor.zeros(Shape.of(OUTPUTS), IMAGES);
  private final float[] w = new float[kernel.packing().storedLength()];
  private final float[] dw = new float[w.length];
  private final float[] b = new float[OUTPUTS];
  private final float[] db = new float[OUTPUTS];

  /** Random values in every operand. */
  @Setup
  public void prepare() {
    fill(y.array(), 2);
    fill(w, 3);
  }

  private static void fill(float[] values, long seed) {
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) RandomKey.of(seed).normal(i);
    }
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
