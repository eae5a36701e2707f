package io.fovea.train;

import io.fovea.dataset.Batch;
import io.fovea.dataset.Dataset;
import io.fovea.inference.Ensemble;
import io.fovea.layer.KernelSet;
import io.fovea.layer.Workspace;
import io.fovea.loss.Loss;
import io.fovea.loss.SoftmaxCrossEntropy;
import io.fovea.network.Graph;
import io.fovea.network.Network;
import io.fovea.network.Preprocessing;
import io.fovea.network.execution.DatasetCheck;
import io.fovea.network.execution.PackedWeights;
import io.fovea.network.execution.Tape;
import io.fovea.parallel.Workers;
import io.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What a network makes of a data set.
 *
 * @param loss the mean loss, without label smoothing or L2: cross-entropy, unless a loss was given
 * @param confusion labels against predictions
 * @param mistakes the wrong answers with the largest losses, the worst first, at most {@link
 *     #MOST_MISTAKES}
 * @param ranks where the labels stand among the classes sorted by probability
 * @param calibration confidences against right answers
 * @param rocAuc how well each class is told from the rest
 */
public record Evaluation(
    double loss,
    ConfusionMatrix confusion,
    List<Mistake> mistakes,
    Ranks ranks,
    Calibration calibration,
    RocAuc rocAuc) {
  /** How many mistakes are kept. */
  public static final int MOST_MISTAKES = 50;

  private static final int BATCH = 256;

  /** Copies the list. */
  public Evaluation {
    mistakes = List.copyOf(mistakes);
  }

  /**
   * One wrong answer.
   *
   * @param index the image in its data set
   * @param label what it is
   * @param predicted what it was taken for
   * @param probability how sure the network was of that
   * @param loss the image's cross-entropy
   */
  public record Mistake(int index, int label, int predicted, double probability, double loss) {}

  /** Images answered rightly over all images. */
  public double accuracy() {
    return confusion.accuracy();
  }

  /** The number of images. */
  public long count() {
    return confusion.total();
  }

  /**
   * Evaluates a network as it is now.
   *
   * @throws IllegalArgumentException if images or classes do not fit the network
   */
  public static Evaluation of(Network network, Dataset data, Workers workers, KernelSet kernels) {
    return of(List.of(network), data, workers, kernels);
  }

  /**
   * The same, with the mean of another loss: {@link Loss#judge} of it. The images' own losses, by
   * which mistakes are sorted, stay cross-entropies.
   *
   * @throws IllegalArgumentException if images or classes do not fit the network
   */
  public static Evaluation of(
      Network network, Dataset data, Workers workers, KernelSet kernels, Loss loss) {
    DatasetCheck.check(network.graph(), data);
    return of(List.of(member(network, workers, kernels)), data, workers, loss);
  }

  /**
   * Evaluates several networks together: the probability of a class is the mean of theirs, as an
   * {@link Ensemble} answers.
   *
   * @throws IllegalArgumentException if images or classes do not fit the networks, or these not
   *     each other
   */
  public static Evaluation of(
      List<Network> networks, Dataset data, Workers workers, KernelSet kernels) {
    Ensemble.requireAlike(networks);
    DatasetCheck.check(networks.getFirst().graph(), data);
    List<Member> members =
        networks.stream().map(network -> member(network, workers, kernels)).toList();
    return of(members, data, workers, SoftmaxCrossEntropy.plain());
  }

  private static Member member(Network network, Workers workers, KernelSet kernels) {
    return new Member(
        network.graph(),
        PackedWeights.of(network.graph(), network.weights(), kernels),
        network.preprocessing(),
        Workspace.of(kernels, workers));
  }

  static Evaluation of(
      Graph graph,
      PackedWeights weights,
      Preprocessing preprocessing,
      Dataset data,
      Workspace workspace,
      Workers workers,
      Loss loss) {
    return of(List.of(new Member(graph, weights, preprocessing, workspace)), data, workers, loss);
  }

  /** One network, ready to compute. */
  private record Member(
      Graph graph, PackedWeights weights, Preprocessing preprocessing, Workspace workspace) {

    /** The logits of a batch of images. */
    Tensor logits(Batch batch) {
      workspace.beginInference();
      return Tape.answer(weights, workspace, batch.x());
    }
  }

  /** The loss is that of the only member, or cross-entropy. */
  private static Evaluation of(List<Member> members, Dataset data, Workers workers, Loss loss) {
    int classes = members.getFirst().graph().output().elements();
    int largest = Math.min(BATCH, data.size());
    List<Batches> batches =
        members.stream().map(member -> new Batches(data, member.preprocessing(), largest)).toList();
    EvaluationAccumulator accumulator =
        new EvaluationAccumulator(members.size(), classes, data.size());
    MeanLoss mean = new MeanLoss(loss.judge());
    double[][] z = new double[members.size()][classes];
    List<Tensor> logits = new ArrayList<>();
    for (int from = 0; from < data.size(); from += BATCH) {
      int[] indices = new int[Math.min(BATCH, data.size() - from)];
      for (int n = 0; n < indices.length; n++) {
        indices[n] = from + n;
      }
      int[] labels = new int[indices.length];
      logits.clear();
      for (int m = 0; m < members.size(); m++) {
        Batch batch = batches.get(m).load(indices, 0, indices.length, workers);
        logits.add(members.get(m).logits(batch));
        Arrays.setAll(labels, batch.targets()::label);
      }
      mean.add(logits.getFirst(), labels);
      for (int n = 0; n < indices.length; n++) {
        for (int m = 0; m < z.length; m++) {
          Tensor own = logits.get(m);
          for (int k = 0; k < classes; k++) {
            z[m][k] = own.array()[own.offset() + n * classes + k];
          }
        }
        accumulator.add(from + n, labels[n], z);
      }
    }
    return accumulator.evaluation(workers, mean);
  }

  /** The index of the largest value; of equal ones the first. */
  static int largest(double[] values) {
    int best = 0;
    for (int k = 1; k < values.length; k++) {
      if (values[k] > values[best]) {
        best = k;
      }
    }
    return best;
  }
}
