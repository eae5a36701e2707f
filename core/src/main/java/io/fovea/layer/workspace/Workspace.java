package io.fovea.layer.workspace;

import io.fovea.kernel.Kernels;
import io.fovea.kernel.Resources;
import io.fovea.kernel.TransformedWeightCache;
import io.fovea.layer.KernelSet;
import io.fovea.parallel.ProcessGroup;
import io.fovea.parallel.Scratch;
import io.fovea.parallel.Workers;
import io.fovea.random.RandomKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All mutable memory of a run except the weights: outputs, gradients, scratch. Buffers are
 * allocated once and reused, so a training step allocates almost nothing; a smaller last batch uses
 * the front of the buffers. One workspace serves one forward pass at a time; concurrent threads
 * need one each.
 */
public final class Workspace {
  /** The number that stands for a node's own buffer. */
  public static final int PRIVATE_BUFFER = -1;

  private static final float[] NOTHING = {};
  private static final RandomKey NO_RANDOMNESS = RandomKey.of(0);

  private final KernelSet set;
  private final Kernels kernels;
  private final Resources resources;
  private final Map<String, NodeContext> nodes = new HashMap<>();
  private final List<float[]> shared = new ArrayList<>();
  private long generation;
  private boolean begun;
  private boolean training;
  private RandomKey random = NO_RANDOMNESS;
  private int firstImage;
  private @Nullable ProcessGroup group;

  private Workspace(KernelSet set, Workers workers, @Nullable TransformedWeightCache derived) {
    this.set = set;
    this.kernels = derived == null ? KernelSets.kernels(set) : KernelSets.forInference(set);
    this.resources = new Resources(workers, new Scratch(workers.threads()), derived);
  }

  /** An empty workspace for kernels of one set, computing with these workers. */
  public static Workspace of(KernelSet kernels, Workers workers) {
    return new Workspace(kernels, workers, null);
  }

  /**
   * An empty workspace for inference, with weights that never change: what kernels derive from them
   * is kept in {@code derived}, which workspaces may share.
   */
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

  /** The kernels that this workspace computes with. */
  public KernelSet kernelSet() {
    return set;
  }

  /**
   * Begins an inference pass, in which dropout is the identity. Steps of earlier passes become
   * invalid.
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
   * As above, for one part of a batch that several workers share.
   *
   * @param first the index in the batch of this part's first image
   */
  public void beginTraining(RandomKey step, int first) {
    generation++;
    begun = true;
    training = true;
    random = step;
    firstImage = first;
  }

  /** Lets layers with batch statistics compute them over all parts of a batch in this group. */
  public void share(ProcessGroup workers) {
    group = workers;
  }

  /**
   * Takes the pass that was begun: each may run through a network once.
   *
   * @throws IllegalStateException if none was begun since the last one was taken
   */
  public void consumePass() {
    if (!begun) {
      throw new IllegalStateException(
          "workspace: no pass was begun since the last forward; call beginTraining or beginInference before each");
    }
    begun = false;
  }

  /** At least {@code length} floats of a buffer that several nodes use one after another. */
  float[] shared(int slot, int length) {
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
    for (NodeContext node : nodes.values()) {
      sum += node.heldFloats();
    }
    return sum;
  }

  /** The context of one node, made on first use. */
  public NodeContext node(String name) {
    return nodes.computeIfAbsent(name, key -> new NodeContext(this, key));
  }

  long generation() {
    return generation;
  }

  boolean isTraining() {
    return training;
  }

  RandomKey random() {
    return random;
  }

  int firstImage() {
    return firstImage;
  }

  @Nullable ProcessGroup group() {
    return group;
  }

  Kernels kernels() {
    return kernels;
  }

  Resources resources() {
    return resources;
  }
}
