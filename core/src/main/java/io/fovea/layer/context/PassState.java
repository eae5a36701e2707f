package io.fovea.layer.context;

import io.fovea.kernel.op.Kernels;
import io.fovea.kernel.op.Resources;
import io.fovea.parallel.ProcessGroup;
import io.fovea.random.RandomKey;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the nodes of a workspace share: the kernels, the pass that runs, and buffers. */
public abstract class PassState {
  private static final float[] NOTHING = {};
  private static final RandomKey NO_RANDOMNESS = RandomKey.of(0);

  private final Kernels kernels;
  private final Resources resources;
  private final List<float[]> shared = new ArrayList<>();
  private long generation;
  private boolean begun;
  private boolean training;
  private RandomKey random = NO_RANDOMNESS;
  private int firstImage;
  private @Nullable ProcessGroup group;

  protected PassState(Kernels kernels, Resources resources) {
    this.kernels = kernels;
    this.resources = resources;
  }

  /** The sum of squares of a range of floats, in double, by these kernels. */
  public double squares(float[] a, int from, int to) {
    return kernels.squares(a, from, to);
  }

  /** target[at + i] = a[aAt + i] + b[bAt + i], by these kernels. */
  public void sum(float[] target, int at, float[] a, int aAt, float[] b, int bAt, int length) {
    kernels.sum(target, at, a, aAt, b, bAt, length);
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

  /** The number of floats in the buffers that nodes share. */
  protected long sharedFloats() {
    return shared.stream().mapToLong(buffer -> buffer.length).sum();
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

  protected Kernels kernels() {
    return kernels;
  }

  Resources resources() {
    return resources;
  }
}
