package io.fovea.bench;

import java.util.concurrent.TimeUnit;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
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
 * What one core can do at most: twelve chains of fused multiply-adds in registers, nothing read or
 * written between. Run it together with others, so that their share of the peak is taken on the
 * same machine in the same hour.
 *
 * <p>Twelve chains and two operands fit in 16 registers, and hide a latency of 4 cycles at 2 a
 * cycle with some to spare.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class FmaPeakBenchmark {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int STEPS = 10_000;
  private static final int CHAINS = 12;

  /** Not constants, and so small that the chains neither overflow nor become denormal. */
  private final float[] operands = {0.999f, 0.001f};

  /** STEPS times CHAINS multiply-adds of whole vectors. */
  @Benchmark
  public float peak(Flops flops) {
    FloatVector a = FloatVector.broadcast(SPECIES, operands[0]);
    FloatVector b = FloatVector.broadcast(SPECIES, operands[1]);
    FloatVector c0 = b;
    FloatVector c1 = b.add(1);
    FloatVector c2 = b.add(2);
    FloatVector c3 = b.add(3);
    FloatVector c4 = b.add(4);
    FloatVector c5 = b.add(5);
    FloatVector c6 = b.add(6);
    FloatVector c7 = b.add(7);
    FloatVector c8 = b.add(8);
    FloatVector c9 = b.add(9);
    FloatVector c10 = b.add(10);
    FloatVector c11 = b.add(11);
    for (int k = 0; k < STEPS; k++) {
      c0 = c0.fma(a, b);
      c1 = c1.fma(a, b);
      c2 = c2.fma(a, b);
      c3 = c3.fma(a, b);
      c4 = c4.fma(a, b);
      c5 = c5.fma(a, b);
      c6 = c6.fma(a, b);
      c7 = c7.fma(a, b);
      c8 = c8.fma(a, b);
      c9 = c9.fma(a, b);
      c10 = c10.fma(a, b);
      c11 = c11.fma(a, b);
    }
    flops.add((long) STEPS * CHAINS * SPECIES.length());
    FloatVector left = c0.add(c1).add(c2).add(c3).add(c4).add(c5);
    FloatVector right = c6.add(c7).add(c8).add(c9).add(c10).add(c11);
    return left.add(right).lane(0);
  }
}
