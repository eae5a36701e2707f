package io.fovea.train.step;

import io.fovea.dataset.Batch;
import io.fovea.loss.Loss;
import io.fovea.network.Weights;
import io.fovea.network.execution.PackedWeights;
import io.fovea.network.execution.Tape;
import io.fovea.network.execution.Workspace;
import io.fovea.optim.Clipping;
import io.fovea.optim.Optimizer;
import io.fovea.random.RandomKey;
import io.fovea.tensor.Tensor;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/**
 * A listener of a run that also looks into each step. The run then keeps the values of all nodes
 * and all gradients in memory: the same bits, with less speed.
 */
public interface StepProbe {
  void begin(Run run);

  /** Called after each backward pass. A probe that runs the tape backward again restores it. */
  void pass(Pass pass);

  void updated(Update update);

  /**
   * A run.
   *
   * @param accumulates whether an update is the mean of several passes, by their divisors
   * @param l2 that of a weight
   * @param rates the multiple of the learning rate for a parameter
   * @param slots the optimiser's state at the beginning, as in a checkpoint
   * @param weights the present weights
   * @param frozen the names of the parameters that are not trained
   */
  record Run(
      Optimizer optimizer,
      Loss loss,
      Clipping clipping,
      ToDoubleFunction<String> l2,
      boolean accumulates,
      ToDoubleFunction<String> rates,
      Weights start,
      Map<String, float[]> slots,
      PackedWeights weights,
      Workspace workspace,
      Set<String> frozen) {}

  /**
   * A pass of one batch.
   *
   * @param first the gradient of the loss with respect to the outputs
   * @param images the indices of the batch's images
   * @param divisor the weight of the pass
   * @param key the pass's randomness
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Pass(Tape tape, Batch batch, Tensor first, int[] images, double divisor, RandomKey key) {}

  /**
   * An update.
   *
   * @param rate the scheduled learning rate
   * @param factor what clipping by norm has multiplied the mean gradient with
   */
  record Update(double rate, double factor) {}
}
