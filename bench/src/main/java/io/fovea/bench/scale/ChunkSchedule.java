package io.fovea.bench.scale;

import io.fovea.bench.scale.Recorder.LoopTrace;
import io.fovea.bench.scale.Recorder.StepTrace;
import java.util.PriorityQueue;

/**
 * A recorded step on P workers, by the rule of {@code Workers}: one half of the workers takes the
 * first chunks, the other half the last, each the next one as soon as it is free. A loop whose
 * operands exceed the last-level cache takes no less time than memory needs for them.
 *
 * @param threads P
 * @param machine what barriers and memory cost
 * @param bandwidth bytes a nanosecond that P threads have together
 */
record ChunkSchedule(int threads, Machine machine, double bandwidth) {
  /** A worker and when it can take a chunk. */
  private record Turn(double at, int worker) implements Comparable<Turn> {
    @Override
    public int compareTo(Turn other) {
      int byTime = Double.compare(at, other.at);
      return byTime == 0 ? Integer.compare(worker, other.worker) : byTime;
    }
  }

  /** Nanoseconds of the step. */
  double step(StepTrace step) {
    double time = step.rest();
    double idle = step.rest(); // how long the other workers have waited for a loop
    for (LoopTrace loop : step.loops()) {
      time += loop.gap();
      idle += loop.gap();
      if (loop.isShared()) {
        time += loop(loop, idle);
        idle = 0;
      } else {
        time += loop.work();
        idle += loop.work();
      }
    }
    return time;
  }

  /** Nanoseconds of a loop before which the workers have waited so long. */
  double loop(LoopTrace loop, double idle) {
    boolean isCached = loop.bytes() <= machine.cache();
    double moved =
        isCached ? 0 : Math.min((double) loop.bytes(), loop.work() * machine.bandwidth(1));
    return Math.max(scheduled(loop.nanos(), idle), moved / bandwidth);
  }

  private double scheduled(long[] chunks, double idle) {
    PriorityQueue<Turn> turns = new PriorityQueue<>();
    boolean areParked = idle > machine.patience();
    turns.add(new Turn(areParked ? (threads - 1) * machine.unpark() : 0, 0));
    for (int worker = 1; worker < threads; worker++) {
      double begin =
          areParked ? (worker - 1) * machine.unpark() + machine.wake() : machine.signal();
      turns.add(new Turn(begin, worker));
    }
    double line = 0; // when the cache line of the loop's counters is free
    int from = 0;
    int to = chunks.length;
    boolean[] hasWorked = new boolean[threads];
    double end = 0;
    while (!turns.isEmpty()) {
      Turn turn = turns.remove();
      line = Math.max(line, turn.at()) + (threads > 1 ? machine.line() : 0);
      int worker = turn.worker();
      if (from < to) {
        int chunk = 2 * worker < threads ? from++ : --to;
        hasWorked[worker] = true;
        turns.add(new Turn(line + chunks[chunk], worker));
      } else if (hasWorked[worker] || worker == 0) {
        end = Math.max(end, line + (worker == 0 ? 0 : machine.signal()));
      }
    }
    return end;
  }
}
