package io.fovea.layer;

import io.fovea.parallel.Workers;
import io.fovea.random.RandomKey;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;

/**
 * What a layer sees of a forward or backward pass: buffers for outputs, gradients and temporary
 * values, which are allocated once and kept from step to step, and properties of the pass. It
 * belongs to one node of one network; one thread calls it at a time.
 */
public interface LayerContext {
  /** The node's name, for messages. */
  String name();

  /**
   * True in a training pass, unless this node is frozen: a frozen node computes as at inference.
   */
  boolean isTraining();

  /** True where no gradient of this node's parameters is wanted. */
  boolean isFrozen();

  /**
   * False where nothing before this node is trained, so that its input gradients may be left out.
   */
  boolean needsInputGradient();

  /** The key of this node's randomness in this step. */
  RandomKey random();

  /** The key for one image of this batch, or of this worker's part of it. */
  RandomKey random(int image);

  /** The threads to compute with. */
  Workers workers();

  /** The buffer for the output of {@code count} images: contents undefined. */
  Tensor output(Shape shape, int count);

  /** The buffer for the gradient of one input: contents undefined. */
  Tensor inputGradient(int input, Shape shape, int count);

  /** The buffer for the gradient of a parameter, in the parameter's stored form. */
  float[] gradient(String parameter, int storedLength);

  /** At least {@code length} floats of this node, one array for each use; contents are kept. */
  float[] floats(String use, int length);

  /**
   * The array for the next value of a buffer, such as a running mean, which a training pass fills;
   * the trainer stores it with the update of the parameters.
   */
  float[] next(String buffer, int length);
}
