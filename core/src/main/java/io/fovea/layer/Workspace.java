package io.fovea.layer;

import io.fovea.kernel.CacheLines;
import io.fovea.kernel.GradientSink;
import io.fovea.kernel.Kernels;
import io.fovea.kernel.Resources;
import io.fovea.kernel.TransformedWeightCache;
import io.fovea.kernel.UpdateKernel;
import io.fovea.parallel.ProcessGroup;
import io.fovea.parallel.Scratch;
import io.fovea.parallel.Workers;
import io.fovea.random.RandomKey;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Everything mutable in a run but the weights: outputs, gradients, scratch. Buffers are allocated
 * once and reused, so a steady training step allocates next to nothing; a smaller last batch uses
 * the front of them. One workspace serves one forward pass at a time; threads that work at the same
 * time need one each.
 */
public final class Workspace {
  /** The number that stands for a node's own buffer. */
  public static final int UNSHARED = -1;

  private static final float[] NOTHING = {};
  private static final RandomKey NO_RANDOMNESS = RandomKey.of(0);

  private final KernelSet set;
  private final Kernels kernels;
  private final Resources resources;
  private final Map<String, Node> nodes = new HashMap<>();
  private final List<float[]> shared = new ArrayList<>();
  private long generation;
  private boolean begun;
  private boolean training;
  private RandomKey random = NO_RANDOMNESS;
  private int firstImage;
  private @Nullable ProcessGroup group;

  private Workspace(KernelSet set, Workers workers, @Nullable TransformedWeightCache derived) {
    this.set = set;
    this.kernels = derived == null ? set.kernels() : set.kernelsForAnswers();
    this.resources = new Resources(workers, new Scratch(workers.threads()), derived);
  }

  /** An empty workspace for kernels of one set, computing with these workers. */
  public static Workspace of(KernelSet kernels, Workers workers) {
    return new Workspace(kernels, workers, null);
  }

  /**
   * An empty workspace for passes with weights that never change, packed for answers: what kernels
   * derive from them is kept in {@code derived}, which workspaces may share.
   */
  @SuppressWarnings("exports")
  public static Workspace of(KernelSet kernels, Workers workers, TransformedWeightCache derived) {
    return new Workspace(kernels, workers, derived);
  }

  /** The sum of squares of a range of floats, in double, by these kernels. */
  public double squares(float[] a, int from, int to) {
    return kernels.squares(a, from, to);
  }

  /** target[at + i] = a[aAt + i] + b[bAt + i], by these kernels. */
  public void sum(float[] target, int at, float[] a, int aAt, float[] b, int bAt, int length) {
    kernels.sum(target, at, a, aAt, b, bAt, length);
  }

  /** Updates of parameters by these kernels. */
  @SuppressWarnings("exports")
  public UpdateKernel update() {
    return kernels.update();
  }

  /** The kernels that this workspace computes with. */
  public KernelSet kernelSet() {
    return set;
  }

  /**
   * Begins a forward pass in which layers such as dropout do nothing. Steps of earlier passes
   * become invalid.
   */
  public void beginInference() {
    generation++;
    begun = true;
    training = false;
    random = NO_RANDOMNESS;
  }

  /**
   * Begins a forward pass of training. Steps of earlier passes become invalid.
   *
   * @param step the key of this step's randomness
   */
  public void beginTraining(RandomKey step) {
    beginTraining(step, 0);
  }

  /**
   * As above, for a part of a batch whose other images other workers have.
   *
   * @param first the place in the batch of this part's first image
   */
  public void beginTraining(RandomKey step, int first) {
    generation++;
    begun = true;
    training = true;
    random = step;
    firstImage = first;
  }

  /** From now on layers that look at a batch as a whole look at all parts of it in this group. */
  public void share(ProcessGroup workers) {
    group = workers;
  }

  /**
   * Takes the pass that was begun: each is for one walk through a network.
   *
   * @throws IllegalStateException if none was begun since the last one was taken
   */
  public void takePass() {
    if (!begun) {
      throw new IllegalStateException(
          "workspace: no pass was begun since the last forward; call beginTraining or beginInference before each");
    }
    begun = false;
  }

  /** At least {@code length} floats of a buffer that several nodes use one after another. */
  private float[] shared(int slot, int length) {
    while (shared.size() <= slot) {
      shared.add(NOTHING);
    }
    if (shared.get(slot).length < length) {
      shared.set(slot, new float[length]);
    }
    return shared.get(slot);
  }

  /** The number of floats that this workspace holds for values, gradients and the like. */
  public long floats() {
    long sum = 0;
    for (float[] buffer : shared) {
      sum += buffer.length;
    }
    for (Node node : nodes.values()) {
      for (float[] buffer : node.floats.values()) {
        sum += buffer.length;
      }
    }
    return sum;
  }

  /** The place of one node, made when first asked for. */
  public Node node(String name) {
    return nodes.computeIfAbsent(name, Node::new);
  }

  /** One node's own buffers. */
  public final class Node {
    private final String name;
    private final Map<String, float[]> floats = new HashMap<>();
    private final Map<String, int[]> ints = new HashMap<>();
    private final Map<String, GradientSink> sinks = new HashMap<>();
    private boolean needsInputGradient = true;
    private boolean frozen;
    private boolean ownsInput;
    private int slot = UNSHARED;
    private @Nullable Tensor given;
    private @Nullable Object geometry;
    private @Nullable Object kernel;

    private Node(String name) {
      this.name = name;
    }

    /** The node's name, for messages. */
    public String name() {
      return name;
    }

    /** True in a training pass, unless this node is frozen: that one computes as at inference. */
    public boolean isTraining() {
      return training && !frozen;
    }

    /** From now on the parameters and buffers of this node stay as they are. */
    public void freeze() {
      frozen = true;
    }

    /** True where no gradient of this node's parameters is wanted. */
    public boolean isFrozen() {
      return frozen;
    }

    /** The key of this node's randomness in this step. */
    public RandomKey random() {
      return random.with(name);
    }

    /** The same for the image at a place of this batch, or of this part of a batch. */
    public RandomKey random(int image) {
      return random().with(firstImage + image);
    }

    /** The workers that have the other parts of this batch; null where the batch is whole. */
    @Nullable ProcessGroup group() {
      return group;
    }

    /** The threads to compute with. */
    public Workers workers() {
      return resources.workers();
    }

    /**
     * False where nothing before this node is trained, so that its input gradients may be left out.
     */
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

    /** The buffer for the output: contents undefined. */
    public Tensor output(Shape shape, int count) {
      if (given != null) {
        return Tensor.on(given.array(), given.offset(), shape, count);
      }
      if (slot == UNSHARED) {
        return tensor("output", shape, count);
      }
      int length = Math.addExact(CacheLines.FIRST, Math.multiplyExact(count, shape.elements()));
      return Tensor.on(shared(slot, length), CacheLines.FIRST, shape, count);
    }

    /**
     * From now on the output lies in the buffer of that number, which other nodes use as well at
     * other times; {@link #UNSHARED} stands for one of this node's own.
     */
    public void shareOutput(int number) {
      slot = number;
    }

    /** From now on the output lies where the caller wants it, which has room for it. */
    public void placeOutput(Tensor place) {
      given = place;
    }

    /** Ends {@link #placeOutput}. */
    public void placeOutputAnywhere() {
      given = null;
    }

    /** True in a pass that is for its answer alone, see {@link #shareOutput}. */
    boolean isForAnswer() {
      return slot != UNSHARED;
    }

    /** The buffer for the gradient of one input: contents undefined. */
    public Tensor inputGradient(int input, Shape shape, int count) {
      return tensor(input == 0 ? "dx" : "dx" + input, shape, count);
    }

    /** A buffer of this node for images, kept from step to step: contents as left. */
    public Tensor tensor(String use, Shape shape, int count) {
      int length = Math.addExact(CacheLines.FIRST, Math.multiplyExact(count, shape.elements()));
      return Tensor.on(floats(use, length), CacheLines.FIRST, shape, count);
    }

    /** At least {@code length} floats of this node, kept from step to step. */
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

    /** Where the gradient of a parameter goes, in the form that the parameter is stored in. */
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
    @SuppressWarnings("exports")
    public void sink(String parameter, GradientSink sink) {
      sinks.put(parameter, sink);
    }

    @Nullable GradientSink sink(String parameter) {
      return sinks.get(parameter);
    }

    /**
     * Where a training pass leaves what a buffer shall be after this step, such as a running mean;
     * the trainer takes it over with the update of the parameters.
     */
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
            name
                + ": no next value for the buffer "
                + buffer
                + " yet; run a training pass first, in which the layer leaves one");
      }
      return next;
    }

    long generation() {
      return generation;
    }

    Kernels kernels() {
      return kernels;
    }

    Resources resources() {
      return resources;
    }

    /** The kernel for a geometry, chosen once. */
    @SuppressWarnings("unchecked")
    <G, K> K kernel(G wanted, Function<G, K> choice) {
      if (kernel == null || !wanted.equals(geometry)) {
        kernel = choice.apply(wanted);
        geometry = wanted;
      }
      return (K) kernel;
    }
  }
}
