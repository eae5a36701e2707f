package io.fovea.layer;

import io.fovea.parallel.Workers;
import io.fovea.random.RandomKey;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;

/**
 * What a layer sees of the pass that it computes a part of: places for outputs, gradients and
 * temporary values, which are allocated once and kept from step to step, and facts of the pass. It
 * belongs to one node of one network; one thread calls it at a time.
 */
public interface LayerContext {
  /** The node's name, for messages. */
  String name();

  /** True in a training pass, unless this node is frozen: that one computes as at inference. */
  boolean isTraining();

  /** True where no gradient of this node's parameters is wanted. */
  boolean isFrozen();

  /**
   * False where nothing before this node is trained, so that its input gradients may be left out.
   */
  boolean needsInputGradient();

  /** The key of this node's randomness in this step. */
  RandomKey random();

  /** The same for the image at a place of this batch, or of this part of a batch. */
  RandomKey random(int image);

  /** The threads to compute with. */
  Workers workers();

  /** The buffer for the output of so many images: contents undefined. */
  Tensor output(Shape shape, int count);

  /** The buffer for the gradient of one input: contents undefined. */
  Tensor inputGradient(int input, Shape shape, int count);

  /** Where the gradient of a parameter goes, in the form that the parameter is stored in. */
  float[] gradient(String parameter, int storedLength);

  /** At least {@code length} floats of this node, by their use: contents as left. */
  float[] floats(String use, int length);

  /**
   * Where a training pass leaves what a buffer shall be after this step, such as a running mean;
   * the trainer takes it over with the update of the parameters.
   */
  float[] next(String buffer, int length);
}
