package io.fovea.studio.inside;

import io.fovea.dataset.DigitFraming;
import io.fovea.dataset.Framing;
import io.fovea.dataset.Image;
import io.fovea.layer.KernelSet;
import io.fovea.layer.workspace.Workspace;
import io.fovea.loss.SoftmaxCrossEntropy;
import io.fovea.network.Graph;
import io.fovea.network.Network;
import io.fovea.network.Preprocessing;
import io.fovea.network.Preprocessing.Fitted;
import io.fovea.network.Weights;
import io.fovea.network.execution.PackedWeights;
import io.fovea.network.execution.Tape;
import io.fovea.parallel.Workers;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;

/**
 * A snapshot of a network that runs a forward or a backward pass for one picture and keeps every
 * value of it. Never changes the network. Safe for use by several threads: at most {@value
 * #WORKSPACES} of them compute at the same time and the others wait, so memory does not grow with
 * the number of callers.
 */
public final class InspectedModel {
  private static final int WORKSPACES = 2;
  private static final int WARM_PASSES = 30;

  private final Network network;
  private final PackedWeights weights;
  private final BlockingQueue<Workspace> workspaces = new ArrayBlockingQueue<>(WORKSPACES);

  private InspectedModel(Network network, KernelSet kernels) {
    this.network = network;
    this.weights = PackedWeights.of(network.graph(), network.weights(), kernels);
    for (int i = 0; i < WORKSPACES; i++) {
      workspaces.add(Workspace.of(kernels, Workers.of(1)));
    }
  }

  /**
   * The network as it is now.
   *
   * @throws IllegalArgumentException if it does not take pictures, or does not end in a row of
   *     classes
   */
  public static InspectedModel of(Network network, KernelSet kernels) {
    Shape input = network.graph().input();
    if (input.rank() != 3 || (input.size(0) != 1 && input.size(0) != 3)) {
      throw new IllegalArgumentException(
          "look: expects a network of pictures with 1 or 3 channels, got one of inputs %s; only pictures can be drawn"
              .formatted(input));
    }
    if (network.graph().output().rank() != 1) {
      throw new IllegalArgumentException(
          "look: expects a network that ends in a row of classes, got an output of %s"
              .formatted(network.graph().output()));
    }
    return new InspectedModel(network.copy(), kernels);
  }

  /** The network. */
  public Network network() {
    return network;
  }

  /** Runs some forward passes and a backward pass, so that the JVM has compiled them. */
  public void warmUp() {
    Shape shape = network.graph().input();
    Image blank = Image.of(shape.size(0), shape.size(1), shape.size(2), new byte[shape.elements()]);
    for (int i = 0; i < WARM_PASSES; i++) {
      forward(blank);
    }
    backward(blank, 0, 0);
  }

  /** A drawing, light on black, framed as MNIST's digits were and given the network's polarity. */
  public Image framed(Image ink) {
    Shape shape = network.graph().input();
    return fit(DigitFraming.drawing(ink.withChannels(1), shape.size(1), shape.size(2)));
  }

  /** A photograph of a digit, framed so whatever the network was trained on. */
  public Fitted framedPhoto(Image picture) {
    Shape shape = network.graph().input();
    DigitFraming.Framed framed = DigitFraming.of(picture, shape.size(1), shape.size(2));
    return new Fitted(fit(framed.image()), framed.doubt());
  }

  /** A picture of any size, fitted as the model was trained, and what is doubtful about it. */
  public Fitted fitted(Image picture) {
    return network.preprocessing().fitted(picture, network.graph().input());
  }

  /** The whole of a picture, whatever the model's framing is. */
  public Fitted stretched(Image picture) {
    Preprocessing whole = network.preprocessing().withFraming(Framing.STRETCH);
    return whole.fitted(picture, network.graph().input());
  }

  /** A picture of any size, fitted as the model was trained. */
  public Image fit(Image picture) {
    return fitted(picture).image();
  }

  /**
   * Runs the forward pass of a picture.
   *
   * @param image of the network's size, as {@link #fit} gives it: it is taken as it is
   * @throws IllegalArgumentException if it has another size
   * @throws CancellationException if this thread is interrupted while it waits for its turn; the
   *     interrupt status stays set
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
   * Runs the backward pass for a label, with running statistics as at inference, so that the
   * gradients belong to the prediction that is shown. Then makes one step of plain gradient descent
   * on a copy of the weights, and runs the forward pass of that copy:
   *
   * <pre>
   * loss = - log p[label]      w' = w - rate * dw, for every trained parameter w
   * </pre>
   *
   * @param label the class that the picture should have been, from 0
   * @param rate the step's learning rate, from 0 up
   * @throws IllegalArgumentException if there is no such class, the rate is no number from 0 up, or
   *     the image has another size
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
      double loss = SoftmaxCrossEntropy.plain().value(dz, tape.output(), label);
      tape.backward(dz);
      Map<String, float[]> gradients = gradients(tape);
      Map<String, float[]> parameters = parameterGradients(workspace);
      Weights stepped = stepped(parameters, rate);
      PackedWeights packed = PackedWeights.of(network.graph(), stepped, workspace.kernelSet());
      Tape again = tape(x, packed, workspace);
      double lossAfter = SoftmaxCrossEntropy.plain().value(dz, again.output(), label);
      ForwardTrace after = trace(image, again);
      return new BackwardTrace(loss, before, gradients, parameters, stepped, after, lossAfter);
    } finally {
      workspaces.add(workspace);
    }
  }

  private Workspace take() {
    try {
      return workspaces.take();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new CancellationException(
          "look: interrupted while waiting for its turn to compute; ask again");
    }
  }

  private Tape tape(Tensor x, PackedWeights packed, Workspace workspace) {
    workspace.beginInference();
    return Tape.forward(packed, workspace, x, true);
  }

  private ForwardTrace trace(Image image, Tape tape) {
    Map<String, float[]> values = new LinkedHashMap<>();
    for (String name : names()) {
      values.put(name, tape.value(name).toArray());
    }
    return new ForwardTrace(network.graph(), image, values);
  }

  private Map<String, float[]> gradients(Tape tape) {
    Map<String, float[]> gradients = new LinkedHashMap<>();
    for (String name : names()) {
      gradients.put(name, tape.gradient(name).toArray());
    }
    return gradients;
  }

  /** The input, then the nodes. */
  private List<String> names() {
    List<String> names = new ArrayList<>();
    names.add(Graph.INPUT);
    network.graph().nodes().forEach(node -> names.add(node.name()));
    return names;
  }

  private Map<String, float[]> parameterGradients(Workspace workspace) {
    Map<String, float[]> gradients = new LinkedHashMap<>();
    for (PackedWeights.Entry entry : weights.entries()) {
      if (entry.parameter().role().isTrained()) {
        float[] stored = workspace.node(entry.node()).gradient(entry.parameter().name());
        gradients.put(entry.name(), entry.logical(stored));
      }
    }
    return gradients;
  }

  private Weights stepped(Map<String, float[]> gradients, float rate) {
    Weights now = network.weights();
    Map<String, float[]> updated = new LinkedHashMap<>();
    for (String name : now.names()) {
      float[] w = now.values(name);
      float[] dw = gradients.get(name);
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
