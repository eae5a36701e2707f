package io.fovea.inference;

import io.fovea.dataset.Image;
import io.fovea.kernel.KernelSet;
import io.fovea.network.AnswerRule;
import io.fovea.network.Graph;
import io.fovea.network.MemoryNeed;
import io.fovea.network.Network;
import io.fovea.network.execution.ComputedNetwork;
import io.fovea.network.execution.PackedWeights;
import io.fovea.preprocessing.Preprocessing;
import io.fovea.preprocessing.Preprocessing.Fitted;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * Computes predictions for images, from a snapshot of a network's weights. Safe for use by any
 * number of threads, virtual ones too: all share one copy of the weights, and at most as many calls
 * compute at the same time as the classifier has threads; further calls queue, so memory does not
 * grow with the number of callers. The prediction for an image does not depend on the images beside
 * it, on threads, or on other calls.
 *
 * <p>Probabilities are the softmax of the outputs, whatever loss the network was trained with;
 * where classes do not exclude each other ({@link AnswerRule.SeveralLabels}), their sigmoids.
 *
 * <p>Batch normalisations behind convolutions are computed inside them; with the fast kernels a
 * convolution that a dense layer reads without an activation between them becomes part of the dense
 * layer. Both change outputs by rounding only.
 */
public final class Classifier implements AutoCloseable {
  /** The most images of a pass; a call with more is split into batches of this size. */
  static final int LARGEST_BATCH = 256;

  private static final Duration WARM_UP = Duration.ofSeconds(10);

  private final Graph graph;
  private final Preprocessing preprocessing;
  private final List<String> labels;
  private final PackedWeights weights;
  private final WorkspacePool pool;
  private final Passes passes;
  private final CallListener listener;
  private final InferenceMemory memory;
  private final Optional<AnswerRule> rule;

  private Classifier(Network network, ComputedNetwork computed, KernelSet kernels, int threads) {
    this.graph = computed.graph();
    this.preprocessing = network.preprocessing();
    this.labels = network.labels();
    this.weights = PackedWeights.readOnly(computed, kernels);
    this.pool = new WorkspacePool(kernels, threads);
    this.listener = (images, nanoseconds) -> {};
    this.rule = network.answers();
    this.memory = new InferenceMemory(network.graph(), graph, kernels);
    this.passes = new Passes(weights, pool, memory.sizes(), listener);
  }

  private Classifier(Classifier other, WorkspacePool pool, CallListener listener) {
    this.graph = other.graph;
    this.preprocessing = other.preprocessing;
    this.labels = other.labels;
    this.weights = other.weights;
    this.pool = pool;
    this.listener = listener;
    this.passes = new Passes(weights, pool, other.memory.sizes(), listener);
    this.memory = other.memory;
    this.rule = other.rule;
  }

  /** A classifier of the present network, on all processors of this machine. */
  public static Classifier of(Network network) {
    int processors = Math.min(1024, Runtime.getRuntime().availableProcessors());
    return of(network, processors, KernelSet.fastest());
  }

  /**
   * A classifier of the present network, on {@code threads} threads with the given kernels.
   *
   * @throws IllegalArgumentException if threads is below 1 or above 1,024
   */
  public static Classifier of(Network network, int threads, KernelSet kernels) {
    Network whole =
        network
            .answers()
            .flatMap(AnswerRule::features)
            .map(features -> network.featuresBeside(features.node()))
            .orElse(network);
    return new Classifier(
        network, ComputedNetwork.of(whole, kernels != KernelSet.REFERENCE), kernels, threads);
  }

  /**
   * The memory of a classifier of a network with this structure, without making one: see {@link
   * #memory(int)}.
   *
   * @throws IllegalArgumentException if threads or batch is below 1 or above 1,024
   */
  public static MemoryNeed memory(Graph graph, int threads, KernelSet kernels, int batch) {
    return InferenceMemory.of(graph, kernels).need(threads, batch);
  }

  /**
   * The memory that this classifier needs when every thread is called with up to {@code batch}
   * images at a time, computed from the plan of its network without running it. For more than one
   * image, {@link #warmUp} and {@link #batching} are included. The callers' images and the network
   * that it was made of are not counted.
   *
   * @throws IllegalArgumentException if batch is below 1 or above 1,024
   */
  public MemoryNeed memory(int batch) {
    return memory.need(threads(), batch);
  }

  /**
   * A classifier with its own threads and workspaces that shares this one's weights and the values
   * derived from them. With one thread it computes on its callers' threads only: for programs with
   * their own threads, such as the tasks of a cluster, where a classifier for each task costs no
   * copy of the weights.
   *
   * @throws IllegalArgumentException if threads is below 1 or above 1,024
   */
  public Classifier withThreads(int threads) {
    return new Classifier(this, pool.sibling(threads), listener);
  }

  /**
   * This classifier, with its weights, threads and permits, whose calls are reported to a listener.
   */
  public Classifier withListener(CallListener listener) {
    return new Classifier(this, pool, listener);
  }

  /**
   * The prediction for one picture of any size, which is framed and scaled as the model was
   * trained.
   */
  public Prediction classify(Image image) {
    return classify(List.of(image)).getFirst();
  }

  /** The predictions for some pictures, in their order. */
  public List<Prediction> classify(List<Image> images) {
    List<Prediction> answers = new ArrayList<>(images.size());
    for (int from = 0; from < images.size(); from += LARGEST_BATCH) {
      int to = Math.min(from + LARGEST_BATCH, images.size());
      List<Fitted> some = fitted(images.subList(from, to));
      answers.addAll(doubted(probabilities(inputs(some)), some));
    }
    return answers;
  }

  List<Fitted> fitted(List<Image> images) {
    return images.stream().map(image -> preprocessing.fitted(image, graph.input())).toList();
  }

  Tensor inputs(List<Fitted> images) {
    return preprocessing.inputs(images, graph.input());
  }

  static List<Prediction> doubted(List<Prediction> answers, List<Fitted> of) {
    return IntStream.range(0, answers.size())
        .mapToObj(n -> answers.get(n).withDoubt(of.get(n).doubt()))
        .toList();
  }

  /**
   * The predictions for preprocessed inputs.
   *
   * @throws IllegalArgumentException if x has not the network's input shape, or is not finite
   */
  public List<Prediction> probabilities(Tensor x) {
    return predictions(values(x));
  }

  /**
   * The predictions for some images' {@link #outputs(Tensor) outputs}, without the answers of
   * {@link #probabilities} where these need features, too.
   *
   * @throws IllegalArgumentException if there is not one output a label
   */
  public List<Prediction> predictions(Tensor outputs) {
    if (outputs.shape().elements() != labels.size() && !outputs.shape().equals(graph.output())) {
      throw new IllegalArgumentException(
          "network: expects outputs of %d labels, got %s"
              .formatted(labels.size(), outputs.shape()));
    }
    Optional<AnswerRule> own = rule.filter(any -> outputs.shape().equals(graph.output()));
    Shape row = Shape.of(outputs.shape().elements()); // labels are in logical order
    Tensor z =
        outputs.shape().equals(row) ? outputs : Tensor.of(row, outputs.count(), outputs.toArray());
    boolean isSeveral = rule.filter(AnswerRule.SeveralLabels.class::isInstance).isPresent();
    Prediction[] answers = new Prediction[outputs.count()];
    for (int i = 0; i < answers.length; i++) {
      int n = i;
      Probabilities p =
          isSeveral
              ? Probabilities.sigmoid(z, n, labels.size())
              : Probabilities.softmax(z, n, labels.size());
      answers[n] =
          new Prediction(
              labels, p, own.map(one -> Answers.of(one, labels, p, outputs, n)), Optional.empty());
    }
    return List.of(answers);
  }

  /** Refuses inputs of another shape, and those whose answers would be NaN. */
  void requireFit(Tensor x) {
    if (!x.shape().equals(graph.input())) {
      throw new IllegalArgumentException(
          "network: expects inputs of %s, got %s".formatted(graph.input(), x.shape()));
    }
    FiniteInputs.require(x);
  }

  /**
   * The network's outputs for some pictures, before any softmax: logits, or what a network cut by
   * {@link Network#features} ends with.
   */
  public Tensor outputs(List<Image> images) {
    Tensor all = Tensor.zeros(graph.output(), images.size());
    for (int from = 0; from < images.size(); from += LARGEST_BATCH) {
      int to = Math.min(from + LARGEST_BATCH, images.size());
      outputs(inputs(fitted(images.subList(from, to))), all.slice(from, to - from));
    }
    return logits(all);
  }

  /**
   * The same for preprocessed inputs.
   *
   * @throws IllegalArgumentException if x has not the network's input shape, or is not finite
   */
  public Tensor outputs(Tensor x) {
    return logits(values(x));
  }

  /** The network's outputs, followed by the features that its rule for answers looks at. */
  Tensor values(Tensor x) {
    requireFit(x);
    Tensor all = Tensor.zeros(graph.output(), x.count());
    outputs(x, all);
    return all;
  }

  private void outputs(Tensor x, Tensor all) {
    passes.compute(() -> x, (at, part) -> copy(part, all, at));
  }

  Tensor logits(Tensor values) {
    int width = values.shape().elements();
    if (width == labels.size()) {
      return values;
    }
    Tensor own = Tensor.zeros(Shape.of(labels.size()), values.count());
    for (int n = 0; n < values.count(); n++) {
      int from = values.offset() + n * width;
      System.arraycopy(values.array(), from, own.array(), n * labels.size(), labels.size());
    }
    return own;
  }

  /**
   * The {@link #values} for inputs that are supplied when the first permit is there: until then
   * other images may join.
   */
  Tensor values(Supplier<Tensor> inputs) {
    Tensor[] all = {Tensor.zeros(graph.output(), 0)};
    passes.compute(
        () -> {
          Tensor x = inputs.get();
          all[0] = Tensor.zeros(graph.output(), x.count());
          return x;
        },
        (at, part) -> copy(part, all[0], at));
    return all[0];
  }

  private static void copy(Tensor part, Tensor all, int at) {
    int offset = all.offset() + at * part.shape().elements();
    System.arraycopy(part.array(), part.offset(), all.array(), offset, part.elements());
  }

  /**
   * A view for many concurrent callers with one image each: images that arrive while others are
   * computed, or within {@code maxDelay}, are computed as one batch. See {@link
   * BatchingClassifier}.
   *
   * @param maxBatch the most images of a batch, from 1 to 256
   * @param maxDelay the longest time that an image waits for others; with zero, batches form only
   *     while the processors are busy
   * @throws IllegalArgumentException if maxBatch or maxDelay is out of range
   */
  public BatchingClassifier batching(int maxBatch, Duration maxDelay) {
    return batching(maxBatch, maxDelay, size -> {});
  }

  /**
   * As above; {@code onBatch} gets the number of images of each batch, on the thread of the caller
   * that leads it, which gets its exceptions.
   */
  public BatchingClassifier batching(int maxBatch, Duration maxDelay, IntConsumer onBatch) {
    if (maxBatch < 1 || maxBatch > LARGEST_BATCH) {
      throw new IllegalArgumentException(
          "batching: expects at most 1 to %d images together, got %d"
              .formatted(LARGEST_BATCH, maxBatch));
    }
    if (maxDelay.isNegative() || maxDelay.compareTo(Duration.ofMinutes(1)) > 0) {
      throw new IllegalArgumentException(
          "batching: expects a delay from 0 to 1 minute, got " + maxDelay);
    }
    return new BatchingClassifier(this, maxBatch, maxDelay, onBatch);
  }

  /** {@link #warmUp(Duration)} for at most 10 seconds. */
  public void warmUp() {
    warmUp(WARM_UP);
  }

  /**
   * Computes artificial images, single ones and batches, until the JVM has compiled the kernels and
   * passes become no faster, or for about {@code most}; at least one pass of each kind. Two or
   * three seconds for a network such as MobileNet on two processors. Call this before the first
   * real image, on a thread that may take so long: without it, answers take some hundred times as
   * long in the first second. Kernels whose vectors are objects then are noticed and told.
   */
  public void warmUp(Duration most) {
    int images = Math.min(LARGEST_BATCH, 2 * memory.sizes().group() * threads());
    WarmUp.run(this, memory.kernels().kernels(true), images, most.toNanos());
  }

  /** Computes one image as concurrent calls do, with one permit. */
  void inOneTurn(Tensor x) {
    pool.takeOne();
    try {
      passes.alone((at, logits) -> {}, 0, x);
    } finally {
      pool.giveBack(1);
    }
  }

  /**
   * The number of images that a thread computes at once. For callers that form batches: a few times
   * as many are enough; with more, values no longer fit the caches.
   */
  public int imagesAtOnce() {
    return memory.sizes().group();
  }

  /** The names of the classes. */
  public List<String> labels() {
    return labels;
  }

  /** The shape of one input. */
  public Shape input() {
    return graph.input();
  }

  /** How pixels become inputs. */
  public Preprocessing preprocessing() {
    return preprocessing;
  }

  /** The number of calls that compute at the same time, and of threads that one call may use. */
  public int threads() {
    return pool.workers().threads();
  }

  /** About how many calls wait for a permit to compute. */
  public int waiting() {
    return pool.waiting();
  }

  PackedWeights weights() {
    return weights;
  }

  Passes passes() {
    return passes;
  }

  WorkspacePool pool() {
    return pool;
  }

  /** Ends the threads; optional. Later calls are computed on their own threads. */
  @Override
  public void close() {
    pool.workers().close();
  }
}
