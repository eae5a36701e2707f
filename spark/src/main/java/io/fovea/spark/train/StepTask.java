package io.fovea.spark.train;

import io.fovea.spark.ring.Secret;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.time.Duration;
import org.apache.spark.BarrierTaskContext;
import scala.Function1;
import scala.collection.Iterator;

/**
 * One worker of a run: a task of a barrier stage that lasts until the end of the run.
 *
 * @param isCheckpoint whether the driver's endpoint sends a checkpoint to begin with, or a model
 * @param deskHost the address of the driver's endpoint
 * @param ringPort the port for the previous worker; 0 for any
 */
record StepTask(
    WorkerConfig config,
    boolean isCheckpoint,
    Secret secret,
    String deskHost,
    int deskPort,
    int ringPort,
    Duration silence,
    Duration patience)
    implements Function1<Iterator<Integer>, Iterator<Integer>>, Serializable {

  @Override
  public Iterator<Integer> apply(Iterator<Integer> nothing) {
    Interrupts.leaveToTheDriver();
    BarrierTaskContext context = BarrierTaskContext.get();
    int wait = (int) Math.min(Integer.MAX_VALUE, silence.toMillis());
    try (Reporter reporter =
        Reporter.connect(deskHost, deskPort, context.partitionId(), secret, wait)) {
      StepWorker worker = new StepWorker(this, context, reporter);
      try {
        worker.run();
      } catch (IOException | RuntimeException | Error failure) {
        worker.failed(failure);
        throw failure;
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(failure.getMessage(), failure);
    }
    return nothing;
  }
}
