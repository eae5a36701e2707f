package io.fovea.network;

import io.fovea.dataset.Image;
import io.fovea.layer.KernelSet;
import io.fovea.layer.Workspace;
import io.fovea.parallel.Workers;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/**
 * Answers for images, from a snapshot of a network's weights. Safe for use by any number of
 * threads: the weights are shared, each call borrows a workspace, and calls that overlap compute on
 * their own threads alone. An image's answer does not depend on the images beside it.
 */
public final class Classifier implements AutoCloseable {
  /** Images computed at once; more in one call are cut into batches of this size. */
  private static final int LARGEST_BATCH = 256;

  /** Floats that stay in a core's own cache: half of a MiB. */
  private static final int CACHE = 1 << 17;

  private static final Workers ALONE = Workers.of(1);

  private final Graph graph;
  private final Preprocessing preprocessing;
  private final List<String> labels;
  private final KernelSet kernels;
  private final PackedWeights weights;
  private final Workers workers;
  private final int group;
  private final BlockingQueue<Workspace> idle = new ArrayBlockingQueue<>(64);
  private final BlockingQueue<Workspace> idleAlone = new ArrayBlockingQueue<>(64);

  private Classifier(Network network, KernelSet kernels, Workers workers) {
    this.graph = network.graph();
    this.preprocessing = network.preprocessing();
    this.labels = network.labels();
    this.kernels = kernels;
    this.weights = PackedWeights.of(graph, network.weights(), kernels);
    this.workers = workers;
    this.group = group(graph);
  }

  /** A classifier of the network as it is now, on all processors of this machine. */
  public static Classifier of(Network network) {
    return new Classifier(network, KernelSet.fastest(), Workers.available());
  }

  /** A classifier of the network as it is now, on so many threads with the given kernels. */
  public static Classifier of(Network network, int threads, KernelSet kernels) {
    return new Classifier(network, kernels, Workers.of(threads));
  }

  /**
   * The answer for one picture of any size: fitted, scaled and classified as the model was trained.
   */
  public Prediction classify(Image image) {
    return classify(List.of(image)).getFirst();
  }

  /** The answers for some pictures, in their order. */
  public List<Prediction> classify(List<Image> images) {
    Shape shape = graph.input();
    List<Prediction> answers = new ArrayList<>(images.size());
    for (int from = 0; from < images.size(); from += LARGEST_BATCH) {
      int count = Math.min(LARGEST_BATCH, images.size() - from);
      Tensor x = Tensor.zeros(shape, count);
      for (int n = 0; n < count; n++) {
        preprocessing.inputs(images.get(from + n), shape, x.array(), n * shape.elements());
      }
      answers.addAll(probabilities(x));
    }
    return answers;
  }

  /**
   * The answers for inputs that are preprocessed already.
   *
   * @throws IllegalArgumentException if x has not the network's input shape
   */
  public List<Prediction> probabilities(Tensor x) {
    Prediction[] answers = new Prediction[x.count()];
    if (x.count() < 2 * group) {
      answer(answers, 0, x, idle, workers);
    } else {
      workers.run(
          (x.count() + group - 1) / group,
          (chunk, worker) -> {
            int from = chunk * group;
            Tensor part = x.slice(from, Math.min(group, x.count() - from));
            answer(answers, from, part, idleAlone, ALONE);
          });
    }
    return List.of(answers);
  }

  /** Some images through the whole network, on a borrowed workspace. */
  private void answer(
      Prediction[] answers, int at, Tensor x, BlockingQueue<Workspace> pool, Workers own) {
    Workspace idleOne = pool.poll();
    Workspace workspace = idleOne != null ? idleOne : Workspace.of(kernels, own);
    workspace.beginInference();
    Tensor logits = Tape.lean(graph, weights, workspace, x).output();
    for (int n = 0; n < x.count(); n++) {
      answers[at + n] = new Prediction(labels, softmax(logits, n));
    }
    pool.offer(workspace); // where the pool is full, the workspace is left to the garbage collector
  }

  /**
   * How many images a worker takes through the whole network at once: so many that what a layer
   * reads and writes stays in its cache, but not so few that the weights are read too often.
   */
  private static int group(Graph graph) {
    long largest = 1;
    long all = 1;
    for (Graph.Node node : graph.nodes()) {
      long floats = graph.shape(node.name()).elements();
      all += floats;
      for (Shape input : graph.inputShapes(node)) {
        floats += input.elements();
      }
      largest = Math.max(largest, floats);
    }
    long weights = 0;
    for (Graph.Weight weight : graph.weights()) {
      weights += weight.parameter().shape().elements();
    }
    return Math.clamp(Math.max(CACHE / largest, 2 * weights / all), 4, 64);
  }

  /** p[k] = exp(z[k] - max z) / sum over j of exp(z[j] - max z), in double. */
  private static List<Double> softmax(Tensor logits, int n) {
    int classes = logits.shape().elements();
    int at = logits.offset() + n * classes;
    double max = Double.NEGATIVE_INFINITY;
    for (int k = 0; k < classes; k++) {
      max = Math.max(max, logits.array()[at + k]);
    }
    double sum = 0;
    Double[] p = new Double[classes];
    for (int k = 0; k < classes; k++) {
      p[k] = Math.exp(logits.array()[at + k] - max);
      sum += p[k];
    }
    for (int k = 0; k < classes; k++) {
      p[k] /= sum;
    }
    return List.of(p);
  }

  /** The names of the classes. */
  public List<String> labels() {
    return labels;
  }

  /** Lets the threads end; optional. */
  @Override
  public void close() {
    workers.close();
  }
}
