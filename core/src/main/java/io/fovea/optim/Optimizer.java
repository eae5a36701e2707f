package io.fovea.optim;

/**
 * How a gradient changes the weights: facts only. What an optimiser remembers of a parameter (its
 * slots) is kept by the trainer, beside the parameter and in the same stored form. Updates are
 * element by element, so any partition gives the same bits.
 */
public sealed interface Optimizer permits Adam, RmsProp, Sgd {
  /** The name as the command line knows it: sgd, nesterov, adam, adamw, rmsprop. */
  String name();

  /** All numbers that make it up, for messages and files. */
  String settings();

  /** The base learning rate; a {@link Schedule} scales it. */
  float learningRate();

  /** How much of the weight is added to the gradient, or taken off beside it: see the optimiser. */
  float weightDecay();

  /** The names of what is remembered for each weight, such as "velocity"; all begin at zero. */
  java.util.List<String> slots();

  /**
   * What changes from step to step and from parameter to parameter.
   *
   * @param learningRate the scheduled learning rate
   * @param l2 added to the gradient as l2 * w; 0 for biases
   * @param step the number of this update, from 1
   */
  record Rates(float learningRate, float l2, long step) {}
}
