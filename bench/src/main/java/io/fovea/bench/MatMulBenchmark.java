package io.fovea.bench;

import io.fovea.kernel.MatMulKernel;
import io.fovea.kernel.Matrix;
import io.fovea.kernel.Resources;
import io.fovea.kernel.vector.VectorKernels;
import io.fovea.parallel.Scratch;
import io.fovea.parallel.Workers;
import io.fovea.random.RandomKey;
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
 * The product of two matrices on one thread; its share of {@link FmaPeakBenchmark} is what counts.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class MatMulBenchmark {
  /** m x n x k. */
  @Param({"1024x1024x1024", "256x256x256", "64x100x25088", "1000x1000x1000"})
  String size = "1024x1024x1024";

  /** Which of a and b are transposed. */
  @Param({"none", "a", "b"})
  String transposed = "none";

  private final MatMulKernel kernel = new VectorKernels().matMul();
  private final Resources resources = new Resources(Workers.of(1), new Scratch(1));
  private Matrix a = Matrix.of(new float[0], 0, 0);
  private Matrix b = a;
  private Matrix c = a;

  /** Random operands. */
  @Setup
  public void prepare() {
    String[] sizes = size.split("x", -1);
    int m = Integer.parseInt(sizes[0]);
    int n = Integer.parseInt(sizes[1]);
    int k = Integer.parseInt(sizes[2]);
    a = random(m, k, transposed.equals("a"));
    b = random(k, n, transposed.equals("b"));
    c = Matrix.of(new float[m * n], m, n);
  }

  private static Matrix random(int rows, int columns, boolean transposed) {
    float[] values = new float[rows * columns];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) RandomKey.of(1).normal(i);
    }
    return transposed
        ? Matrix.of(values, columns, rows).transposed()
        : Matrix.of(values, rows, columns);
  }

  /** c = a b. */
  @Benchmark
  public float multiply(Flops flops) {
    kernel.multiply(c, a, b, false, resources);
    flops.add((long) c.rows() * c.columns() * a.columns());
    return c.array()[0];
  }
}
