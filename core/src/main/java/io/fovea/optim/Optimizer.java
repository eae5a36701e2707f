package io.fovea.optim;

/**
 * How a gradient changes the weights: settings only. The state that an optimiser needs for a
 * parameter (its slots) is kept by the trainer, in the parameter's stored form. Updates are element
 * by element, so any partition gives the same bits.
 */
public sealed interface Optimizer permits Adam, RmsProp, Sgd {
  /** The name as the command line knows it: sgd, nesterov, adam, adamw, rmsprop. */
  String name();

  /** All its settings, for messages and files. */
  String settings();

  /** The base learning rate; a {@link Schedule} scales it. */
  float learningRate();

  /** The weight decay: added to the gradient, or decoupled from it; see the optimiser. */
  float weightDecay();

  /** The names of the slots, the state for each weight, such as "velocity"; all start at zero. */
  java.util.List<String> slots();

  /**
   * The numbers of a step that differ from step to step or from parameter to parameter.
   *
   * @param learningRate the scheduled learning rate
   * @param l2 added to the gradient as l2 * w; 0 for biases
   * @param step the number of this update, from 1
   */
  record Rates(float learningRate, float l2, long step) {}
}
