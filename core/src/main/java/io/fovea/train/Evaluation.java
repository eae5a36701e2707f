package io.fovea.train;

import io.fovea.dataset.Dataset;
import io.fovea.kernel.reference.ReferenceSoftmaxCrossEntropy;
import io.fovea.layer.KernelSet;
import io.fovea.layer.Workspace;
import io.fovea.network.Graph;
import io.fovea.network.Network;
import io.fovea.network.PackedWeights;
import io.fovea.network.Preprocessing;
import io.fovea.network.Tape;
import io.fovea.parallel.Workers;
import io.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What a network makes of a data set.
 *
 * @param loss the mean cross-entropy, without label smoothing or L2
 * @param confusion labels against predictions
 * @param mistakes the wrong answers with the largest losses, the worst first, at most {@link
 *     #MOST_MISTAKES}
 */
public record Evaluation(double loss, ConfusionMatrix confusion, List<Mistake> mistakes) {
  /** How many mistakes are kept. */
  public static final int MOST_MISTAKES = 50;

  private static final int BATCH = 256;

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
    Fit.check(network.graph(), data);
    return of(
        network.graph(),
        PackedWeights.of(network.graph(), network.weights(), kernels),
        network.preprocessing(),
        data,
        Workspace.of(kernels, workers),
        workers);
  }

  static Evaluation of(
      Graph graph,
      PackedWeights weights,
      Preprocessing preprocessing,
      Dataset data,
      Workspace workspace,
      Workers workers) {
    int classes = graph.output().elements();
    Batches batches = new Batches(data, preprocessing, Math.min(BATCH, data.size()));
    ConfusionMatrix confusion = new ConfusionMatrix(classes);
    List<Mistake> mistakes = new ArrayList<>();
    double sum = 0;
    double[] z = new double[classes];
    double[] dz = new double[classes];
    for (int from = 0; from < data.size(); from += BATCH) {
      int[] indices = new int[Math.min(BATCH, data.size() - from)];
      for (int n = 0; n < indices.length; n++) {
        indices[n] = from + n;
      }
      var batch = batches.load(indices, 0, indices.length, workers);
      workspace.beginInference();
      Tensor logits = Tape.lean(graph, weights, workspace, batch.x()).output();
      for (int n = 0; n < indices.length; n++) {
        for (int k = 0; k < classes; k++) {
          z[k] = logits.array()[logits.offset() + n * classes + k];
        }
        int label = batch.targets().label(n);
        int predicted = largest(z);
        double loss = ReferenceSoftmaxCrossEntropy.loss(dz, z, label, 0);
        sum += loss;
        confusion.add(label, predicted);
        if (predicted != label) {
          mistakes.add(new Mistake(from + n, label, predicted, dz[predicted], loss));
        }
      }
    }
    mistakes.sort(Comparator.comparingDouble(Mistake::loss).reversed());
    int kept = Math.min(MOST_MISTAKES, mistakes.size());
    return new Evaluation(sum / data.size(), confusion, List.copyOf(mistakes.subList(0, kept)));
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
