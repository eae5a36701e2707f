package io.fovea.spark.train;

import io.fovea.network.Graph;
import io.fovea.network.Weights;
import io.fovea.train.Checkpoint;
import io.fovea.train.StepReport;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The weights, the optimiser's arrays and the step reports of a worker between averages, or their
 * sum over several workers.
 */
final class WorkerState implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final int NUMBERS = 4; // loss, total loss, accuracy and learning rate of a step

  private final int workers;
  private final float[] values;
  private final double[] steps;
  private final double lossSum;
  private final double correct;

  private WorkerState(int workers, float[] values, double[] steps, double lossSum, double correct) {
    this.workers = workers;
    this.values = values;
    this.steps = steps;
    this.lossSum = lossSum;
    this.correct = correct;
  }

  /** The empty sum. */
  static WorkerState none() {
    return new WorkerState(0, new float[0], new double[0], 0, 0);
  }

  /** The state of one worker after some steps. */
  static WorkerState of(Checkpoint checkpoint, List<StepReport> reports) {
    List<float[]> arrays = arrays(checkpoint);
    float[] values = new float[arrays.stream().mapToInt(array -> array.length).sum()];
    int at = 0;
    for (float[] array : arrays) {
      System.arraycopy(array, 0, values, at, array.length);
      at += array.length;
    }
    double[] steps = new double[NUMBERS * reports.size()];
    for (int i = 0; i < reports.size(); i++) {
      steps[NUMBERS * i] = reports.get(i).loss();
      steps[NUMBERS * i + 1] = reports.get(i).totalLoss();
      steps[NUMBERS * i + 2] = reports.get(i).accuracy();
      steps[NUMBERS * i + 3] = reports.get(i).learningRate();
    }
    Checkpoint.Position position = checkpoint.position();
    return new WorkerState(1, values, steps, position.lossSum(), position.correct());
  }

  private static List<float[]> arrays(Checkpoint checkpoint) {
    List<float[]> arrays = new ArrayList<>();
    Weights weights = checkpoint.weights();
    weights.names().forEach(name -> arrays.add(weights.values(name)));
    arrays.addAll(checkpoint.slots().values());
    checkpoint
        .average()
        .ifPresent(mean -> mean.names().forEach(name -> arrays.add(mean.values(name))));
    return arrays;
  }

  /** The sum of two states. */
  WorkerState plus(WorkerState other) {
    if (workers == 0) {
      return other;
    }
    if (other.workers == 0) {
      return this;
    }
    float[] sum = values.clone();
    for (int i = 0; i < sum.length; i++) {
      sum[i] += other.values[i];
    }
    double[] both = steps.clone();
    for (int i = 0; i < both.length; i++) {
      both[i] += other.steps[i];
    }
    return new WorkerState(
        workers + other.workers, sum, both, lossSum + other.lossSum, correct + other.correct);
  }

  /** The mean over the workers, with the steps since a checkpoint. */
  Checkpoint mean(Checkpoint before, Graph graph, long done, long images, double seconds) {
    Reader reader = new Reader();
    Weights weights = reader.weights(graph, before.weights());
    Map<String, float[]> slots = new LinkedHashMap<>();
    before.slots().forEach((name, old) -> slots.put(name, reader.next(old.length)));
    Checkpoint.Position at = before.position();
    return new Checkpoint(
        weights,
        before.optimizer(),
        slots,
        new Checkpoint.Position(
            at.step() + done,
            at.epoch(),
            (int) (at.stepInEpoch() + done),
            lossSum / workers,
            Math.round(correct / workers),
            images,
            at.seconds() + seconds),
        before.seed(),
        before.data(),
        before.kernels(),
        before.history(),
        before.settings(),
        before.average().map(mean -> reader.weights(graph, mean)),
        before.best());
  }

  /** Splits the values into arrays, divided by the number of workers. */
  private final class Reader {
    private int at;

    float[] next(int length) {
      float[] mean = new float[length];
      for (int i = 0; i < length; i++) {
        mean[i] = values[at++] / workers;
      }
      return mean;
    }

    Weights weights(Graph graph, Weights before) {
      Map<String, float[]> means = new LinkedHashMap<>();
      for (String name : before.names()) {
        means.put(name, next(before.values(name).length));
      }
      return Weights.of(graph, means);
    }
  }

  /** The steps' mean losses, total losses, accuracies and learning rates, one row each. */
  double[][] steps() {
    double[][] rows = new double[steps.length / NUMBERS][NUMBERS];
    for (int i = 0; i < steps.length; i++) {
      rows[i / NUMBERS][i % NUMBERS] = steps[i] / workers;
    }
    return rows;
  }
}
