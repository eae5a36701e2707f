package io.fovea.studio.runs;

import io.fovea.dataset.Dataset;
import io.fovea.kernel.KernelSet;
import io.fovea.layer.Conv2d;
import io.fovea.layer.Relu;
import io.fovea.loss.Loss;
import io.fovea.metrics.ChanceLevel;
import io.fovea.metrics.ConfusionMatrix;
import io.fovea.metrics.Evaluation;
import io.fovea.network.Graph;
import io.fovea.network.Network;
import io.fovea.network.execution.PackedWeights;
import io.fovea.network.execution.Tape;
import io.fovea.network.execution.Workspace;
import io.fovea.parallel.Workers;
import io.fovea.random.RandomKey;
import io.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Statistics of a saved model, computed on one thread and a few images, so that a running training
 * is not slowed.
 */
record ModelStatistics(Network network, Dataset test, Loss loss) {
  /** The number of test images for the confusion matrix. */
  static final int TESTED = 2_000;

  /** The number of test images for activations and gradients. */
  static final int LOOKED_AT = 32;

  private static final String CURE =
      "try a lower learning rate, more epochs or another initialisation";
  private static final int MISTAKES = 24;

  Map<String, Object> all() {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("classes", network.labels());
    all.put("filters", filters());
    all.put("weights", weights());
    try (Workers workers = Workers.of(1)) {
      all.put("layers", layers(workers));
      all.putAll(answers(workers));
    }
    return all;
  }

  /** The first convolution's kernels, in (O, C, KH, KW) order. */
  private Map<String, Object> filters() {
    for (Graph.Node node : network.graph().nodes()) {
      if (node.layer() instanceof Conv2d) {
        String name = node.name() + ".weight";
        Map<String, Object> filters = new LinkedHashMap<>();
        filters.put("name", node.name());
        filters.put("shape", network.weights().shape(name).sizes());
        filters.put("values", network.weights().values(name));
        return filters;
      }
    }
    return Map.of();
  }

  private List<Map<String, Object>> weights() {
    List<Map<String, Object>> all = new ArrayList<>();
    for (Graph.Weight weight : network.graph().weights()) {
      if (weight.parameter().role().isTrained()) {
        float[] values = network.weights().values(weight.name());
        Map<String, Object> histogram = Histogram.of(values, 0, values.length);
        all.add(Map.of("name", weight.name(), "histogram", histogram));
      }
    }
    return all;
  }

  /** Activations and their gradients for the first test images, as in a training step. */
  private List<Map<String, Object>> layers(Workers workers) {
    KernelSet kernels = KernelSet.fastest();
    int[] images = IntStream.range(0, Math.min(LOOKED_AT, test.size())).toArray();
    int[] labels = Arrays.stream(images).map(test::label).toArray();
    Tensor x = inputs(network, test, images);
    Graph graph = network.graph();
    Workspace workspace = Workspace.of(kernels, workers);
    workspace.beginTraining(RandomKey.of(0).with("studio"));
    PackedWeights packed = PackedWeights.of(graph, network.weights(), kernels);
    Tape tape = Tape.forward(packed, workspace, x);
    Tensor dLogits = Tensor.zeros(tape.output().shape(), images.length);
    loss.value(dLogits, tape.output(), labels);
    tape.backward(dLogits);
    List<Map<String, Object>> all = new ArrayList<>();
    for (Graph.Node node : graph.nodes()) {
      Tensor value = tape.value(node.name());
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("name", node.name());
      one.put("activations", Histogram.of(value.array(), value.offset(), value.elements()));
      gradient(tape, node)
          .ifPresent(
              gradient ->
                  one.put(
                      "gradients",
                      Histogram.of(gradient.array(), gradient.offset(), gradient.elements())));
      if (node.layer() instanceof Relu) {
        one.put("dead", deadShare(value));
      }
      all.add(one);
    }
    return all;
  }

  /** Some images, scaled as the network needs them. */
  static Tensor inputs(Network network, Dataset test, int... images) {
    Tensor x = Tensor.zeros(test.shape(), images.length);
    for (int n = 0; n < images.length; n++) {
      test.pixels(images[n], x.array(), x.offset() + n * test.shape().elements());
    }
    network.preprocessing().apply(x.array(), x.offset(), x.elements());
    return x;
  }

  private static java.util.Optional<Tensor> gradient(Tape tape, Graph.Node node) {
    try {
      return java.util.Optional.of(tape.gradient(node.name()));
    } catch (IllegalStateException none) {
      return java.util.Optional.empty(); // no trained layer before it
    }
  }

  /**
   * The share of units that are zero for all images: channels of maps, or single outputs. Such a
   * unit gets no gradient from them and does not learn.
   */
  static double deadShare(Tensor value) {
    int units = value.shape().size(0);
    int elements = value.shape().elements();
    boolean[] alive = new boolean[units];
    for (int i = 0; i < value.elements(); i++) {
      if (value.array()[value.offset() + i] > 0) {
        alive[i % elements % units] = true; // channels-last: neighbours are channels
      }
    }
    int dead = 0;
    for (boolean one : alive) {
      dead += one ? 0 : 1;
    }
    return (double) dead / units;
  }

  private Map<String, Object> answers(Workers workers) {
    Dataset some = test.first(TESTED);
    Evaluation evaluation = Evaluation.of(network, some, workers, KernelSet.fastest());
    ConfusionMatrix matrix = evaluation.confusion();
    long[][] confusion = new long[matrix.classes()][matrix.classes()];
    for (int label = 0; label < confusion.length; label++) {
      for (int predicted = 0; predicted < confusion.length; predicted++) {
        confusion[label][predicted] = matrix.count(label, predicted);
      }
    }
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("tested", some.size());
    all.put("accuracy", evaluation.accuracy());
    all.put("confusion", confusion);
    all.put("mistakes", mistakes(evaluation, MISTAKES));
    all.put("warning", ChanceLevel.warning(matrix, network.labels(), CURE).orElse(""));
    return all;
  }

  /** The mistakes of an evaluation with the largest losses. */
  static List<Evaluation.Mistake> mistakes(Evaluation evaluation, int most) {
    return evaluation.mistakes().stream().limit(most).toList();
  }
}
