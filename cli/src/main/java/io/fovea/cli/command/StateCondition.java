package io.fovea.cli.command;

import io.fovea.cli.screen.UsageException;
import io.fovea.cli.train.engine.RunReplay;
import io.fovea.cli.train.flags.TrainFlags;
import io.fovea.data.Images;
import io.fovea.dataset.Dataset;
import io.fovea.inference.Classifier;
import io.fovea.metrics.Evaluation;
import io.fovea.network.Graph;
import io.fovea.network.Network;
import io.fovea.network.Weights;
import io.fovea.network.execution.PackedWeights;
import io.fovea.network.execution.Tape;
import io.fovea.network.execution.Workspace;
import io.fovea.parallel.Workers;
import io.fovea.tensor.Tensor;
import io.fovea.train.Checkpoint;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.DoublePredicate;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A condition on the state of a run, or on a step's loss.
 *
 * @param text as given
 * @param state whether it holds after a step; of a condition on losses never asked
 * @param loss whether it holds for the loss of a step; never for a condition on states
 * @param isOfSteps whether it is a condition on losses
 */
record StateCondition(
    String text, Predicate<Checkpoint> state, DoublePredicate loss, boolean isOfSteps) {
  static final String FORMS =
      "predicts FILE = CLASS, loss > X, test-accuracy < X, norm WEIGHT > X, dead LAYER > X or nan";

  /** The test images by which dead units are told. */
  private static final int DEAD_BY = 512;

  private static final Pattern PREDICTS = Pattern.compile("predicts (.+?) *= *(.+)");
  private static final Pattern COMPARED =
      Pattern.compile("(loss|test-accuracy|norm (\\S+)|dead (\\S+)) *([<>]) *(\\S+)");

  /**
   * Parses a condition.
   *
   * @param limit the first test images that count
   */
  static StateCondition of(String text, RunReplay run, int limit) throws IOException {
    if (text.strip().equals("nan")) {
      return states(text, state -> !isFinite(state.weights()));
    }
    Matcher predicts = PREDICTS.matcher(text.strip());
    if (predicts.matches()) {
      return predicts(text, run, Path.of(predicts.group(1)), predicts.group(2).strip());
    }
    Matcher compared = COMPARED.matcher(text.strip());
    if (!compared.matches()) {
      throw new UsageException("--when: expects %s, got \"%s\"".formatted(FORMS, text));
    }
    DoublePredicate bound = bound(text, compared.group(4), compared.group(5));
    if (compared.group(1).equals("loss")) {
      return new StateCondition(text, state -> false, bound, true);
    }
    Dataset test = run.job().split().test();
    if (compared.group(1).equals("test-accuracy")) {
      Dataset some = limit == 0 ? test : test.first(limit);
      return states(text, state -> bound.test(accuracy(run, state, some)));
    }
    if (compared.group(2) != null) {
      String weight = compared.group(2);
      run.network(run.end()).weights().shape(weight); // refuses an unknown one
      return states(text, state -> bound.test(norm(state.weights().shared(weight))));
    }
    String layer = layer(run.job().network().graph(), compared.group(3));
    Dataset some = test.first(DEAD_BY);
    return states(text, state -> bound.test(dead(run, state, layer, some)));
  }

  private static StateCondition states(String text, Predicate<Checkpoint> state) {
    return new StateCondition(text, state, loss -> false, false);
  }

  private static DoublePredicate bound(String text, String sign, String number) {
    try {
      double limit = Double.parseDouble(number);
      return sign.equals(">") ? value -> value > limit : value -> value < limit;
    } catch (NumberFormatException wrong) {
      throw new UsageException(
          "--when: expects a number after %s, got \"%s\" in \"%s\"".formatted(sign, number, text));
    }
  }

  private static StateCondition predicts(String text, RunReplay run, Path file, String label)
      throws IOException {
    List<String> classes = run.train().classes();
    if (!classes.contains(label)) {
      throw new UsageException(
          "--when: expects one of the classes %s, got \"%s\""
              .formatted(String.join(", ", classes), label));
    }
    var picture = Images.read(file);
    return states(
        text,
        state -> {
          try (Classifier classifier = Classifier.of(run.network(state))) {
            return classifier.classify(picture).label().equals(label);
          }
        });
  }

  private static double accuracy(RunReplay run, Checkpoint state, Dataset images) {
    try (Workers workers = Workers.available()) {
      return Evaluation.of(
              run.network(state), images, workers, run.settings().get(TrainFlags.KERNELS))
          .accuracy();
    }
  }

  private static double norm(float... values) {
    double squares = 0;
    for (float value : values) {
      squares += (double) value * value;
    }
    return Math.sqrt(squares);
  }

  private static boolean isFinite(Weights weights) {
    for (String name : weights.names()) {
      for (float value : weights.shared(name)) {
        if (!Float.isFinite(value)) {
          return false;
        }
      }
    }
    return true;
  }

  /** The node whose values count: a layer's activation, else the layer. */
  private static String layer(Graph graph, String name) {
    for (Graph.Node node : graph.nodes()) {
      boolean isActivation =
          node.layer().getClass().getSimpleName().toLowerCase(Locale.ROOT).contains("relu");
      if (isActivation && (node.name().equals(name) || node.inputs().contains(name))) {
        return node.name();
      }
    }
    throw new UsageException(
        "--when: expects a ReLU or the layer before one, got \"%s\"; the layers are %s"
            .formatted(name, graph.nodes().stream().map(Graph.Node::name).toList()));
  }

  /** The share of channels, or of a flat layer's units, that no image gives a positive value. */
  private static double dead(RunReplay run, Checkpoint state, String layer, Dataset images) {
    Network network = run.network(state);
    var kernels = run.settings().get(TrainFlags.KERNELS);
    PackedWeights weights = PackedWeights.of(network.graph(), network.weights(), kernels);
    int channels = network.graph().shape(layer).size(0);
    boolean[] alive = new boolean[channels];
    Tensor x = Tensor.zeros(images.shape(), 1);
    try (Workers workers = Workers.available()) {
      Workspace workspace = Workspace.of(kernels, workers);
      for (int i = 0; i < images.size(); i++) {
        images.pixels(i, x.array(), 0);
        network.preprocessing().apply(x.array(), 0, x.elements());
        workspace.beginInference();
        Tensor value = Tape.forward(weights, workspace, x).value(layer);
        for (int k = 0; k < value.elements(); k++) {
          alive[k % channels] |= value.array()[value.offset() + k] > 0;
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
