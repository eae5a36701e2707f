package io.fovea.layer.workspace;

import io.fovea.kernel.CacheLines;
import io.fovea.kernel.GradientSink;
import io.fovea.kernel.Kernels;
import io.fovea.kernel.Resources;
import io.fovea.layer.Dense;
import io.fovea.layer.LayerContext;
import io.fovea.parallel.ProcessGroup;
import io.fovea.parallel.Workers;
import io.fovea.random.RandomKey;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One node's own buffers in a {@link Workspace}, and what the walk through the network and this
 * library's layers tell each other there. Layers of a user's own see its {@link LayerContext}.
 */
public final class NodeContext implements LayerContext {

  private final Workspace workspace;
  private final String name;
  private final Map<String, float[]> floats = new HashMap<>();
  private final Map<String, int[]> ints = new HashMap<>();
  private final Map<String, GradientSink> sinks = new HashMap<>();
  private boolean needsInputGradient = true;
  private boolean frozen;
  private boolean ownsInput;
  private int slot = Workspace.UNSHARED;
  private @Nullable Tensor given;
  private Fusion offered = Fusion.NONE;
  private Fusion accepted = Fusion.NONE;
  private @Nullable Object geometry;
  private @Nullable Object kernel;

  NodeContext(Workspace workspace, String name) {
    this.workspace = workspace;
    this.name = name;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public boolean isTraining() {
    return workspace.isTraining() && !frozen;
  }

  /** From now on the parameters and buffers of this node stay as they are. */
  public void freeze() {
    frozen = true;
  }

  @Override
  public boolean isFrozen() {
    return frozen;
  }

  @Override
  public RandomKey random() {
    return workspace.random().with(name);
  }

  @Override
  public RandomKey random(int image) {
    return random().with(workspace.firstImage() + image);
  }

  /** The workers that have the other parts of this batch; null where the batch is whole. */
  public @Nullable ProcessGroup group() {
    return workspace.group();
  }

  @Override
  public Workers workers() {
    return workspace.resources().workers();
  }

  @Override
  public boolean needsInputGradient() {
    return needsInputGradient;
  }

  /** Tells whether anything before this node is trained. */
  public void needsInputGradient(boolean needed) {
    needsInputGradient = needed;
  }

  /**
   * True where nobody reads this node's input once its own way back has: the input's gradient may
   * take its place. Where that is a ReLU's output, which says where gradients pass, only what has
   * passed may: so a gradient in the place of a ReLU's output need not be gated again.
   */
  public boolean ownsInput() {
    return ownsInput;
  }

  /** Tells whether that is so. */
  public void ownsInput(boolean owned) {
    ownsInput = owned;
  }

  @Override
  public Tensor output(Shape shape, int count) {
    if (given != null) {
      return Tensor.on(given.array(), given.offset(), shape, count);
    }
    if (slot == Workspace.UNSHARED) {
      return tensor("output", shape, count);
    }
    int length = Math.addExact(CacheLines.FIRST, Math.multiplyExact(count, shape.elements()));
    return Tensor.on(workspace.shared(slot, length), CacheLines.FIRST, shape, count);
  }

  /**
   * From now on the output lies in the buffer of that number, which other nodes use as well at
   * other times; {@link Workspace#UNSHARED} stands for one of this node's own.
   */
  public void shareOutput(int number) {
    slot = number;
  }

  /** From now on the output lies where the caller wants it, which has room for it. */
  public void placeOutput(Tensor place) {
    given = place;
  }

  /** Offers the layer to compute more than itself; it {@linkplain #accept accepts} what it can. */
  public void offer(Fusion more) {
    offered = more;
    accepted = Fusion.NONE;
  }

  /** What was offered. */
  public Fusion offered() {
    return offered;
  }

  /** The layer's word that it computes that in this pass. */
  public Fusion accept(Fusion fusion) {
    accepted = fusion;
    return fusion;
  }

  /** What the layer computes beside itself in this pass. */
  public Fusion accepted() {
    return accepted;
  }

  /** Ends {@link #placeOutput}. */
  public void placeOutputAnywhere() {
    given = null;
  }

  /** True in a pass that is for its answer alone, see {@link #shareOutput}. */
  public boolean isForAnswer() {
    return slot != Workspace.UNSHARED;
  }

  @Override
  public Tensor inputGradient(int input, Shape shape, int count) {
    return tensor(input == 0 ? "dx" : "dx" + input, shape, count);
  }

  /** The gradient of the only input, which {@code fill} writes; none where nobody wants it. */
  public List<Tensor> inputGradient(Shape shape, int count, Consumer<Tensor> fill) {
    if (!needsInputGradient) {
      return List.of();
    }
    Tensor dx = inputGradient(0, shape, count);
    fill.accept(dx);
    return List.of(dx);
  }

  /** A buffer of this node for images, kept from step to step: contents as left. */
  public Tensor tensor(String use, Shape shape, int count) {
    int length = Math.addExact(CacheLines.FIRST, Math.multiplyExact(count, shape.elements()));
    return Tensor.on(floats(use, length), CacheLines.FIRST, shape, count);
  }

  @Override
  public float[] floats(String use, int length) {
    float[] buffer = floats.get(use);
    if (buffer == null || buffer.length < length) {
      buffer = new float[length];
      floats.put(use, buffer);
    }
    return buffer;
  }

  /** At least {@code length} ints of this node, kept from step to step. */
  public int[] ints(String use, int length) {
    int[] buffer = ints.get(use);
    if (buffer == null || buffer.length < length) {
      buffer = new int[length];
      ints.put(use, buffer);
    }
    return buffer;
  }

  @Override
  public float[] gradient(String parameter, int storedLength) {
    float[] gradient = floats("d" + parameter, storedLength);
    assert gradient.length == storedLength : name + "." + parameter;
    return gradient;
  }

  /**
   * The gradient that the last backward pass left for a parameter: not a copy.
   *
   * @throws IllegalStateException if no backward pass has reached this node yet
   */
  public float[] gradient(String parameter) {
    float[] gradient = floats.get("d" + parameter);
    if (gradient == null) {
      throw new IllegalStateException(
          name + ": no gradient for " + parameter + " yet; run a backward pass first");
    }
    return gradient;
  }

  /**
   * From now on hands the gradient of a parameter, part by part while it is computed, to a sink
   * instead of keeping it. Layers that can do that: {@link Dense}, for its weight.
   */
  public void sink(String parameter, GradientSink sink) {
    sinks.put(parameter, sink);
  }

  /** That sink; null for none. */
  public @Nullable GradientSink sink(String parameter) {
    return sinks.get(parameter);
  }

  @Override
  public float[] next(String buffer, int length) {
    return floats("next " + buffer, length);
  }

  /**
   * What the last training pass left for a buffer: not a copy.
   *
   * @throws IllegalStateException if none has left anything yet
   */
  public float[] next(String buffer) {
    float[] next = floats.get("next " + buffer);
    if (next == null) {
      throw new IllegalStateException(
          "%s: no next value for the buffer %s yet; run a training pass first, in which the layer leaves one"
              .formatted(name, buffer));
    }
    return next;
  }

  /** Counts the workspace's forward passes. */
  public long generation() {
    return workspace.generation();
  }

  /** The kernels to compute with. */
  public Kernels kernels() {
    return workspace.kernels();
  }

  /** What kernels may use. */
  public Resources resources() {
    return workspace.resources();
  }

  /** The kernel for a geometry, chosen once. */
  @SuppressWarnings("unchecked")
  public <G, K> K kernel(G wanted, Function<G, K> choice) {
    if (kernel == null || !wanted.equals(geometry)) {
      kernel = choice.apply(wanted);
      geometry = wanted;
    }
    return (K) kernel;
  }

  /** The floats of this node's own buffers. */
  long heldFloats() {
    return floats.values().stream().mapToLong(buffer -> buffer.length).sum();
  }

  /** What this library's layers see of a context. */
  public static NodeContext of(LayerContext context) {
    return (NodeContext) context;
  }
}
