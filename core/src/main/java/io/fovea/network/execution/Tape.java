package io.fovea.network.execution;

import io.fovea.kernel.geometry.Pool2dGeometry;
import io.fovea.kernel.op.Activation;
import io.fovea.layer.ActivationLayer;
import io.fovea.layer.Layer;
import io.fovea.layer.MaxPool2d;
import io.fovea.layer.Step;
import io.fovea.layer.Values;
import io.fovea.layer.context.Fusion;
import io.fovea.layer.context.NodeContext;
import io.fovea.network.Graph;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One forward pass through a graph, with the value of every node, and its backward pass. The values
 * belong to the workspace and are valid until its next pass.
 *
 * <p>The backward pass runs the steps in reverse order; the gradients of a value that several nodes
 * read are added. Parameter gradients are stored in the workspace's nodes.
 */
public final class Tape {
  private final PackedWeights weights;
  private final Graph graph;
  private final Plan plan;
  private final Workspace workspace;
  private final boolean fused;
  private final boolean recycles;
  private final Tensor[] values; // of the input, then of the nodes
  private final @Nullable Tensor[] gradients;
  private final Step[] steps;
  private final boolean[] trained; // whether its gradient is needed
  private final boolean[] elided; // whether this pass does not compute a node's value separately
  private final boolean[] computedByHead; // whether a node's value was computed by a node before it

  private Tape(PackedWeights weights, Workspace workspace, boolean fused, boolean recycles) {
    this.weights = weights;
    this.graph = weights.graph();
    this.plan = weights.plan();
    this.workspace = workspace;
    this.fused = fused;
    this.recycles = recycles;
    int nodes = graph.nodes().size();
    this.values = new Tensor[nodes + 1];
    this.gradients = new Tensor[nodes + 1];
    this.steps = new Step[nodes];
    this.trained = new boolean[nodes + 1];
    this.elided = new boolean[nodes];
    this.computedByHead = new boolean[nodes];
  }

  /**
   * Runs the network forward. The caller has begun the pass with {@link Workspace#beginTraining} or
   * {@link Workspace#beginInference}.
   *
   * @throws IllegalArgumentException if x does not have the graph's input shape
   */
  public static Tape forward(PackedWeights weights, Workspace workspace, Tensor x) {
    return new Tape(weights, workspace, false, false).run(x, false);
  }

  /**
   * As above; with {@code withInputGradient}, {@link #backward} also computes the gradient of the
   * network's input.
   */
  public static Tape forward(
      PackedWeights weights, Workspace workspace, Tensor x, boolean withInputGradient) {
    return new Tape(weights, workspace, false, false).run(x, withInputGradient);
  }

  /**
   * As above, to the same bits and with less memory traffic: layers are fused by {@link
   * FusionRule}, so intermediate values are not available. For training and inference; to inspect
   * values use {@link #forward}. Its backward pass may overwrite values with gradients, so it can
   * run once.
   */
  public static Tape fused(PackedWeights weights, Workspace workspace, Tensor x) {
    return new Tape(weights, workspace, true, false).run(x, false);
  }

  /**
   * As above, behind a prefix of nodes that has been computed already: it goes on from the prefix's
   * output, and {@link #backward} ends there.
   */
  public static Tape fused(
      PackedWeights weights, Workspace workspace, FrozenPrefix prefix, Tensor output) {
    Tape tape = new Tape(weights, workspace, true, false);
    workspace.consumePass();
    tape.values[prefix.count()] = output;
    tape.steps(prefix.count(), tape.steps.length);
    return tape;
  }

  /**
   * The network's output only, to the same bits and with the least memory: buffers of values that
   * have been read are reused. The caller has begun the pass with {@link Workspace#beginInference};
   * the output is valid until the workspace's next pass.
   *
   * @throws IllegalArgumentException if x does not have the graph's input shape
   */
  public static Tensor inference(PackedWeights weights, Workspace workspace, Tensor x) {
    return inference(weights, workspace, x, x.count());
  }

  /**
   * As above, to the same bits; at most {@code atOnce} images at a time pass through the layers
   * before the first heavy one, so that intermediate values stay in a cache, and all images at once
   * through the rest, so that its weights are read once.
   */
  public static Tensor inference(PackedWeights weights, Workspace workspace, Tensor x, int atOnce) {
    Tape tape = new Tape(weights, workspace, true, true);
    boolean cut = tape.plan.cut() != Plan.NONE && x.count() > atOnce;
    return (cut ? tape.runInParts(x, atOnce) : tape.run(x, false)).output();
  }

  private Tape run(Tensor x, boolean withInputGradient) {
    begin(x);
    trained[0] = withInputGradient;
    values[0] = x;
    steps(0, steps.length);
    return this;
  }

  private Tape runInParts(Tensor x, int atOnce) {
    begin(x);
    int cut = plan.cut();
    String name = graph.nodes().get(cut).name();
    Shape shape = graph.inputShapes(graph.nodes().get(cut)).getFirst();
    Tensor gathered = workspace.node(name).tensor("gathered", shape, x.count());
    int owner = plan.buffers().owner(plan.inputs(cut)[0] - 1);
    for (int from = 0; from < x.count(); from += atOnce) {
      int count = Math.min(atOnce, x.count() - from);
      Tensor target = gathered.slice(from, count);
      values[0] = x.slice(from, count);
      if (owner == Plan.NONE) {
        steps(0, cut);
      } else {
        stepsInto(target, owner, cut);
      }
      Tensor part = values[cut];
      // It is there already where a node has written into the target.
      if (!part.isAt(target)) {
        System.arraycopy(
            part.array(), part.offset(), target.array(), target.offset(), target.elements());
      }
    }
    values[cut] = gathered;
    steps(cut, steps.length);
    return this;
  }

  /** Runs the steps before the cut; the output of one of them is stored in the target. */
  private void stepsInto(Tensor target, int owner, int cut) {
    NodeContext node = workspace.node(graph.nodes().get(owner).name());
    node.bindOutput(target);
    try {
      steps(0, cut);
    } finally {
      node.unbindOutput();
    }
  }

  private void begin(Tensor x) {
    if (!x.shape().equals(graph.input())) {
      throw new IllegalArgumentException(
          "network: expects inputs of %s, got %s".formatted(graph.input(), x.shape()));
    }
    workspace.consumePass();
  }

  private void steps(int from, int to) {
    java.util.Arrays.fill(
        computedByHead, from, to, false); // parts of other sizes may be fused differently
    java.util.Arrays.fill(elided, from, to, false);
    for (int k = from; k < to; k++) {
      Graph.Node node = graph.nodes().get(k);
      int[] sources = plan.inputs(k);
      List<Tensor> inputs = new ArrayList<>(sources.length);
      boolean trainedBefore = false;
      for (int source : sources) {
        inputs.add(values[source]);
        trainedBefore |= trained[source];
      }
      WorkspaceNode context = workspace.node(node.name());
      trained[k + 1] = trainedBefore || (plan.hasParameters(k) && !context.isFrozen());
      context.needsInputGradient(trainedBefore && !recycles);
      context.ownsInput(fused && !recycles && plan.ownsInput(k), plan.gatesInput(k));
      share(k, context);
      steps[k] = step(k, inputs, weights.node(node.name()), context);
      values[k + 1] = steps[k].output();
    }
  }

  private Step step(int k, List<Tensor> inputs, Values weights, WorkspaceNode context) {
    FusionGroup group = plan.group(k, recycles);
    if (computedByHead[k]) {
      return Step.of(context, values[group.head + 1], List::of);
    }
    boolean fuses = fused && k == group.head && group.isFused();
    context.offer(fuses ? fusion(group, inputs.getFirst().count(), context) : Fusion.NONE);
    Step step = graph.nodes().get(k).layer().forward(inputs, weights, context);
    if (!context.accepted().isNone()) {
      pass(group, context.accepted());
    }
    return step;
  }

  private void pass(FusionGroup group, Fusion fusion) {
    int last = group.head;
    for (int k : group.nodes()) {
      if (k != group.head && (k != group.pooling || fusion.pooling() != null)) {
        computedByHead[k] = true;
        // Only the last value of a group exists in memory.
        elided[last] = true;
        last = k;
      }
    }
  }

  private Fusion fusion(FusionGroup group, int count, WorkspaceNode context) {
    Tensor map = null;
    if (group.concat != Plan.NONE) {
      Shape shape = graph.shape(graph.nodes().get(group.concat).name());
      map = group.head == group.first ? context.output(shape, count) : values[group.first + 1];
    }
    Tensor residual = group.residual == Plan.NONE ? null : values[group.residual];
    Activation f = layer(group.activation) instanceof ActivationLayer a ? a.function() : null;
    Fusion.Pooling pooling = null;
    if (layer(group.pooling) instanceof MaxPool2d max) {
      Graph.Node node = graph.nodes().get(group.pooling);
      Shape in = graph.inputShapes(node).getFirst();
      pooling =
          new Fusion.Pooling(
              new Pool2dGeometry(
                  in.size(0), in.size(1), in.size(2), max.window(), max.ceilMode(), false),
              workspace.node(node.name()));
      share(group.pooling, pooling.node());
    }
    return new Fusion(residual, f, pooling, map, group.channel);
  }

  private void share(int k, NodeContext context) {
    if (recycles) {
      context.shareOutput(plan.buffers().of(k), plan.buffers().capacity(k));
    } else {
      context.shareOutput(NodeContext.PRIVATE_BUFFER, 0);
    }
  }

  private @Nullable Layer layer(int k) {
    return k == Plan.NONE ? null : graph.nodes().get(k).layer();
  }

  /**
   * The value of a node, or of {@link Graph#INPUT}.
   *
   * @throws IllegalArgumentException if there is no such node
   * @throws IllegalStateException if this pass has not computed it separately
   */
  public Tensor value(String node) {
    return values[index(node)];
  }

  private int index(String name) {
    if (name.equals(Graph.INPUT)) {
      return 0;
    }
    for (int k = 0; k < steps.length; k++) {
      if (graph.nodes().get(k).name().equals(name)) {
        if (elided[k]) {
          throw new IllegalStateException(
              "%s: a fused pass computes it together with the node behind it; use Tape.forward to get both values"
                  .formatted(name));
        }
        return k + 1;
      }
    }
    throw new IllegalArgumentException("network: no node named \"" + name + "\"");
  }

  public Tensor output() {
    return values[steps.length];
  }

  /**
   * Runs the network backward.
   *
   * @param dOutput the gradient of the loss with respect to the output
   * @throws IllegalStateException if the workspace has run another pass since
   */
  public void backward(Tensor dOutput) {
    backward(dOutput, node -> {});
  }

  /**
   * As above, and calls {@code known} when the gradients of a node's parameters are final: they do
   * not change until the workspace's next backward pass.
   *
   * @param known gets the names of nodes, from the last one to the first
   */
  public void backward(Tensor dOutput, Consumer<String> known) {
    java.util.Arrays.fill(gradients, null);
    gradients[steps.length] = dOutput;
    for (int k = steps.length - 1; k >= 0; k--) {
      Tensor dy = gradients[k + 1];
      if (dy == null || !trained[k + 1]) {
        continue; // nothing that is trained lies between here and the loss, or before
      }
      List<Tensor> inputGradients = steps[k].backward(dy);
      FusionGroup group = plan.group(k, recycles);
      // A node inside a group gives its gradient to the head; a residual is one input more.
      int[] sources = computedByHead[k] ? new int[] {group.head + 1} : plan.inputs(k);
      for (int i = 0; i < inputGradients.size(); i++) {
        addGradient(i < sources.length ? sources[i] : group.residual, inputGradients.get(i));
      }
      known.accept(graph.nodes().get(k).name());
    }
  }

  /**
   * The gradient of a node's value that the last {@link #backward} computed.
   *
   * @throws IllegalStateException if it computed none
   */
  public Tensor gradient(String node) {
    Tensor gradient = gradients[index(node)];
    if (gradient == null) {
      throw new IllegalStateException(
          "%s: has no gradient; run backward first, with the input's gradient if that is meant"
              .formatted(node));
    }
    return gradient;
  }

  private void addGradient(int index, Tensor gradient) {
    Tensor before = gradients[index];
    if (before == null) {
      gradients[index] = gradient;
      return;
    }
    // Never in place: a gradient may be shared, as Add returns the same one for all its inputs.
    String name = index == 0 ? Graph.INPUT : graph.nodes().get(index - 1).name();
    Tensor sum = workspace.node(name).tensor("gradient sum", gradient.shape(), gradient.count());
    int elements = gradient.shape().elements();
    workspace
        .node(name)
        .workers()
        .run(
            gradient.count(),
            (n, worker) -> {
              int at = sum.offset() + n * elements;
              int beforeAt = before.offset() + n * elements;
              int gradientAt = gradient.offset() + n * elements;
              workspace.sum(
                  sum.array(),
                  at,
                  before.array(),
                  beforeAt,
                  gradient.array(),
                  gradientAt,
                  elements);
            });
    gradients[index] = sum;
  }
}
