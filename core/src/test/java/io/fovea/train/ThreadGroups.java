package io.fovea.train;

import io.fovea.parallel.ProcessGroup;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/** Groups of threads that add in the order of their ranks. */
final class ThreadGroups {
  private ThreadGroups() {}

  /** What each worker of a group returns. */
  static <T> List<T> run(int size, Function<ProcessGroup, T> program) {
    CyclicBarrier barrier = new CyclicBarrier(size);
    double[][] parts = new double[size][];
    List<Future<T>> results = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(size)) {
      for (int rank = 0; rank < size; rank++) {
        Member member = new Member(rank, barrier, parts);
        results.add(threads.submit(() -> program.apply(member)));
      }
      List<T> all = new ArrayList<>();
      for (Future<T> result : results) {
        all.add(result.get());
      }
      return all;
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof RuntimeException exception) {
        throw exception;
      }
      throw new AssertionError(failed);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static final class Member implements ProcessGroup {
    private final int rank;
    private final CyclicBarrier barrier;
    private final double[][] parts;

    Member(int rank, CyclicBarrier barrier, double[][] parts) {
      this.rank = rank;
      this.barrier = barrier;
      this.parts = parts;
    }

    @Override
    public int rank() {
      return rank;
    }

    @Override
    public int size() {
      return parts.length;
    }

    @Override
    public void sum(float[] values, int from, int to) {
      double[] own = new double[to - from];
      Arrays.setAll(own, i -> values[from + i]);
      parts[rank] = own;
      await();
      for (int i = 0; i < own.length; i++) {
        float sum = 0;
        for (double[] part : parts) {
          sum += (float) part[i];
        }
        values[from + i] = sum;
      }
      await();
    }

    @Override
    public void sum(double[] values) {
      parts[rank] = values.clone();
      await();
      Arrays.fill(values, 0);
      for (double[] part : parts) {
        if (part.length != values.length) {
          throw new IllegalStateException("another call");
        }
        for (int i = 0; i < values.length; i++) {
          values[i] += part[i];
        }
      }
      await();
    }

    private void await() {
      try {
        barrier.await(20, TimeUnit.SECONDS);
      } catch (InterruptedException | BrokenBarrierException | TimeoutException lost) {
        throw new IllegalStateException("a worker is lost", lost);
      }
    }
  }
}
