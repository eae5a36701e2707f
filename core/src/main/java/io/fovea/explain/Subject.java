package io.fovea.explain;

import io.fovea.dataset.Image;
import io.fovea.inference.Classifier;
import io.fovea.inference.Prediction;
import io.fovea.kernel.KernelSet;
import io.fovea.network.Graph;
import io.fovea.network.Network;
import io.fovea.network.execution.PackedWeights;
import io.fovea.network.execution.Tape;
import io.fovea.network.execution.Workspace;
import io.fovea.parallel.Workers;
import io.fovea.preprocessing.Preprocessing.Fitted;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A network and a picture to explain, in the form that the network gets. It owns all memory of the
 * computation; it may be used any number of times, by one thread.
 */
public final class Subject {
  private final Network network;
  private final PackedWeights weights;
  private final Workspace workspace;
  private final Fitted fitted;
  private final Tensor x;
  private final Supplier<Classifier> classifiers;
  private @Nullable Classifier classifier; // packs the weights again, which maps alone do not need

  private Subject(Network network, Fitted fitted, Tensor x, Workers workers, KernelSet kernels) {
    this.network = network;
    this.weights = PackedWeights.of(network.graph(), network.weights(), kernels);
    this.workspace = Workspace.of(kernels, workers);
    this.fitted = fitted;
    this.x = x;
    this.classifiers = () -> Classifier.of(network, workers.threads(), kernels);
  }

  /**
   * A network and a picture of any size, which is framed as the model was trained.
   *
   * @throws IllegalArgumentException if the network does not take pictures
   */
  public static Subject of(Network network, Image picture, Workers workers, KernelSet kernels) {
    Shape shape = network.graph().input();
    if (shape.rank() != 3 || (shape.size(0) != 1 && shape.size(0) != 3)) {
      throw new IllegalArgumentException(
          "explain: expects a network of pictures with 1 or 3 channels, got one of inputs %s; only pictures can be looked at"
              .formatted(shape));
    }
    Fitted fitted = network.preprocessing().fitted(picture, shape);
    Tensor x = network.preprocessing().inputs(List.of(fitted), shape);
    return new Subject(network, fitted, x, workers, kernels);
  }

  public Network network() {
    return network;
  }

  /** The picture in the size, colours and polarity of the network's input. */
  public Image image() {
    return fitted.image();
  }

  /** The network's prediction, which is that of {@link Classifier}. */
  public Prediction prediction() {
    return predictions(x).getFirst().withDoubt(fitted.doubt());
  }

  /** The predictions for other inputs of the same shape. */
  List<Prediction> predictions(Tensor inputs) {
    if (classifier == null) {
      classifier = classifiers.get();
    }
    return classifier.probabilities(inputs);
  }

  Graph graph() {
    return network.graph();
  }

  /** The picture as the network's input: one image. */
  Tensor input() {
    return x;
  }

  /** A pass that keeps the value of every layer, with gradients down to the input. */
  Tape look() {
    workspace.beginInference();
    return Tape.forward(weights, workspace, x, true);
  }

  /**
   * Checks the number of a class.
   *
   * @throws IllegalArgumentException if the network has no such class
   */
  void requireClass(int label) {
    int classes = network.labels().size();
    if (label < 0 || label >= classes) {
      throw new IllegalArgumentException(
          "explain: expects a class from 0 to %d, got %d".formatted(classes - 1, label));
    }
  }
}
