package io.fovea.replay;

import io.fovea.dataset.Dataset;
import io.fovea.dataset.Image;
import io.fovea.inference.Classifier;
import io.fovea.kernel.KernelSet;
import io.fovea.metrics.Evaluation;
import io.fovea.network.Graph;
import io.fovea.network.Network;
import io.fovea.network.Weights;
import io.fovea.parallel.Workers;
import io.fovea.tensor.Tensor;
import io.fovea.train.Checkpoint;
import java.util.List;
import java.util.Locale;
import java.util.function.DoublePredicate;
import java.util.function.Predicate;

/**
 * Conditions on the state after a step, for {@link Replay#first}. In a run that averages weights,
 * {@link #norm} looks at those that are trained, the other conditions at the averaged ones.
 */
public final class StateConditions {
  /** The test images by which dead channels are told. */
  private static final int DEAD_BY = 512;

  private final Replay replay;
  private final Dataset test;
  private final KernelSet kernels;

  private StateConditions(Replay replay, Dataset test, KernelSet kernels) {
    this.replay = replay;
    this.test = test;
    this.kernels = kernels;
  }

  /**
   * Conditions on the states of a run.
   *
   * @param test the images that {@link #accuracy} and {@link #dead} look at
   * @param kernels compute them
   */
  public static StateConditions of(Replay replay, Dataset test, KernelSet kernels) {
    return new StateConditions(replay, test, kernels);
  }

  /**
   * A picture is answered with a class.
   *
   * @throws IllegalArgumentException if the run has no such class
   */
  public Predicate<Checkpoint> predicts(Image picture, String label) {
    List<String> classes = replay.network(replay.after(replay.start())).labels();
    if (!classes.contains(label)) {
      throw new IllegalArgumentException(
          "expects one of the classes %s, got \"%s\"".formatted(String.join(", ", classes), label));
    }
    return state -> {
      try (Workers workers = Workers.available();
          Classifier classifier =
              Classifier.of(replay.network(state), workers.threads(), kernels)) {
        return classifier.classify(picture).label().equals(label);
      }
    };
  }

  /** The accuracy on the test images, from 0 to 1, is within a bound. */
  public Predicate<Checkpoint> accuracy(DoublePredicate bound) {
    return state -> {
      try (Workers workers = Workers.available()) {
        return bound.test(Evaluation.of(replay.network(state), test, workers, kernels).accuracy());
      }
    };
  }

  /**
   * The Euclidean norm of a parameter is within a bound.
   *
   * @throws IllegalArgumentException if there is no such parameter
   */
  public Predicate<Checkpoint> norm(String parameter, DoublePredicate bound) {
    replay.after(replay.start()).weights().shape(parameter); // refuses an unknown one
    return state -> bound.test(StepInspection.norm(state.weights(), null, parameter));
  }

  /**
   * The share of a ReLU's channels, or of a flat layer's units, without a positive value on the
   * first 512 test images is within a bound.
   *
   * @param layer the ReLU, or the layer that it reads
   * @throws IllegalArgumentException if it is neither
   */
  public Predicate<Checkpoint> dead(String layer, DoublePredicate bound) {
    String node = relu(replay.network(replay.after(replay.start())).graph(), layer);
    Dataset images = test.first(DEAD_BY);
    return state -> bound.test(dead(replay.network(state).features(node), images));
  }

  static boolean isFinite(Weights weights) {
    for (String name : weights.names()) {
      for (float value : weights.shared(name)) {
        if (!Float.isFinite(value)) {
          return false;
        }
      }
    }
    return true;
  }

  private static String relu(Graph graph, String name) {
    for (Graph.Node node : graph.nodes()) {
      boolean isRelu = node.layer().type().toLowerCase(Locale.ROOT).contains("relu");
      if (isRelu && (node.name().equals(name) || node.inputs().contains(name))) {
        return node.name();
      }
    }
    throw new IllegalArgumentException(
        "expects a ReLU or the layer before one, got \"%s\"; the layers are %s"
            .formatted(name, graph.nodes().stream().map(Graph.Node::name).toList()));
  }

  private double dead(Network features, Dataset images) {
    int channels = features.graph().output().size(0);
    boolean[] alive = new boolean[channels];
    int pixels = images.shape().elements();
    int batch = Evaluation.batch(images.shape());
    try (Classifier classifier =
        Classifier.of(features, Runtime.getRuntime().availableProcessors(), kernels)) {
      for (int from = 0; from < images.size(); from += batch) {
        Tensor x = Tensor.zeros(images.shape(), Math.min(batch, images.size() - from));
        for (int n = 0; n < x.count(); n++) {
          images.pixels(from + n, x.array(), x.offset() + n * pixels);
        }
        features.preprocessing().apply(x.array(), x.offset(), x.elements());
        Tensor values = classifier.outputs(x);
        for (int k = 0; k < values.elements(); k++) {
          alive[k % channels] |= values.array()[values.offset() + k] > 0;
        }
      }
    }
    int dead = 0;
    for (boolean one : alive) {
      dead += one ? 0 : 1;
    }
    return (double) dead / channels;
  }
}
