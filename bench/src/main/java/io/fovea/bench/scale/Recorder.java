package io.fovea.bench.scale;

import io.fovea.parallel.Workers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Computes all loops of a thread on that thread, whatever the number of workers, and notes when
 * each chunk began and ended. The work is cut as for that number of workers.
 */
public final class Recorder {
  /** The step whose loops get names: not the first one, which also prepares weights. */
  private static final int NAMED = 1;

  private static final int SKIPPED = NAMED + 1;
  private static final LoopTrace UNNAMED = new LoopTrace(0, new long[0], false, "", 0);
  private static volatile @Nullable Recorder current;

  private final Thread thread = Thread.currentThread();
  private final @Nullable SerialSampler sampler;
  private final List<StepTrace> steps = new ArrayList<>();
  private List<LoopTrace> loops = new ArrayList<>();
  private long left; // when the last loop ended
  private boolean isInside;

  private Recorder(@Nullable SerialSampler sampler) {
    this.sampler = sampler;
  }

  /** Begins to record this thread; the sampler, if any, sees what lies between loops. */
  static Recorder begin(@Nullable SerialSampler sampler) {
    Recorder recorder = new Recorder(sampler);
    recorder.left = System.nanoTime();
    current = recorder;
    return recorder;
  }

  /** Ends recording; loops are computed by their workers again. */
  static void end() {
    current = null;
  }

  /** Ends a step; the next one begins. */
  void step() {
    long now = System.nanoTime();
    if (sampler != null) {
      sampler.step();
    }
    steps.add(new StepTrace(loops, now - left));
    loops = new ArrayList<>(loops.size());
    left = System.nanoTime();
  }

  /** Called by {@code Workers.run}: whether the loop has been computed here. */
  public static boolean takes(Workers workers, int chunks, Workers.Body body) {
    Recorder recorder = current;
    if (recorder == null || recorder.thread != Thread.currentThread()) {
      return false;
    }
    recorder.run(workers, chunks, body);
    return true;
  }

  private void run(Workers workers, int chunks, Workers.Body body) {
    if (isInside) {
      for (int chunk = 0; chunk < chunks; chunk++) {
        body.run(chunk, 0);
      }
      return;
    }
    long gap = System.nanoTime() - left;
    isInside = true;
    if (sampler != null) {
      sampler.pause();
    }
    LoopTrace named = named(body);
    long[] nanos = new long[Math.max(0, chunks)];
    try {
      long before = System.nanoTime();
      for (int chunk = 0; chunk < chunks; chunk++) {
        body.run(chunk, 0);
        long now = System.nanoTime();
        nanos[chunk] = now - before;
        before = now;
      }
    } finally {
      isInside = false;
    }
    loops.add(
        new LoopTrace(
            gap, nanos, workers.threads() > 1 && chunks > 1, named.name(), named.bytes()));
    if (sampler != null) {
      sampler.resume();
    }
    left = System.nanoTime();
  }

  /** This loop's name and bytes, which are asked for in a single step since that takes time. */
  private LoopTrace named(Workers.Body body) {
    if (steps.size() == NAMED) {
      return new LoopTrace(0, new long[0], false, CallSite.ofThisThread(), Traffic.bytes(body));
    }
    boolean isKnown = steps.size() > NAMED && loops.size() < steps.get(NAMED).loops().size();
    return isKnown ? steps.get(NAMED).loops().get(loops.size()) : UNNAMED;
  }

  /** What the steps took, without the ones that warmed up. */
  List<StepTrace> timed() {
    return steps.subList(SKIPPED, steps.size());
  }

  /** How many steps are complete and count. */
  int count() {
    return Math.max(0, steps.size() - SKIPPED);
  }

  /**
   * A loop.
   *
   * @param gap nanoseconds of serial work before it
   * @param nanos the time of each chunk
   * @param isShared whether several workers may take part
   * @param name what computes it
   * @param bytes the operands' memory
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record LoopTrace(long gap, long[] nanos, boolean isShared, String name, long bytes) {
    long work() {
      return Arrays.stream(nanos).sum();
    }
  }

  /**
   * A step.
   *
   * @param rest nanoseconds after the last loop
   */
  record StepTrace(List<LoopTrace> loops, long rest) {
    /** Whether both have the same loops of the same number of chunks. */
    boolean isLike(StepTrace other) {
      boolean same = loops.size() == other.loops.size();
      for (int i = 0; same && i < loops.size(); i++) {
        same = loops.get(i).nanos().length == other.loops.get(i).nanos().length;
      }
      return same;
    }

    /** The medians of several steps, chunk by chunk, of those that have the last one's loops. */
    static StepTrace median(List<StepTrace> all) {
      StepTrace last = all.getLast();
      List<StepTrace> alike = all.stream().filter(last::isLike).toList();
      List<LoopTrace> loops = new ArrayList<>();
      for (int i = 0; i < last.loops.size(); i++) {
        int index = i;
        List<LoopTrace> same = alike.stream().map(step -> step.loops.get(index)).toList();
        LoopTrace any = last.loops.get(i);
        long[] nanos = new long[any.nanos().length];
        for (int c = 0; c < nanos.length; c++) {
          int chunk = c;
          nanos[c] = middle(same.stream().mapToLong(loop -> loop.nanos()[chunk]).toArray());
        }
        long gap = middle(same.stream().mapToLong(LoopTrace::gap).toArray());
        loops.add(new LoopTrace(gap, nanos, any.isShared(), any.name(), any.bytes()));
      }
      return new StepTrace(loops, middle(alike.stream().mapToLong(StepTrace::rest).toArray()));
    }

    private static long middle(long[] values) {
      Arrays.sort(values);
      return values[values.length / 2];
    }

    /** Nanoseconds of the complete step on one thread. */
    long work() {
      return rest + loops.stream().mapToLong(loop -> loop.gap() + loop.work()).sum();
    }

    /** Nanoseconds of the longest chain: serial work, and the longest chunk of each loop. */
    long span() {
      long span = rest;
      for (LoopTrace loop : loops) {
        span += loop.gap();
        span += loop.isShared() ? Arrays.stream(loop.nanos()).max().orElse(0) : loop.work();
      }
      return span;
    }
  }
}
