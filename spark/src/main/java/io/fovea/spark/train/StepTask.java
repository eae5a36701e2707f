package io.fovea.spark.train;

import io.fovea.spark.ring.Secret;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.time.Duration;
import org.apache.spark.BarrierTaskContext;
import org.apache.spark.broadcast.Broadcast;
import scala.Function1;
import scala.collection.Iterator;

/**
 * One worker of a run in step: a task of a barrier stage that goes on until the run is over.
 *
 * @param start the file of a model, or of a checkpoint
 * @param deskHost where the driver hears of it
 * @param ringPort where the previous worker calls; 0 for any port
 */
record StepTask(
    Order order,
    Broadcast<byte[]> start,
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
