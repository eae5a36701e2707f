package io.fovea.spark.train;

import io.fovea.spark.ring.Ring;
import io.fovea.spark.ring.RingConfig;
import io.fovea.spark.ring.RingException;
import io.fovea.spark.ring.Sockets;
import io.fovea.train.History;
import io.fovea.train.Trainer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.BarrierTaskContext;
import org.apache.spark.SparkEnv;

final class StepWorker {
  private final StepTask task;
  private final BarrierTaskContext context;
  private final Reporter reporter;
  private List<Place> places = List.of();

  private record Place(String host, int port, String executor) {
    static Place parse(String text) {
      String[] parts = text.split("\t", -1);
      return new Place(parts[0], Integer.parseInt(parts[1]), parts[2]);
    }

    String text() {
      return host + "\t" + port + "\t" + executor;
    }

    InetSocketAddress address() {
      return new InetSocketAddress(host, port);
    }
  }

  StepWorker(StepTask task, BarrierTaskContext context, Reporter reporter) {
    this.task = task;
    this.context = context;
    this.reporter = reporter;
  }

  void run() throws IOException {
    byte[] start = reporter.start();
    RingConfig config =
        new RingConfig(
            context.partitionId(),
            context.numPartitions(),
            task.secret(),
            task.silence(),
            task.patience(),
            RingConfig.CHUNK,
            context::isInterrupted);
    WorkerConfig.Work work = task.config().work(start, task.isCheckpoint(), context.cpus());
    try (Ring ring = join(config)) {
      Trainer trainer = work.trainer().group(ring);
      if (config.rank() == 0) {
        trainer.listener(reporter);
      }
      History history = trainer.fit(work.train());
      if (config.rank() == 0) {
        reporter.ended(history);
      }
    }
  }

  /** Joins the other workers after opening the images; they may still be opening theirs. */
  private Ring join(RingConfig config) throws IOException {
    String address = context.getTaskInfos()[config.rank()].address();
    String host = address.substring(0, address.lastIndexOf(':'));
    ServerSocket door = Sockets.open(host, task.ringPort());
    Place own = new Place(host, door.getLocalPort(), SparkEnv.get().executorId());
    places = Arrays.stream(context.allGather(own.text())).map(Place::parse).toList();
    return Ring.join(door, places.stream().map(Place::address).toList(), config);
  }

  /** Reports this worker's failure to the driver, if possible. */
  void failed(Throwable failure) {
    String suspect =
        failure instanceof RingException ring && ring.peer() >= 0 && ring.peer() < places.size()
            ? places.get(ring.peer()).executor()
            : "";
    try {
      reporter.failed(WorkerFailure.of(context.partitionId(), failure, suspect));
    } catch (RuntimeException useless) {
      failure.addSuppressed(useless);
    }
  }
}
