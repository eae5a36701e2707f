package io.fovea.bench;

import io.fovea.kernel.Kernels;
import io.fovea.kernel.vector.VectorKernels;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The most that a thread can do, {@link Kernels#peak}. Run it together with others, so that their
 * share of it is taken on the same machine in the same hour. It is the best of many short runs, the
 * others are means: on a busy machine their shares come out too small.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class FmaPeakBenchmark {
  private static final double SECONDS = 0.1;

  private final Kernels kernels = new VectorKernels();

  /** Counts what would have been done at the peak in the time that finding it out took. */
  @Benchmark
  public double peak(Flops flops) {
    long begin = System.nanoTime();
    double peak = kernels.peak(SECONDS);
    flops.flops += peak * 1e-9 * (System.nanoTime() - begin);
    return peak;
  }
}
