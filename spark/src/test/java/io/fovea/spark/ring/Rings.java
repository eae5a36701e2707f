package io.fovea.spark.ring;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;

/** Workers of a ring are threads here; between them are real sockets. */
final class Rings {
  static final Secret SECRET = Secret.fresh();

  private Rings() {}

  @FunctionalInterface
  interface Program<T> {
    T run(Ring ring) throws Exception;
  }

  static RingConfig config(int rank, int size) {
    return new RingConfig(
        rank, size, SECRET, Duration.ofSeconds(20), Duration.ofMinutes(1), 5, () -> false);
  }

  static RingConfig with(RingConfig config, Duration silence, Secret secret) {
    return new RingConfig(
        config.rank(),
        config.size(),
        secret,
        silence,
        Duration.ofMinutes(1),
        RingConfig.CHUNK,
        config.cancelled());
  }

  static RingConfig chunked(RingConfig config, int chunk) {
    return new RingConfig(
        config.rank(),
        config.size(),
        SECRET,
        config.silence(),
        config.patience(),
        chunk,
        config.cancelled());
  }

  /** Open doors for the workers of a ring. */
  static List<ServerSocket> doors(int size) throws IOException {
    List<ServerSocket> doors = new ArrayList<>();
    for (int rank = 0; rank < size; rank++) {
      doors.add(Sockets.open("localhost", 0));
    }
    return doors;
  }

  static InetSocketAddress address(ServerSocket door) {
    return new InetSocketAddress("localhost", door.getLocalPort());
  }

  /** What each worker of a ring returns, or throws. */
  static <T> List<Future<T>> start(
      int size, UnaryOperator<RingConfig> config, ExecutorService threads, Program<T> program)
      throws IOException {
    List<ServerSocket> doors = doors(size);
    List<InetSocketAddress> addresses = doors.stream().map(Rings::address).toList();
    return start(doors, addresses, config, threads, program);
  }

  /**
   * The same at doors, whose addresses may be those of somebody before them, or of more workers.
   */
  static <T> List<Future<T>> start(
      List<ServerSocket> doors,
      List<InetSocketAddress> addresses,
      UnaryOperator<RingConfig> config,
      ExecutorService threads,
      Program<T> program) {
    List<Future<T>> results = new ArrayList<>();
    for (int rank = 0; rank < doors.size(); rank++) {
      int own = rank;
      RingConfig mine = config.apply(config(own, addresses.size()));
      results.add(
          threads.submit(
              () -> {
                try (Ring ring = Ring.join(doors.get(own), addresses, mine)) {
                  return program.run(ring);
                }
              }));
    }
    return results;
  }

  static <T> List<T> run(int size, UnaryOperator<RingConfig> config, Program<T> program)
      throws Exception {
    try (ExecutorService threads = Executors.newFixedThreadPool(size)) {
      List<T> all = new ArrayList<>();
      for (Future<T> result : start(size, config, threads, program)) {
        all.add(result.get());
      }
      return all;
    }
  }

  static RingException failure(Future<?> worker) throws InterruptedException {
    try {
      worker.get();
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof RingException lost) {
        return lost;
      }
      throw new AssertionError(failed);
    }
    throw new AssertionError("the worker has not failed");
  }
}
