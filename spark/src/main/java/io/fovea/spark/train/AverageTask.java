package io.fovea.spark.train;

import io.fovea.train.Checkpoint;
import io.fovea.train.Listener;
import io.fovea.train.StepReport;
import io.fovea.train.Training;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.Function2;
import org.apache.spark.broadcast.Broadcast;
import org.jspecify.annotations.Nullable;

/**
 * The steps of one worker between two averages.
 *
 * @param start the checkpoint from which all workers start
 * @param until the step after which weights are averaged
 */
record AverageTask(Order order, Broadcast<byte[]> start, long until, int workers)
    implements Function2<Integer, Iterator<Integer>, Iterator<WorkerState>> {

  @Override
  public Iterator<WorkerState> call(Integer rank, Iterator<Integer> nothing) throws IOException {
    Interrupts.leaveToTheDriver();
    Order.Work work =
        order.work(
            start.value(), true, new SoloGroup(rank, workers), TaskContext.get().cpus(), false);
    Recorder recorder = new Recorder(until);
    work.trainer().until(until).listener(recorder).fit(work.train());
    return List.of(recorder.state()).iterator();
  }

  /** Keeps the reports, and the checkpoint of the last step. */
  private static final class Recorder implements Listener {
    private final long until;
    private final List<StepReport> reports = new ArrayList<>();
    private @Nullable Checkpoint last;

    Recorder(long until) {
      this.until = until;
    }

    @Override
    public void onStep(Training training, StepReport step) {
      reports.add(step);
      if (step.step() == until) {
        last = training.checkpoint();
      }
    }

    WorkerState state() {
      if (last == null) {
        throw new IllegalStateException("spark-train: a worker ended before step " + until);
      }
      return WorkerState.of(last, reports);
    }
  }
}
