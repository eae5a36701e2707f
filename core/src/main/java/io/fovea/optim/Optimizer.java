package io.fovea.optim;

import java.util.List;

/**
 * How a gradient changes the weights. An optimiser is a value: settings, and {@link #update}, which
 * several threads call at once for different ranges. What it remembers of a weight is in slots,
 * which the trainer keeps and writes into checkpoints. A program may bring its own
 * (docs/extending.md).
 *
 * <p>Updates are element by element: element i of the weights, of the gradient and of each slot
 * belong together, and no other element may influence them. So it does not matter that ranges are
 * in the order in which kernels store weights, and any partition gives the same bits. Kernels pad
 * weights with zeros: an element that is 0, with a gradient and slots of 0, must stay 0.
 */
public interface Optimizer {
  /** The name in checkpoints, which a resumed run must share, and in messages; not empty. */
  String name();

  /**
   * All numbers that an update depends on, for messages and checkpoints: a resume with others is
   * refused. What toString returns unless overridden, which is complete for a record.
   */
  default String settings() {
    return toString();
  }

  /** The base learning rate, above 0; a {@link Schedule} scales it. */
  float learningRate();

  /**
   * The names of the slots, the numbers that are remembered of each weight, such as "velocity"; all
   * start at zero. A name has letters, digits and underscores. In a checkpoint file slot s of the
   * parameter p is the tensor optimizer/p/s.
   */
  List<String> slots();

  /**
   * Updates a range of a parameter, and of its slots, in place. It writes nothing else; the
   * gradient is not needed afterwards.
   */
  void update(Range range, Rates rates);

  /**
   * Consecutive elements of a parameter.
   *
   * @param weights the parameter
   * @param gradient its gradient: that of weights[i] is gradient[i + shift]
   * @param shift the difference between the indices; may be negative
   * @param slots an array for each of {@link #slots()}, in that order, as long as the weights
   * @param from the first index into the weights and slots
   * @param to behind the last one
   */
  @SuppressWarnings("ArrayRecordComponent") // views for one call, never compared
  record Range(float[] weights, float[] gradient, int shift, float[][] slots, int from, int to) {}

  /**
   * The numbers of an update that differ from step to step or from parameter to parameter.
   *
   * @param learningRate the scheduled learning rate
   * @param l2 added to the gradient as l2 * w; 0 for biases
   * @param step the number of this update, from 1
   */
  record Rates(float learningRate, float l2, long step) {}

  /** The names that {@link #named} knows: sgd, nesterov, adam, adamw, rmsprop. */
  static List<String> names() {
    return List.of("sgd", "nesterov", "adam", "adamw", "rmsprop");
  }

  /**
   * A built-in optimiser by its name, with the other settings as usual.
   *
   * @param momentum that of sgd and nesterov; no other has one
   * @throws IllegalArgumentException if there is none of this name, or a number is out of range
   */
  static Optimizer named(String name, float learningRate, float momentum, float weightDecay) {
    return switch (name) {
      case "sgd" -> new Sgd(learningRate, momentum, false, weightDecay);
      case "nesterov" -> new Sgd(learningRate, momentum, true, weightDecay);
      case "adam" -> Adam.of(learningRate).weightDecay(weightDecay);
      case "adamw" -> Adam.decoupled(learningRate, weightDecay);
      case "rmsprop" -> RmsProp.of(learningRate).weightDecay(weightDecay);
      default ->
          throw new IllegalArgumentException(
              "optimizer: none is named \"%s\"; expected are %s"
                  .formatted(name, String.join(", ", names())));
    };
  }
}
