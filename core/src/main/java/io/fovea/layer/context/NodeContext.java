package io.fovea.layer.context;

import io.fovea.kernel.op.CacheLines;
import io.fovea.kernel.op.GradientSink;
import io.fovea.kernel.op.Kernels;
import io.fovea.kernel.op.Resources;
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
 * One node's buffers in a workspace, and the protocol between the pass and this library's layers.
 * What user-defined layers see of it is described in {@code io.fovea.layer.LayerContext}.
 */
public abstract class NodeContext {
  /** The number that stands for a node's own buffer. */
  public static final int PRIVATE_BUFFER = -1;

  private final PassState workspace;
  private final String name;
  private final Map<String, float[]> floats = new HashMap<>();
  private final Map<String, int[]> ints = new HashMap<>();
  private final Map<String, GradientSink> sinks = new HashMap<>();
  private boolean needsInputGradient = true;
  private boolean frozen;
  private boolean ownsInput;
  private boolean gatesInput;
  private int slot = PRIVATE_BUFFER;
  private int capacity;
  private @Nullable Tensor given;
  private Fusion offered = Fusion.NONE;
  private Fusion accepted = Fusion.NONE;
  private @Nullable Object geometry;
  private @Nullable Object kernel;

  protected NodeContext(PassState workspace, String name) {
    this.workspace = workspace;
    this.name = name;
  }

  public String name() {
    return name;
  }

  /** True in a training pass, unless this node is frozen. */
  public boolean isTraining() {
    return workspace.isTraining() && !frozen;
  }

  /** Freezes the parameters and buffers of this node. */
  public void freeze() {
    frozen = true;
  }

  /** True where no gradient of this node's parameters is wanted. */
  public boolean isFrozen() {
    return frozen;
  }

  /** The key of this node's randomness in this step. */
  public RandomKey random() {
    return workspace.random().with(name);
  }

  /** The key for one image of this batch, or of this worker's part of it. */
  public RandomKey random(int image) {
    return random().with(workspace.firstImage() + image);
  }

  /** The group of workers that share this batch; null where the batch is not divided. */
  public @Nullable ProcessGroup group() {
    return workspace.group();
  }

  public Workers workers() {
    return workspace.resources().workers();
  }

  /** False where nothing before this node is trained. */
  public boolean needsInputGradient() {
    return needsInputGradient;
  }

  /** Sets whether anything before this node is trained. */
  public void needsInputGradient(boolean needed) {
    needsInputGradient = needed;
  }

  /**
   * True where no other node reads this node's input after this node's backward pass: the input's
   * gradient may overwrite it. Where the input is the output of a ReLU, which is the gate of the
   * gradient, only a gated gradient may overwrite it; so a gradient stored there need not be gated
   * again.
   */
  public boolean ownsInput() {
    return ownsInput;
  }

  /** Whether this node's input is the output of a ReLU. */
  public boolean gatesInput() {
    return gatesInput;
  }

  public void ownsInput(boolean owned, boolean gated) {
    ownsInput = owned;
    gatesInput = gated;
  }

  /** The buffer for the output of {@code count} images: contents undefined. */
  public Tensor output(Shape shape, int count) {
    if (given != null) {
      return Tensor.on(given.array(), given.offset(), shape, count);
    }
    if (slot == PRIVATE_BUFFER) {
      return tensor("output", shape, count);
    }
    int most = Math.max(capacity, shape.elements());
    int length = Math.addExact(CacheLines.ALIGNED_START, Math.multiplyExact(count, most));
    return Tensor.on(workspace.shared(slot, length), CacheLines.ALIGNED_START, shape, count);
  }

  /**
   * Sets the buffer of the output, which other nodes use at other times, with at least so many
   * floats an image, since growing leaves garbage; or {@link #PRIVATE_BUFFER}, this node's own.
   */
  public void shareOutput(int number, int floats) {
    slot = number;
    capacity = floats;
  }

  /** Sets the memory of the output, which must be large enough. */
  public void bindOutput(Tensor place) {
    given = place;
  }

  /**
   * Offers following layers to this layer; it {@linkplain #accept accepts} those that it can
   * compute.
   */
  public void offer(Fusion more) {
    offered = more;
    accepted = Fusion.NONE;
  }

  public Fusion offered() {
    return offered;
  }

  /** Called by the layer with the fusion that it computes in this pass; returns it. */
  public Fusion accept(Fusion fusion) {
    accepted = fusion;
    return fusion;
  }

  /** The fusion that the layer computes in this pass. */
  public Fusion accepted() {
    return accepted;
  }

  /** Ends {@link #bindOutput}. */
  public void unbindOutput() {
    given = null;
  }

  /** True in an inference pass, which keeps no values, see {@link #shareOutput}. */
  public boolean isInference() {
    return slot != PRIVATE_BUFFER;
  }

  /** The buffer for the gradient of one input: contents undefined. */
  public Tensor inputGradient(int input, Shape shape, int count) {
    return tensor(input == 0 ? "dx" : "dx" + input, shape, count);
  }

  /** The gradient of the only input, which {@code fill} writes; empty where it is not needed. */
  public List<Tensor> inputGradient(Shape shape, int count, Consumer<Tensor> fill) {
    if (!needsInputGradient) {
      return List.of();
    }
    Tensor dx = inputGradient(0, shape, count);
    fill.accept(dx);
    return List.of(dx);
  }

  /** A tensor of this node, kept from step to step with its contents. */
  public Tensor tensor(String use, Shape shape, int count) {
    int length =
        Math.addExact(CacheLines.ALIGNED_START, Math.multiplyExact(count, shape.elements()));
    return Tensor.on(floats(use, length), CacheLines.ALIGNED_START, shape, count);
  }

  /** At least {@code length} floats of this node, one array for each use; contents are kept. */
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

  public float[] gradient(String parameter, int storedLength) {
    float[] gradient = floats("d" + parameter, storedLength);
    assert gradient.length == storedLength : name + "." + parameter;
    return gradient;
  }

  /** For the gradient of a bias; without one, a place for what kernels write there. */
  public float[] biasGradient(boolean isThere, int length) {
    return isThere ? gradient("bias", length) : floats("unused db", length);
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
   * Passes the gradient of a parameter, part by part while it is computed, to a sink instead of
   * keeping it. Dense layers support it, for their weight.
   */
  public void sink(String parameter, GradientSink sink) {
    sinks.put(parameter, sink);
  }

  public @Nullable GradientSink sink(String parameter) {
    return sinks.get(parameter);
  }

  /** The array for the next value of a buffer, which a training pass fills. */
  public float[] next(String buffer, int length) {
    return floats("next " + buffer, length);
  }

  /**
   * The next value of a buffer from the last training pass: not a copy.
   *
   * @throws IllegalStateException if no training pass has set one yet
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

  public Kernels kernels() {
    return workspace.kernels();
  }

  /** The threads and the memory that kernels may use. */
  public Resources resources() {
    return workspace.resources();
  }

  /** The kernel for a geometry, chosen once and kept. */
  @SuppressWarnings("unchecked")
  public <G, K> K kernel(G wanted, Function<G, K> choice) {
    if (kernel == null || !wanted.equals(geometry)) {
      kernel = choice.apply(wanted);
      geometry = wanted;
    }
    return (K) kernel;
  }

  /** The number of floats in this node's own buffers. */
  public long floats() {
    return floats.values().stream().mapToLong(buffer -> buffer.length).sum();
  }
}
