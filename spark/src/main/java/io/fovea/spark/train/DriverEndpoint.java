package io.fovea.spark.train;

import io.fovea.spark.ring.Handshake;
import io.fovea.spark.ring.SealedConnection;
import io.fovea.spark.ring.Secret;
import io.fovea.spark.ring.Sockets;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/**
 * The driver's end of the connections to the workers of one attempt: reads reports and responds.
 */
final class DriverEndpoint implements AutoCloseable {
  /** The most milliseconds for a handshake. */
  private static final int HANDSHAKE = 10_000;

  /** The most callers in their handshake besides the workers; the next one displaces the first. */
  static final int STRANGERS = 64;

  private final ServerSocket server;
  private final Secret secret;
  private final byte[] start;
  private final TrainingProgress progress;
  private final List<WorkerFailure> workerFailures = new CopyOnWriteArrayList<>();
  private final Map<Socket, Thread> open = new ConcurrentHashMap<>();
  private final BlockingQueue<Socket> callers;
  private volatile boolean closed;

  /**
   * Opens the endpoint.
   *
   * @param workers the number of workers
   * @param start the file that each worker is sent first
   */
  DriverEndpoint(String host, int workers, Secret secret, byte[] start, TrainingProgress progress)
      throws IOException {
    this.server = Sockets.open(host, 0);
    this.callers = new ArrayBlockingQueue<>(workers + STRANGERS);
    this.secret = secret;
    this.start = start;
    this.progress = progress;
    Thread.ofPlatform().daemon().name("fovea-driver-endpoint").start(this::acceptWorkers);
  }

  int port() {
    return server.getLocalPort();
  }

  /** The failures that workers have reported, in the order of arrival. */
  List<WorkerFailure> workerFailures() {
    return List.copyOf(workerFailures);
  }

  private void acceptWorkers() {
    while (!closed) {
      try {
        Socket caller = Sockets.tuned(server.accept());
        while (!callers.offer(caller)) {
          Optional.ofNullable(callers.poll()).ifPresent(Sockets::close);
        }
        Thread.ofPlatform()
            .daemon()
            .name("fovea-driver-endpoint-worker")
            .start(() -> serve(caller));
      } catch (IOException end) {
        return;
      }
    }
  }

  private void serve(Socket caller) {
    open.put(caller, Thread.currentThread());
    int rank = -1;
    try (caller) {
      if (closed) {
        return;
      }
      SealedConnection worker =
          Handshake.answer(caller, Reporter.ROLE, Reporter.DRIVER, secret, HANDSHAKE);
      callers.remove(caller);
      rank = worker.peer();
      DataInputStream in = new DataInputStream(worker.input());
      DataOutputStream out = new DataOutputStream(worker.output());
      ReportBytes.write(out, start);
      out.flush();
      while (!closed) {
        try {
          handle(in, out);
        } catch (LostWorkerException lost) {
          // its failure comes next, or the end of the connection
        }
      }
    } catch (IOException ended) {
      // the worker is done or lost; Spark reports a lost one
    } catch (RuntimeException thrown) {
      if (rank >= 0 && progress.failure() == null) { // other callers are ignored
        String text = "spark-train: worker %d sent a damaged report: %s".formatted(rank, thrown);
        workerFailures.add(new WorkerFailure(rank, WorkerFailure.Consequence.FAILED, "", text));
      }
    } finally {
      callers.remove(caller);
      open.remove(caller);
    }
  }

  private void handle(DataInputStream in, DataOutputStream out) throws IOException {
    Supplier<byte[]> ask = () -> ask(in, out);
    Reporter.Event event = Reporter.Event.valueOf(in.readUTF());
    try {
      switch (event) {
        case STARTED -> progress.started(in.readInt(), in.readInt(), in.readLong(), ask);
        case STEP -> progress.step(ReportBytes.step(in), ask);
        case EPOCH -> progress.epoch(ReportBytes.epoch(in), ask);
        case ENDED ->
            progress.ended(
                ReportBytes.epochs(in),
                in.readLong(),
                in.readBoolean(),
                in.readBoolean(),
                ReportBytes.file(in));
        case FAILURE -> workerFailures.add(WorkerFailure.read(in));
      }
    } catch (RuntimeException | Error thrown) {
      answer(out, Reporter.Command.GIVE_UP);
      throw thrown;
    }
    boolean stop = progress.isStopped();
    answer(out, stop ? Reporter.Command.STOP : Reporter.Command.GO_ON);
  }

  private static byte[] ask(DataInputStream in, DataOutputStream out) {
    try {
      answer(out, Reporter.Command.CHECKPOINT);
      return ReportBytes.file(in);
    } catch (IOException lost) {
      throw new LostWorkerException(lost);
    }
  }

  private static void answer(DataOutputStream out, Reporter.Command command) throws IOException {
    out.writeUTF(command.name());
    out.flush();
  }

  /** Closes the connections. No report of this attempt is handled afterwards. */
  @Override
  public void close() {
    closed = true;
    Sockets.close(server);
    open.keySet().forEach(Sockets::close);
    for (Thread thread : open.values()) {
      try {
        thread.join(HANDSHAKE);
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }
}
