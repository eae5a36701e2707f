package io.fovea.studio.inside;

import io.fovea.dataset.Framing;
import io.fovea.dataset.Image;
import io.fovea.inference.Classifier;
import io.fovea.inference.Prediction;
import io.fovea.kernel.KernelSet;
import io.fovea.network.Graph;
import io.fovea.network.Network;
import io.fovea.network.Weights;
import io.fovea.network.execution.PackedWeights;
import io.fovea.network.execution.Tape;
import io.fovea.network.execution.Workspace;
import io.fovea.optim.Sgd;
import io.fovea.parallel.Workers;
import io.fovea.preprocessing.DigitFraming;
import io.fovea.preprocessing.Preprocessing;
import io.fovea.preprocessing.Preprocessing.Fitted;
import io.fovea.studio.runs.TrainedLoss;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.function.Function;

/**
 * A snapshot of a network that runs a forward or a backward pass for one picture and keeps every
 * value. It never changes the network. Thread-safe: at most {@value #WORKSPACES} calls compute
 * concurrently and the others wait, so memory does not grow with the number of callers.
 */
public final class InspectedModel {
  private static final int WORKSPACES = 2;
  private static final int WARM_PASSES = 30;
  private static final long WARM_NANOSECONDS = 500_000_000;

  private final Network network;
  private final TrainedLoss trained;
  private final PackedWeights weights;
  private final BlockingQueue<Workspace> workspaces = new ArrayBlockingQueue<>(WORKSPACES);

  private InspectedModel(Network network, TrainedLoss trained, KernelSet kernels) {
    this.network = network;
    this.trained = trained;
    this.weights = PackedWeights.of(network.graph(), network.weights(), kernels);
    for (int i = 0; i < WORKSPACES; i++) {
      workspaces.add(Workspace.of(kernels, Workers.of(1)));
    }
  }

  /** A snapshot of a network, with softmax cross-entropy as its loss. */
  public static InspectedModel of(Network network, KernelSet kernels) {
    return of(network, TrainedLoss.STANDARD, kernels);
  }

  /**
   * A snapshot of a network.
   *
   * @param trained the loss and settings of its training
   * @throws IllegalArgumentException if its input is not a picture, or its output not a vector of
   *     classes
   */
  static InspectedModel of(Network network, TrainedLoss trained, KernelSet kernels) {
    Shape input = network.graph().input();
    if (input.rank() != 3 || (input.size(0) != 1 && input.size(0) != 3)) {
      throw new IllegalArgumentException(
          "look: expects a network of pictures with 1 or 3 channels, got one for inputs of shape %s; only pictures can be drawn"
              .formatted(input));
    }
    if (network.graph().output().rank() != 1) {
      throw new IllegalArgumentException(
          "look: expects a network whose output is a vector of classes, got an output of %s"
              .formatted(network.graph().output()));
    }
    return new InspectedModel(network.copy(), trained, kernels);
  }

  public Network network() {
    return network;
  }

  /**
   * The answer to a fitted picture in the words of predict, if the model has a rule for answers.
   */
  Optional<String> words(Image fitted) {
    if (network.answers().isEmpty()) {
      return Optional.empty();
    }
    try (Classifier classifier = Classifier.of(network)) {
      return classifier.classify(fitted).answer().map(Prediction.Answer::toString);
    }
  }

  public TrainedLoss trained() {
    return trained;
  }

  /** Runs some forward passes and a backward pass, so that the JVM compiles them. */
  public void warmUp() {
    Shape shape = network.graph().input();
    Image blank = Image.of(shape.size(0), shape.size(1), shape.size(2), new byte[shape.elements()]);
    long end = System.nanoTime() + WARM_NANOSECONDS;
    for (int i = 0; i < WARM_PASSES && (i == 0 || System.nanoTime() < end); i++) {
      forward(blank);
    }
    backward(blank, 0, 0);
  }

  /** A drawing, light on black, framed as in MNIST, with the network's polarity. */
  public Image framed(Image ink) {
    Shape shape = network.graph().input();
    return fit(DigitFraming.drawing(ink.withChannels(1), shape.size(1), shape.size(2)));
  }

  /** A photograph of a digit, framed as in MNIST for any network. */
  public Fitted framedPhoto(Image picture) {
    Shape shape = network.graph().input();
    DigitFraming.Framed framed = DigitFraming.of(picture, shape.size(1), shape.size(2));
    return new Fitted(fit(framed.image()), framed.doubt());
  }

  /**
   * A picture of any size, fitted for the model, with a warning if it differs from the training
   * images.
   */
  public Fitted fitted(Image picture) {
    Fitted fitted = network.preprocessing().fitted(picture, network.graph().input());
    return fitted.doubt().isPresent() ? fitted : new Fitted(fitted.image(), doubt(picture));
  }

  /** The warning for a grey picture and a colour model. */
  public Optional<String> doubt(Image picture) {
    return picture.channels() == 1 && network.graph().input().size(0) == 3
        ? Optional.of("it is grey, and the network was trained on colour images")
        : Optional.empty();
  }

  /** The entire picture, for any framing of the model. */
  public Fitted stretched(Image picture) {
    Preprocessing whole = network.preprocessing().withFraming(Framing.STRETCH);
    return whole.fitted(picture, network.graph().input());
  }

  public Image fit(Image picture) {
    return fitted(picture).image();
  }

  /**
   * Runs the forward pass of a picture.
   *
   * @param image of the network's size, such as the result of {@link #fit}
   * @throws IllegalArgumentException if it has another size
   * @throws CancellationException if this thread is interrupted while it waits; the interrupt
   *     status stays set
   */
  public ForwardTrace forward(Image image) {
    Tensor x = input(image);
    Workspace workspace = take();
    try {
      return trace(image, tape(x, weights, workspace));
    } finally {
      workspaces.add(workspace);
    }
  }

  /**
   * Runs the backward pass of the model's loss for a label, with running statistics as in
   * inference, so that the gradients belong to the shown prediction. Then makes one step of plain
   * gradient descent on a copy of the weights, and runs the forward pass of that copy:
   *
   * <pre>
   * w' = w - rate * dw, for every trained parameter w
   * </pre>
   *
   * @param label the target class, from 0
   * @param rate the step's learning rate, from 0 up
   * @throws IllegalArgumentException if there is no such class, the rate is negative or not finite,
   *     or the image has another size
   * @throws CancellationException as {@link #forward}
   */
  public BackwardTrace backward(Image image, int label, float rate) {
    requireClass(label);
    if (!(rate >= 0 && rate < Float.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "backward: expects a learning rate from 0 up, such as 0.01, got " + rate);
    }
    Tensor x = input(image);
    Workspace workspace = take();
    try {
      Tape tape = tape(x, weights, workspace);
      ForwardTrace before = trace(image, tape);
      Tensor dz = Tensor.zeros(network.graph().output(), 1);
      double loss = trained.loss().value(dz, tape.output(), label);
      tape.backward(dz);
      Map<String, float[]> gradients = arrays(tape::gradient);
      Map<String, float[]> parameters = parameterGradients(weights, workspace);
      if (rate == 0) { // nothing changes
        return new BackwardTrace(
            loss, before, gradients, parameters, network.weights(), before, loss);
      }
      Weights stepped = stepped(network.weights(), parameters, rate);
      Tape again = tape(x, packed(stepped, workspace), workspace);
      double lossAfter = trained.loss().value(dz, again.output(), label);
      ForwardTrace after = trace(image, again);
      return new BackwardTrace(loss, before, gradients, parameters, stepped, after, lossAfter);
    } finally {
      workspaces.add(workspace);
    }
  }

  /**
   * One step of gradient descent with momentum, for one weight: v = momentum * v + dw and w = w -
   * rate * v.
   *
   * @param loss the loss before the step
   * @param weight w before the step
   * @param gradient dw
   * @param velocity v, the step before the learning rate
   * @param stepped w after the step
   * @param lossAfter the loss after the step, which changes all weights
   */
  public record DescentStep(
      double loss, float weight, float gradient, float velocity, float stepped, double lossAfter) {}

  /**
   * Makes some steps on copies of the weights, all trained parameters at once, each with a forward
   * and a backward pass of this one picture.
   *
   * @param optimizer the learning rate and the momentum; its other values are ignored
   * @param steps from 1 up
   * @param name the observed parameter
   * @param index its index in logical order
   * @throws IllegalArgumentException if there is no such class or trained weight, or the image has
   *     another size
   * @throws CancellationException as {@link #forward}
   */
  public List<DescentStep> descend(
      Image image, int label, Sgd optimizer, int steps, String name, int index) {
    requireClass(label);
    Tensor x = input(image);
    Workspace workspace = take();
    try {
      Tensor dz = Tensor.zeros(network.graph().output(), 1);
      Map<String, float[]> velocities = new LinkedHashMap<>();
      List<DescentStep> all = new ArrayList<>();
      Weights now = network.weights();
      PackedWeights packed = weights;
      Tape tape = tape(x, packed, workspace);
      double loss = trained.loss().value(dz, tape.output(), label);
      for (int step = 0; step < steps; step++) {
        tape.backward(dz);
        Map<String, float[]> gradients = parameterGradients(packed, workspace);
        float gradient = at(gradients, name, index);
        gradients.forEach((key, dw) -> addTo(velocities, key, dw, optimizer.momentum()));
        Weights stepped = stepped(now, velocities, optimizer.learningRate());
        packed = packed(stepped, workspace);
        tape = tape(x, packed, workspace);
        double lossAfter = trained.loss().value(dz, tape.output(), label);
        all.add(
            new DescentStep(
                loss,
                now.values(name)[index],
                gradient,
                at(velocities, name, index),
                stepped.values(name)[index],
                lossAfter));
        now = stepped;
        loss = lossAfter;
      }
      return List.copyOf(all);
    } finally {
      workspaces.add(workspace);
    }
  }

  private static float at(Map<String, float[]> gradients, String name, int index) {
    float[] values = gradients.get(name);
    if (values == null || index < 0 || index >= values.length) {
      throw new IllegalArgumentException(
          "descent: expects a trained parameter and an index into it, got \"%s\", %d; there are %s"
              .formatted(name, index, gradients.keySet()));
    }
    return values[index];
  }

  /** v = momentum * v + dw. */
  private static void addTo(
      Map<String, float[]> velocities, String name, float[] dw, float momentum) {
    float[] v = velocities.computeIfAbsent(name, none -> new float[dw.length]);
    for (int k = 0; k < v.length; k++) {
      v[k] = momentum * v[k] + dw[k];
    }
  }

  private PackedWeights packed(Weights some, Workspace workspace) {
    return PackedWeights.of(network.graph(), some, workspace.kernelSet());
  }

  private Workspace take() {
    try {
      return workspaces.take();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new CancellationException(
          "look: interrupted while waiting for another computation; try again");
    }
  }

  private Tape tape(Tensor x, PackedWeights packed, Workspace workspace) {
    workspace.beginInference();
    return Tape.forward(packed, workspace, x, true);
  }

  private ForwardTrace trace(Image image, Tape tape) {
    return new ForwardTrace(network.graph(), trained, image, arrays(tape::value));
  }

  /** An array for the input, then for each node. */
  private Map<String, float[]> arrays(Function<String, Tensor> of) {
    Map<String, float[]> arrays = new LinkedHashMap<>();
    arrays.put(Graph.INPUT, of.apply(Graph.INPUT).toArray());
    network
        .graph()
        .nodes()
        .forEach(node -> arrays.put(node.name(), of.apply(node.name()).toArray()));
    return arrays;
  }

  private static Map<String, float[]> parameterGradients(
      PackedWeights packed, Workspace workspace) {
    Map<String, float[]> gradients = new LinkedHashMap<>();
    for (PackedWeights.Entry entry : packed.entries()) {
      if (entry.parameter().role().isTrained()) {
        float[] stored = workspace.node(entry.node()).gradient(entry.parameter().name());
        gradients.put(entry.name(), entry.logical(stored));
      }
    }
    return gradients;
  }

  /** w - rate * direction; weights without a direction stay. */
  private Weights stepped(Weights now, Map<String, float[]> directions, float rate) {
    Map<String, float[]> updated = new LinkedHashMap<>();
    for (String name : now.names()) {
      float[] w = now.values(name);
      float[] dw = directions.get(name);
      for (int k = 0; dw != null && k < w.length; k++) {
        w[k] -= rate * dw[k];
      }
      updated.put(name, w);
    }
    return Weights.of(network.graph(), updated);
  }

  private Tensor input(Image image) {
    Shape shape = network.graph().input();
    if (image.channels() != shape.size(0)
        || image.height() != shape.size(1)
        || image.width() != shape.size(2)) {
      throw new IllegalArgumentException(
          "look: expects a picture of %s, got %dx%dx%d; fit it first"
              .formatted(shape, image.channels(), image.height(), image.width()));
    }
    Tensor x = Tensor.zeros(shape, 1);
    byte[] pixels = image.pixels();
    for (int i = 0; i < pixels.length; i++) {
      x.array()[i] = pixels[i] & 0xff;
    }
    network.preprocessing().apply(x.array(), 0, pixels.length);
    return x;
  }

  private void requireClass(int label) {
    if (label < 0 || label >= network.labels().size()) {
      throw new IllegalArgumentException(
          "look: expects a class from 0 to %d, got %d"
              .formatted(network.labels().size() - 1, label));
    }
  }
}
