package io.fovea.metrics;

import io.fovea.dataset.Dataset;
import io.fovea.dataset.Targets;
import io.fovea.inference.Ensemble;
import io.fovea.inference.TestTimeAugmentation;
import io.fovea.kernel.KernelSet;
import io.fovea.loss.Loss;
import io.fovea.loss.SoftmaxCrossEntropy;
import io.fovea.network.Network;
import io.fovea.network.execution.DatasetCheck;
import io.fovea.network.execution.PackedWeights;
import io.fovea.network.execution.Tape;
import io.fovea.network.execution.Workspace;
import io.fovea.parallel.Workers;
import io.fovea.preprocessing.Preprocessing;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * The evaluation of a network on a data set.
 *
 * <p>Where images have several labels ({@link Dataset#isMultiLabel}), probabilities are sigmoids,
 * and the most probable one of an image's labels counts as its label in confusion, mistakes, ranks
 * and calibration: correct then means that the most probable class is one of the image's.
 *
 * @param loss the mean loss, without label smoothing or L2: cross-entropy unless a loss was given
 * @param confusion labels against predictions
 * @param mistakes the wrong predictions with the largest losses, the largest first, at most {@link
 *     #MOST_MISTAKES}
 * @param ranks the ranks of the labels among the classes sorted by probability
 * @param calibration confidence against accuracy
 * @param rocAuc how well each class is separated from the rest
 * @param multiLabel the scores of classes that do not exclude each other; empty where they do
 */
public record Evaluation(
    double loss,
    ConfusionMatrix confusion,
    List<Mistake> mistakes,
    Ranks ranks,
    Calibration calibration,
    RocAuc rocAuc,
    Optional<MultiLabelScores> multiLabel) {
  /** How many mistakes are kept. */
  public static final int MOST_MISTAKES = 50;

  /** The most floats of inputs of a batch; 256 images of 3x224x224 would take 154 MB. */
  private static final int MOST_INPUTS = 1 << 23;

  private static final int BATCH = 256;

  public Evaluation {
    mistakes = List.copyOf(mistakes);
  }

  /**
   * One wrong prediction.
   *
   * @param index the image in its data set
   * @param label its label
   * @param predicted the predicted class
   * @param probability the probability of the predicted class
   * @param loss the image's cross-entropy
   */
  public record Mistake(int index, int label, int predicted, double probability, double loss) {}

  /** The share of images whose prediction is correct. */
  public double accuracy() {
    return confusion.accuracy();
  }

  /**
   * The figure that judges the network: the accuracy; where images have several labels, the mean
   * average precision.
   */
  public double figure() {
    return multiLabel.map(MultiLabelScores::meanAveragePrecision).orElseGet(this::accuracy);
  }

  /** The name of the {@link #figure}: "accuracy" or "mean AP". */
  public String figureName() {
    return multiLabel.isPresent() ? "mean AP" : "accuracy";
  }

  /** The number of images. */
  public long count() {
    return confusion.total();
  }

  /**
   * Evaluates a network with its present weights, on all processors, with the fastest kernels.
   *
   * @throws IllegalArgumentException if images or classes do not fit the network
   */
  public static Evaluation of(Network network, Dataset data) {
    try (Workers workers = Workers.available()) {
      return of(network, data, workers, KernelSet.fastest());
    }
  }

  /** Images, loss and figure, such as "10,000 images: loss 0.0301, accuracy 99.02 %". */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%,d images: loss %.4f, %s %.2f %%",
        count(),
        loss,
        figureName(),
        100 * figure());
  }

  /**
   * Evaluates a network with its present weights.
   *
   * @throws IllegalArgumentException if images or classes do not fit the network
   */
  public static Evaluation of(Network network, Dataset data, Workers workers, KernelSet kernels) {
    return of(List.of(network), data, workers, kernels);
  }

  /**
   * The same, with the mean of {@link Loss#judge} of another loss. The images' own losses, by which
   * mistakes are sorted, remain cross-entropies.
   *
   * @throws IllegalArgumentException if images or classes do not fit the network
   */
  public static Evaluation of(
      Network network, Dataset data, Workers workers, KernelSet kernels, Loss loss) {
    DatasetCheck.check(network, data);
    return of(List.of(member(network, data, workers, kernels)), data, workers, loss);
  }

  /**
   * Evaluates several networks as an {@link Ensemble}: the probability of a class is the mean of
   * theirs.
   *
   * @throws IllegalArgumentException if images or classes do not fit the networks, or these not
   *     each other
   */
  public static Evaluation of(
      List<Network> networks, Dataset data, Workers workers, KernelSet kernels) {
    Ensemble.requireAlike(networks);
    DatasetCheck.check(networks.getFirst(), data);
    List<Member> members =
        networks.stream().map(network -> member(network, data, workers, kernels)).toList();
    return of(members, data, workers, SoftmaxCrossEntropy.plain());
  }

  /**
   * The same over several views of each image, whose probabilities are averaged.
   *
   * @throws IllegalArgumentException if images or classes do not fit the networks, or these not
   *     each other
   */
  public static Evaluation of(
      List<Network> networks,
      Dataset data,
      Workers workers,
      KernelSet kernels,
      TestTimeAugmentation augmentation) {
    Ensemble.requireAlike(networks);
    DatasetCheck.check(networks.getFirst(), data);
    List<Member> members = new ArrayList<>();
    for (Network network : networks) {
      Member plain = member(network, data, workers, kernels);
      for (int v = 0; v < augmentation.views().size(); v++) {
        members.add(plain.view(augmentation, v, data.shape(), workers.threads()));
      }
    }
    return of(members, data, workers, SoftmaxCrossEntropy.plain());
  }

  /**
   * Evaluates outputs that a function computes.
   *
   * @param logits the outputs (N, K) for inputs (N, C, H, W); valid until its next call
   * @param preprocessing how pixels become inputs
   * @param data images whose classes are the outputs, at least one
   */
  public static Evaluation of(
      UnaryOperator<Tensor> logits,
      Preprocessing preprocessing,
      Dataset data,
      Workers workers,
      Loss loss) {
    return of(
        List.of(new Member(logits, preprocessing, inputs(data), List.of())), data, workers, loss);
  }

  private record Member(
      UnaryOperator<Tensor> network,
      Preprocessing preprocessing,
      Tensor x,
      List<TestTimeAugmentation.ViewMaker> views) {

    /** The same network on one view of each image. Members that share memory return copies. */
    Member view(TestTimeAugmentation augmentation, int view, Shape shape, int threads) {
      return new Member(
          inputs -> {
            Tensor shared = network.apply(inputs);
            Tensor own = Tensor.zeros(shared.shape(), shared.count());
            System.arraycopy(
                shared.array(), shared.offset(), own.array(), own.offset(), own.elements());
            return own;
          },
          preprocessing,
          x,
          IntStream.range(0, threads)
              .mapToObj(thread -> augmentation.maker(view, shape, preprocessing))
              .toList());
    }

    Tensor logits(Dataset data, int begin, int count, Workers workers) {
      int elements = data.shape().elements();
      workers.run(
          count,
          (n, worker) -> {
            data.pixels(begin + n, x.array(), n * elements);
            if (!views.isEmpty()) {
              views.get(worker).change(x.array(), n * elements);
            }
            preprocessing.apply(x.array(), n * elements, elements);
          });
      return network.apply(x.slice(0, count));
    }
  }

  private static Member member(Network network, Dataset data, Workers workers, KernelSet kernels) {
    PackedWeights weights = PackedWeights.of(network.graph(), network.weights(), kernels);
    Workspace workspace = Workspace.of(kernels, workers);
    return new Member(
        x -> {
          workspace.beginInference();
          return Tape.inference(weights, workspace, x);
        },
        network.preprocessing(),
        inputs(data),
        List.of());
  }

  /** Images of a batch: 256, or as many as take 32 MB of inputs, at least 8. */
  public static int batch(Shape image) {
    return Math.clamp(MOST_INPUTS / image.elements(), 8, BATCH);
  }

  private static Tensor inputs(Dataset data) {
    return Tensor.zeros(data.shape(), Math.min(batch(data.shape()), data.size()));
  }

  /** The loss is that of the only member, or cross-entropy. */
  private static Evaluation of(List<Member> members, Dataset data, Workers workers, Loss loss) {
    int classes = data.classes().size();
    EvaluationAccumulator accumulator =
        new EvaluationAccumulator(members.size(), classes, data.size(), data.isMultiLabel());
    MeanLoss mean = new MeanLoss(loss.judge());
    float[] shares = new float[batch(data.shape()) * classes];
    double[][] z = new double[members.size()][classes];
    List<Tensor> logits = new ArrayList<>();
    int batch = batch(data.shape());
    for (int from = 0; from < data.size(); from += batch) {
      int begin = from;
      int count = Math.min(batch, data.size() - from);
      int[] labels = new int[count];
      Arrays.setAll(labels, n -> DatasetCheck.label(data, begin + n));
      Targets targets = Targets.of(labels, count, classes);
      if (data.isMultiLabel()) {
        for (int n = 0; n < count; n++) {
          data.shares(begin + n, shares, n * classes);
        }
        targets = Targets.on(labels, shares, count, classes);
      }
      logits.clear();
      for (Member member : members) {
        logits.add(member.logits(data, begin, count, workers));
      }
      mean.add(logits.getFirst(), targets);
      int[] order = logits.getFirst().shape().logicalOrder();
      for (int n = 0; n < count; n++) {
        for (int m = 0; m < z.length; m++) {
          Tensor own = logits.get(m);
          for (int k = 0; k < classes; k++) {
            z[m][order[k]] = own.array()[own.offset() + n * classes + k];
          }
        }
        accumulator.add(begin + n, targets, n, z);
      }
    }
    return accumulator.evaluation(workers, mean);
  }

  /** The index of the largest value; of equal ones the first. */
  public static int largest(double[] values) {
    int best = 0;
    for (int k = 1; k < values.length; k++) {
      if (values[k] > values[best]) {
        best = k;
      }
    }
    return best;
  }
}
